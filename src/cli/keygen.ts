import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import { configurationInvalid } from "../base/errors.js";
import { algorithmNamed, supportedAlgorithms } from "../crypto/algorithms.js";
import { type Cli, fileProblem, writeJson } from "./io.js";
import { withJson } from "./options.js";

interface KeygenOptions {
  readonly algorithm: string;
  readonly kid?: string;
  readonly out?: string;
  readonly public?: boolean;
  readonly json?: boolean;
}

export function addKeygen(program: Command, cli: Cli): void {
  withJson(
    program
      .command("keygen")
      .description("make a key pair; the private JWK goes to standard output, or to a file that only you can read")
      .option("--algorithm <name>", `one of ${supportedAlgorithms.join(", ")}`, "ES256")
      .option("--kid <id>", "name of the key (default: its RFC 7638 thumbprint)")
      .option("--out <file>", "write the private JWK to a new file with mode 0600")
      .option("--public", "write the public JWK Set to standard output; takes --out")
      .addHelpText("after", "\nExample:\n  $ wimse keygen --kid 2026-11 --out issuer.jwk --public > issuer.jwks"),
  ).action((options: KeygenOptions) => keygen(options, cli));
}

async function keygen(
  { algorithm, kid: given, out, public: wantsPublic, json }: KeygenOptions,
  cli: Cli,
): Promise<void> {
  if (algorithmNamed(algorithm) === undefined) {
    throw configurationInvalid(`--algorithm: one of ${supportedAlgorithms.join(", ")}`);
  }
  if (wantsPublic && out === undefined) {
    throw configurationInvalid("--public takes --out: the private key would be lost");
  }
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const labels = { alg: algorithm, kid: given ?? (await calculateJwkThumbprint(publicJwk)) };
  const privateJwk = { ...(await exportJWK(privateKey)), ...labels };
  const indent = json ? undefined : 2;
  if (out === undefined) return cli.io.stdout.write(`${JSON.stringify(privateJwk, null, indent)}\n`);

  await writeNewFile(out, `${JSON.stringify(privateJwk, null, 2)}\n`);
  await cli.io.stderr.write(`wimse: the private key is in ${out}\n`);
  const jwks = { keys: [{ ...publicJwk, ...labels }] };
  if (wantsPublic) await cli.io.stdout.write(`${JSON.stringify(jwks, null, indent)}\n`);
  else if (json) await writeJson(cli.io, { file: out, ...labels });
}

async function writeNewFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw configurationInvalid(`--out: ${fileProblem(error)}`);
  }
}
