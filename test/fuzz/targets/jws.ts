import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { WimseError } from "../../../src/base/errors.js";
import { type CompactJws, checkTokenSize, readCompactJws } from "../../../src/crypto/jws.js";
import { readJson } from "../oracles/json.js";
import { type FuzzTarget, refusal } from "../target.js";
import { JSON_PIECES, jsonObjects } from "./json.js";

const LONGEST = 16384;
const encode = (text: string): string => Buffer.from(text, "latin1").toString("base64url");
/** One piece of JSON too many. */
const nearly = fc
  .tuple(jsonObjects, fc.nat(), fc.constantFrom(...JSON_PIECES))
  .map(([text, at, piece]) => text.slice(0, at % (text.length + 1)) + piece + text.slice(at % (text.length + 1)));
const part = fc.oneof(nearly, jsonObjects, fc.constantFrom('{"alg":"ES256"}', "{}", "[]", "", "\xff", '{"a":1,"a":2}'));
const tokens = fc
  .tuple(part, part, fc.uint8Array({ maxLength: 70 }))
  .map(
    ([header, claims, signature]) =>
      `${encode(header)}.${encode(claims)}.${Buffer.from(signature).toString("base64url")}`,
  );

function read(input: string): CompactJws | WimseError {
  try {
    checkTokenSize(input, "wit");
    return readCompactJws(input, "wit");
  } catch (error) {
    if (error instanceof WimseError) return error;
    throw error;
  }
}

/** The octets of strict base64url, by writing them again. */
function strictly(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : undefined;
}

/** What a token says, read another way; `undefined` when it has to be refused. */
function expected(input: string): { header: unknown; claims: unknown; signature: Uint8Array } | undefined {
  const parts = input.split(".");
  const [header, claims, signature] = parts.map(strictly);
  if (parts.length !== 3 || !header?.length || !claims?.length || !signature?.length) return undefined;
  const [first, second] = [readJson(header), readJson(claims)];
  return first && second && { header: first, claims: second, signature };
}

/** The reader of compact JWS, against a second reader and against `jose`. */
export const jws: FuzzTarget = {
  name: "jws",
  pieces: [".", "..", "=", "-", "_", "+", "/", "A", "B", "e30", "eyJhIjoxfQ", " ", ",", "\n", "\0", "\xe9"],
  inputs: tokens,
  check(input) {
    const answer = read(input);
    const wanted = expected(input);
    if (answer instanceof WimseError) {
      const code = refusal(answer, ["wit_malformed", "wit_too_large"], input);
      assert.equal(code === "wit_too_large", input.length > LONGEST);
      assert.ok(code === "wit_too_large" || wanted === undefined, "a sound token was refused");
      return code;
    }
    const { header, claims, signature, signingInput } = answer;
    assert.deepEqual({ header, claims, signature: Buffer.from(signature) }, wanted);
    assert.equal(`${signingInput}.${Buffer.from(signature).toString("base64url")}`, input);
    // readers that are lenient read it as we do
    assert.deepEqual(plain(header), plain(decodeProtectedHeader(input)));
    assert.deepEqual(plain(claims), plain(decodeJwt(input)));
    return "accepted";
  },
};

/** Without the prototypes by which two equal objects may differ, and without `__proto__` that one of them may lack. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
