import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import * as oracle from "structured-headers";
import { WimseError } from "../../../src/base/errors.js";
import { checkContentDigest } from "../../../src/http/content-digest.js";
import { dictionaryByOracle } from "../oracles/structured-fields.js";
import { type FuzzTarget, octetsOf, refusal } from "../target.js";
import { STRUCTURED_PIECES } from "./structured-fields.js";

const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["sha-256", "sha256"],
  ["sha-512", "sha512"],
]);
const digest = (hash: string, body: string): string => createHash(hash).update(body, "latin1").digest("base64");
const entry = fc.constantFrom(
  "sha-256",
  "sha-512",
  "sha-256 of other content",
  "sha-512 of other content",
  "md5",
  "unixsum",
  "a",
);
const inputs = fc
  .tuple(fc.array(entry, { maxLength: 4 }), fc.constantFrom("", "a", '{"hello": "world"}', "\r\n\0\xff"))
  .map(([entries, body]) => {
    const members = entries.map((name) => {
      const [algorithm = "", other] = name.split(" of ");
      const hash = ALGORITHMS.get(algorithm);
      return `${algorithm}=${hash === undefined ? ":AA==:" : `:${digest(hash, other ?? body)}:`}`;
    });
    return `${members.join(", ")}\n${body}`;
  });

/** What has to come of a field and a body, by another reader; `"unlike"` where it reads otherwise. */
function expected(field: string, body: Uint8Array): string {
  const read = dictionaryByOracle(field);
  if (read === "unlike") return read;
  if (read === undefined || read.keys.length === 0) return "content_digest_malformed";
  const members = [...oracle.parseDictionary(field)].map(([name, [value]]) => ({ name, value }));
  if (members.some(({ value }) => !(value instanceof ArrayBuffer))) return "content_digest_malformed";
  const known = members.filter(({ name }) => ALGORITHMS.has(name));
  if (known.length === 0) return "content_digest_unsupported";
  const right = known.every(({ name, value }) => {
    return createHash(ALGORITHMS.get(name) ?? "")
      .update(body)
      .digest()
      .equals(Buffer.from(value as ArrayBuffer));
  });
  return right ? "accepted" : "content_digest_mismatch";
}

/** `Content-Digest` and the content behind it: the first line of the input, and the rest. */
export const contentDigest: FuzzTarget = {
  name: "content-digest",
  pieces: [
    ...STRUCTURED_PIECES,
    ...["sha-256=", "sha-512=", "md5=:AA==:", "SHA-256=", "\n", `sha-256=:${digest("sha256", "")}:`],
    ...[`sha-512=:${digest("sha512", "")}:`, "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU:"],
  ],
  inputs,
  check(input) {
    const [field = "", ...rest] = input.split("\n");
    const body = octetsOf(rest.join("\n"));
    const answer = outcome(field, body, input);
    const wanted = expected(field, body);
    if (wanted !== "unlike") assert.equal(answer, wanted);
    return answer;
  },
};

function outcome(field: string, body: Uint8Array, input: string): string {
  try {
    checkContentDigest(field, body);
    return "accepted";
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    return refusal(error, ["content_digest_malformed", "content_digest_unsupported", "content_digest_mismatch"], input);
  }
}
