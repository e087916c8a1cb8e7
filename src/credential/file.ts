import { utf8Text } from "../base/bytes.js";
import { configurationInvalid, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { limitOf } from "../base/limits.js";
import { type ReadFile, readFile } from "../base/read-file.js";
import { algorithmNamed } from "../crypto/algorithms.js";
import { sha256Base64url } from "../crypto/digest.js";
import { MAX_TOKEN_LENGTH, readCompactJws } from "../crypto/jws.js";
import { createCredential, type WorkloadCredential } from "./credential.js";
import { readPrivateKeyText } from "./private-key-text.js";
import type { RenewalOptions } from "./renewal-options.js";
import { type RenewingSource, renewingSource } from "./renewing-source.js";
import { SourceFailure } from "./source-state.js";

/** Settings of {@link fileSource}. */
export interface FileSourceOptions extends RenewalOptions {
  /** Path or `file:` URL of the WIT: the token, and white space around it. */
  readonly wit: string | URL;
  /** Path or `file:` URL of its private key: a JWK, or PKCS#8 in PEM (`BEGIN PRIVATE KEY`). */
  readonly key: string | URL;
  /** Longest time between two looks at the files, seconds; they come after one half to two thirds of it. Default 10. */
  readonly pollInterval?: number;
  /** Reads a file. Default: the platform's files. */
  readonly read?: ReadFile;
}

const OPTION_NAMES = [
  "wit",
  "key",
  "pollInterval",
  "read",
  "id",
  "onChange",
  "runtime",
] satisfies (keyof FileSourceOptions)[];

/** White space around a token of the largest size. */
const MAX_WIT_BYTES = MAX_TOKEN_LENGTH + 1024;
/** An RSA key of 8192 bits takes less. */
const MAX_KEY_BYTES = 16384;

/**
 * The credential that a sidecar writes into two files. They are looked at again and again; when both have changed, and
 * belong together, they are used.
 *
 * Half-written files, and a WIT beside the key of another, are not used: the credential of before is, until there is a
 * sound pair, or until it is over. Let the sidecar replace files by renaming, or a folder of both by a symbolic link, as
 * Kubernetes does, and keep the key's file from everybody but its user (mode 0600).
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { exportJWK, generateKeyPair } from "jose";
 * import { fileSource } from "wimse/credential/file";
 * import { createTestIssuer } from "wimse/testing";
 *
 * const folder = await mkdtemp(`${tmpdir()}/wimse-`); // what follows stands for the sidecar
 * const issuer = await createTestIssuer("wimse://example.com");
 * const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
 * const cnf = { ...(await exportJWK(publicKey)), alg: "ES256" };
 * await writeFile(`${folder}/wit`, await issuer.issue("wimse://example.com/agent", cnf));
 * await writeFile(`${folder}/key.json`, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
 *
 * const source = fileSource({ wit: `${folder}/wit`, key: `${folder}/key.json` });
 * console.log(String(await source.current())); // wimse://example.com/agent
 * await source.close();
 * await rm(folder, { recursive: true });
 * ```
 *
 * @throws TypeError `configuration_invalid`
 */
export function fileSource(options: FileSourceOptions): RenewingSource {
  refuseUnknownOptions(options, OPTION_NAMES, "fileSource");
  const { wit, key, pollInterval, read = readFile, ...renewal } = options;
  for (const [name, path] of Object.entries({ wit, key })) {
    if (!(path instanceof URL) && (typeof path !== "string" || path === "")) {
      throw configurationInvalid(`fileSource: ${name} is a path or a file: URL`);
    }
  }
  if (typeof read !== "function") throw configurationInvalid("read: a function");
  const interval = limitOf(pollInterval, 10, "pollInterval", 86400, 0.01);
  /** What was read last, and what it became. */
  let loaded: { readonly digest: string; readonly credential: WorkloadCredential } | undefined;

  const readPair = async (signal: AbortSignal): Promise<Pair> => {
    const [witBytes, keyBytes] = await Promise.all([
      read(wit, { maxBytes: MAX_WIT_BYTES, signal }),
      read(key, { maxBytes: MAX_KEY_BYTES, signal }),
    ]);
    const pair = { wit: textOf(witBytes, "wit_malformed"), key: textOf(keyBytes, "key_malformed") };
    return { ...pair, digest: sha256Base64url(`${pair.wit}\n${pair.key}`) };
  };

  return renewingSource({
    ...renewal,
    interval,
    timeout: 30,
    retryDelay: Math.min(1, interval),
    maxRetryDelay: interval,
    async obtain({ signal, current }) {
      const pair = await readPair(signal);
      if (current !== undefined && current === loaded?.credential && pair.digest === loaded.digest) return current;
      loaded = await credentialOf(pair).catch(async () => {
        // Files that are replaced one after the other may be a pair an instant later.
        return credentialOf(await readPair(signal));
      });
      return loaded.credential;
    },
  });
}

interface Pair {
  readonly wit: string;
  readonly key: string;
  /** Of both: tells whether they changed. */
  readonly digest: string;
}

function textOf(bytes: Uint8Array, otherwise: "wit_malformed" | "key_malformed"): string {
  const text = utf8Text(bytes);
  if (text === undefined) throw new SourceFailure(otherwise);
  return text.trim();
}

async function credentialOf({ wit, key, digest }: Pair): Promise<{ digest: string; credential: WorkloadCredential }> {
  const credential = await createCredential(wit, readPrivateKeyText(key));
  checkWhole(wit);
  return { digest, credential };
}

/** Smallest RSA signature that anybody accepts, bytes. */
const RSA_SIGNATURE = 256;

/** Refuses a WIT whose end is missing: without its issuer's key, the length of the signature is all that tells. */
function checkWhole(wit: string): void {
  const { header, signature } = readCompactJws(wit, "wit");
  const algorithm = algorithmNamed(header["alg"]);
  if (algorithm === undefined) return;
  const { signatureLength } = algorithm;
  const whole =
    signatureLength === undefined
      ? signature.length >= RSA_SIGNATURE && signature.length % 8 === 0
      : signature.length === signatureLength;
  if (!whole) throw new WimseError("wit_malformed", "The WIT's signature is not as long as its algorithm has it");
}
