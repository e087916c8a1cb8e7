import type { Command } from "commander";
import { configurationInvalid, WimseError } from "../base/errors.js";
import { columns, printable } from "../base/text.js";
import { checkLines } from "../conformance/check-lines.js";
import { trustStoreOf } from "../conformance/trust.js";
import { Unsupported } from "../conformance/unsupported.js";
import { type Audience, targetUriAt } from "../exchange/audience.js";
import type { AuthenticatedRequest, CoveredTokens } from "../exchange/authenticated.js";
import type { OlderFormat, ProofKind } from "../exchange/policy.js";
import { createVerifier, type Verifier } from "../exchange/verifier.js";
import type { TrustStore } from "../trust/store.js";
import { type Cli, type CommandIo, readBytes, readJson, writeJson, writeLines } from "./io.js";
import { bytes, OLDER_FORMATS, PROOF_KINDS, seconds, several, severalOf, time, withJson } from "./options.js";
import { parseRawRequest } from "./raw-request.js";
import { styleFor } from "./style.js";
import { isoTime, timeInWords } from "./times.js";

interface VerifyOptions {
  readonly trust: string;
  readonly audience?: readonly string[];
  readonly baseUri?: string;
  readonly proof?: readonly ProofKind[];
  readonly compat?: readonly OlderFormat[];
  readonly maxBodyBytes?: number;
  readonly now?: number;
  readonly clockTolerance?: number;
  readonly maxLifetime?: number;
  readonly maxProofLifetime?: number;
  readonly understoodToken?: readonly string[];
  readonly explain?: boolean;
  readonly json?: boolean;
}

export function addVerify(program: Command, cli: Cli): void {
  withJson(
    program
      .command("verify")
      .description("verify the WIT and the proof of one raw HTTP request; whether it is a replay is not checked")
      .argument("[file]", "the request as it went over the wire, - for standard input", "-")
      .requiredOption("--trust <file>", 'JSON: {"wimse://example.com": {"keys": [public JWKs]}}')
      .option("--audience <uri>", "a name of the service; may be repeated", several)
      .option("--base-uri <uri>", "or where it is: the audience is then this followed by the request's path")
      .option("--proof <kind>", "accept http-signature or wpt; may be repeated (default: both)", severalOf(PROOF_KINDS))
      .option(
        "--compat <format>",
        "accept an older one: http-signature-06 or wpt-01; may be repeated",
        severalOf(OLDER_FORMATS),
      )
      .option("--now <time>", "the time to judge by, seconds since the epoch or ISO 8601 (default: now)", time)
      .option("--clock-tolerance <seconds>", "clock difference forgiven (default: 5)", seconds)
      .option("--max-lifetime <seconds>", "longest lifetime of a WIT (default: 86400)", seconds)
      .option("--max-proof-lifetime <seconds>", "how far ahead a proof may expire (default: 300)", seconds)
      .option("--max-body-bytes <bytes>", "longest content that a signature may cover (default: 1048576)", bytes)
      .option(
        "--understood-token <name>",
        "a header field with a token that a proof may cover; may be repeated",
        several,
      )
      .option("--explain", "tell every check, in order")
      .addHelpText(
        "after",
        "\nExample:\n  $ wimse verify request.http --trust trust.json --base-uri https://svc.example.com --explain",
      ),
  ).action((file: string, options: VerifyOptions) => verify(file, options, cli));
}

async function verify(file: string, options: VerifyOptions, cli: Cli): Promise<void> {
  const { io } = cli;
  const verifier = await verifierOf(options, io);
  const raw = await readBytes(file, "the request", io);
  if (!options.json) await io.stderr.write("wimse: one request alone: whether it is a replay is not checked\n");
  try {
    const view = parseRawRequest(raw);
    if (options.explain) await explain(verifier, view, options, cli);
    else await accepted(await verifier.verify(view), options, io);
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    cli.reject();
    await rejected(error, options, io);
  }
}

