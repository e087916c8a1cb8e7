import type { Command } from "commander";
import type { JWK } from "jose";
import { configurationInvalid } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import { createSigner } from "../crypto/signer.js";
import type { WitProfile } from "../trust/trust-domain.js";
import { decodeUnverifiedWit } from "../wit/decode-unverified.js";
import { issueWit } from "../wit/issue.js";
import { type Cli, jsonObject, readJson, writeJson, writeLines } from "./io.js";
import { seconds, withJson } from "./options.js";

interface IssueOptions {
  readonly sub: string;
  readonly key: string;
  readonly cnf: string;
  readonly kid?: string;
  readonly lifetime?: number;
  readonly claims?: string;
  readonly profile: WitProfile;
  readonly json?: boolean;
}

export function addIssue(program: Command, cli: Cli): void {
  withJson(
    program
      .command("issue")
      .description("issue a Workload Identity Token with an issuer's key")
      .requiredOption("--sub <identifier>", "the workload, such as wimse://example.com/agent")
      .requiredOption("--key <file>", "the issuer's private JWK")
      .requiredOption("--cnf <file>", "the workload's public key: a JWK with alg, or a JWK Set of one")
      .option("--kid <id>", "name of the issuer's key (default: that of the JWK)")
      .option("--lifetime <seconds>", "seconds until it expires (default: 3600)", seconds)
      .option("--claims <json>", "further claims, as a JSON object")
      .option("--profile <profile>", "wit or wit-svid", "wit")
      .addHelpText(
        "after",
        "\nExample:\n  $ wimse issue --sub wimse://example.com/agent --key issuer.jwk --cnf agent.jwks > agent.wit",
      ),
  ).action((options: IssueOptions) => issue(options, cli));
}

async function issue(options: IssueOptions, { io }: Cli): Promise<void> {
  const { sub, key, cnf, claims, lifetime, profile, json } = options;
  const jwk = (await readJson(key, "--key", io)) as JWK;
  const kid = options.kid ?? jwk.kid;
  if (kid === undefined) throw configurationInvalid("--kid: the issuer's key has no name of its own");
  const wit = await issueWit(
    {
      sub,
      cnf: publicKeyOf(await readJson(cnf, "--cnf", io)),
      ...(claims !== undefined && { claims: jsonObject(claims, "--claims") }),
    },
    { signer: await createSigner(jwk), kid, profile, runtime: io.runtime, ...(lifetime !== undefined && { lifetime }) },
  );
  if (json) await writeJson(io, { wit, sub, expiresAt: decodeUnverifiedWit(wit).claims["exp"] });
  else await writeLines(io, [wit]);
}

function publicKeyOf(file: JsonObject): JWK {
  const { keys } = file;
  if (keys === undefined) return file as JWK;
  const [key, ...more]: unknown[] = Array.isArray(keys) ? keys : [];
  if (!isJsonObject(key) || more.length > 0) throw configurationInvalid("--cnf: a JWK Set of exactly one key");
  return key as JWK;
}
