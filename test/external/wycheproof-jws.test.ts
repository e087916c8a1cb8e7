import { describe, expect, it } from "vitest";
import { decodeBase64url } from "../../src/base/base64url.js";
import { parseJsonBytes } from "../../src/base/json.js";
import { algorithmNamed } from "../../src/crypto/algorithms.js";
import { checkCriticalHeaders, readCompactJws } from "../../src/crypto/jws.js";
import { fitsAlgorithm, readPublicJwk } from "../../src/crypto/public-key.js";
import { importVerificationKey } from "../../src/crypto/verifier.js";
import { staticJwks } from "../../src/trust/key-source/static-jwks.js";
import { wycheproofGroups, wycheproofPresent } from "./wycheproof.js";

type Jwk = { readonly [name: string]: unknown };

interface Test {
  readonly tcId: number;
  readonly comment: string;
  readonly jws: string;
  readonly result: "valid" | "invalid";
}

interface Group<Key> {
  readonly comment: string;
  readonly public?: Key;
  readonly private: Key;
  readonly tests: readonly Test[];
}

const signatureGroups = wycheproofGroups<Group<Jwk>>("json_web_signature");
const keyGroups = wycheproofGroups<Group<{ readonly keys: readonly Jwk[] }>>("json_web_key");

it("Wycheproof is present wherever CI is set", () => {
  expect(wycheproofPresent || !process.env["CI"]).toBe(true);
});

interface Parts {
  readonly header: Jwk;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly signingInput: string;
}

/** Reads a compact JWS with the strictness of `readCompactJws`, but for its payload: here that is hardly ever JSON. */
function readParts(jws: string): Parts | undefined {
  const [first, second, third, ...more] = jws.split(".");
  if (first === undefined || second === undefined || !third || more.length > 0) return undefined;
  const [header, payload, signature] = [first, second, third].map(decodeBase64url);
  const parsed = header && parseJsonBytes(header);
  return parsed && payload && signature && { header: parsed, payload, signature, signingInput: `${first}.${second}` };
}

/** Everything that stands between a token and a key, as the library puts it together. */
async function verifies(jws: string, jwk: Jwk): Promise<boolean> {
  const parts = readParts(jws);
  const algorithm = algorithmNamed(parts?.header["alg"]);
  const reading = readPublicJwk(jwk);
  if (!parts || !algorithm || reading.kind !== "usable") return false;
  try {
    checkCriticalHeaders(parts.header, "wit");
    staticJwks({ keys: [jwk as { kty: string }] }).select(undefined, algorithm); // heeds use and key_ops
  } catch {
    return false;
  }
  if (!fitsAlgorithm(reading.key, algorithm)) return false;
  const key = await importVerificationKey(reading.key, algorithm);
  return key.verify(Buffer.from(parts.signingInput), parts.signature);
}

/** Overrides: valid there, refused here. */
const STRICTER_HERE: ReadonlyMap<number, string> = new Map([
  [346, "PS384, and the key says PS256"],
  [350, "PS384, and the key says PS256"],
  [347, "ES512, and the key says ES521, which is no algorithm"],
  [351, "ES512, and the key says ES521, which is no algorithm"],
]);

/** A JWS may have an empty payload; a WIT or WPT may not (CREDS-5.1.1.01). */
const EMPTY_PAYLOAD = [259, 264, 268, 272, 320, 325];

const rowsOf = <Key>(groups: readonly Group<Key>[]): [number, string, Test, Group<Key>][] =>
  groups.flatMap((group) =>
    group.tests.map((test): [number, string, Test, Group<Key>] => [
      test.tcId,
      `${group.comment} ${test.comment}`,
      test,
      group,
    ]),
  );

describe.runIf(wycheproofPresent)("Wycheproof JSON Web Signatures", () => {
  const rows = rowsOf(signatureGroups);
  const asymmetric = rows.filter(([, , , group]) => group.public !== undefined);

  it("has as many cases as are told here", () => {
    expect([rows.length, asymmetric.length]).toEqual([401, 361]);
  });

  it.each(asymmetric)("%d %s", async (tcId, _name, test, group) => {
    const expected = test.result === "valid" && !STRICTER_HERE.has(tcId);
    expect(await verifies(test.jws, group.public ?? {})).toBe(expected);
  });

  it("the stricter cases are refused for their keys alone", async () => {
    for (const [tcId, , test, group] of rows.filter(([tcId]) => STRICTER_HERE.has(tcId))) {
      const { alg: _, ...key } = group.public ?? {};
      expect([tcId, await verifies(test.jws, key)]).toEqual([tcId, true]);
    }
  });

  it("CREDS-5.1.01: with a symmetric key nothing verifies, and no such key is read", async () => {
    const symmetric = rows.filter(([, , , group]) => group.public === undefined);
    expect(symmetric).toHaveLength(40);
    for (const [tcId, , test, group] of symmetric) {
      expect([tcId, readPublicJwk(group.private).kind]).toEqual([tcId, "refused"]);
      expect([tcId, await verifies(test.jws, group.private)]).toEqual([tcId, false]);
    }
  });

  it("CREDS-5.1.4.02: base64url is strict; override: 372 and 373, which contain a question mark, are no tokens", () => {
    const base64 = rows.filter(([tcId]) => tcId >= 357 && tcId <= 377);
    const readable = base64.filter(([, , test]) => readParts(test.jws) !== undefined).map(([tcId]) => tcId);
    // The padding of 367 and 370 has been lost in this copy: they equal 357.
    expect(readable).toEqual([357, 358, 359, 367, 370, 376, 377]);
  });

  it("CREDS-5.1.1.01: an empty payload makes no WIT", () => {
    const empty = rows.filter(([, , test]) => test.result === "valid" && test.jws.includes(".."));
    expect(empty.map(([tcId]) => tcId)).toEqual(EMPTY_PAYLOAD);
    for (const [, , test] of empty) {
      expect(() => readCompactJws(test.jws, "wit")).toThrow(expect.objectContaining({ code: "wit_malformed" }));
    }
  });
});

describe.runIf(wycheproofPresent)("Wycheproof JSON Web Keys", () => {
  const rows = rowsOf(keyGroups);

  it("has as many cases as are told here", () => {
    expect(rows).toHaveLength(26);
  });

  it.each(rows)("%d %s", async (_tcId, _name, test, group) => {
    const keys = group.public?.keys ?? group.private.keys;
    const symmetric = keys.some(({ kty }) => kty === "oct");
    const answers = await Promise.all(keys.map((key) => verifies(test.jws, key)));
    expect(answers.some(Boolean)).toBe(test.result === "valid" && !symmetric);
    if (symmetric) {
      const set = { keys: keys as readonly { kty: string }[] as { kty: string }[] };
      expect(() => staticJwks(set)).toThrow(expect.objectContaining({ code: "configuration_invalid" }));
    }
  });
});