async function verifierOf(options: VerifyOptions, io: CommandIo): Promise<Verifier> {
  const { now, clockTolerance, maxLifetime, maxProofLifetime, maxBodyBytes, understoodToken } = options;
  const { proof = PROOF_KINDS, compat = [] } = options;
  return createVerifier({
    trust: trustOf(await readJson(options.trust, "--trust", io)),
    audience: audienceOf(options),
    replay: "unchecked",
    proofs: proof,
    compat,
    runtime: now === undefined ? io.runtime : { ...io.runtime, now: () => now },
    ...(clockTolerance !== undefined && { clockTolerance }),
    ...(maxLifetime !== undefined && { maxLifetime }),
    ...(maxProofLifetime !== undefined && { maxProofLifetime }),
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
    ...(understoodToken !== undefined && { understoodTokens: understoodToken }),
  });
}

function trustOf(trust: unknown): TrustStore {
  try {
    return trustStoreOf(trust);
  } catch (error) {
    if (error instanceof Unsupported)
      throw configurationInvalid("--trust: keys in a form that this release does not read");
    throw error;
  }
}

function audienceOf({ audience, baseUri }: VerifyOptions): Audience {
  if (audience !== undefined && baseUri === undefined) return audience;
  if (audience === undefined && baseUri !== undefined) return targetUriAt(baseUri);
  throw configurationInvalid("Say who the service is: either --audience or --base-uri");
}

async function accepted(request: AuthenticatedRequest, { json, now }: VerifyOptions, io: CommandIo): Promise<void> {
  const { workload, proof, responseSignatureRequired } = request;
  const covered = namesOf(request.tokens);
  if (json) {
    return writeJson(io, {
      outcome: "accepted",
      workload: workload.id.uri,
      proof,
      tokens: covered,
      responseSignatureRequired,
      replay: "unchecked",
    });
  }
  const style = styleFor(io.stdout, io);
  const at = now ?? io.runtime.now();
  return writeLines(io, [
    `${style.good("accepted")}  ${style.strong(workload.id.uri)}`,
    ...columns(
      [
        ["proof", proof.revision],
        ["audience", printable(proof.audience)],
        ["until", `${isoTime(proof.expiresAt) ?? proof.expiresAt}, ${timeInWords("exp", proof.expiresAt, at)}`],
        ["tokens", covered.length === 0 ? "none covered" : covered.join(", ")],
        ["response", responseSignatureRequired ? "must be signed" : "need not be signed"],
      ],
      "  ",
    ),
  ]);
}

/** The fields with tokens that the proof covers. */
function namesOf({ authorization, txnToken, others }: CoveredTokens): string[] {
  return [
    ...(authorization === undefined ? [] : ["authorization"]),
    ...(txnToken === undefined ? [] : ["txn-token"]),
    ...others.keys(),
  ];
}

async function rejected(error: WimseError, { json }: VerifyOptions, io: CommandIo): Promise<void> {
  const { code, requirement, message } = error;
  if (json) {
    const rule = requirement === undefined ? {} : { requirement };
    return writeJson(io, { outcome: "rejected", code, ...rule, message, replay: "unchecked" });
  }
  const style = styleFor(io.stdout, io);
  const rule = requirement === undefined ? "" : style.quiet(`  (${requirement})`);
  return writeLines(io, [`${style.bad("rejected")}  ${style.strong(code)}`, `  ${message}${rule}`]);
}

async function explain(
  verifier: Verifier,
  view: Parameters<Verifier["explain"]>[0],
  { json }: VerifyOptions,
  cli: Cli,
): Promise<void> {
  const report = await verifier.explain(view);
  if (report.outcome === "rejected") cli.reject();
  if (json) return writeJson(cli.io, { ...report, replay: "unchecked" });
  const style = styleFor(cli.io.stdout, cli.io);
  const verdict =
    report.outcome === "accepted"
      ? `${style.good("accepted")}  ${style.strong(report.workload ?? "")}`
      : `${style.bad("rejected")}  ${style.strong(report.code ?? "")}`;
  return writeLines(cli.io, [...checkLines(report.checks, style, "  "), verdict]);
}
