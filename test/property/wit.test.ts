import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { createSigner } from "../../src/crypto/signer.js";
import { issueWit } from "../../src/wit/issue.js";
import { verifyWit } from "../../src/wit/verify.js";
import { clock, jwks, keyFor, makeTrust, makeWit, NOW } from "../support/wit-fixtures.js";

// RSA signs slowly: every signature is tested elsewhere, here it is the WITs that differ.
const ISSUERS = ["ES256", "ES384", "Ed25519", "EdDSA"].map((alg) => keyFor(alg));
const BOUND = ["ES256", "ES384", "ES512", "Ed25519", "EdDSA", "RS256", "PS512"].map((alg) => keyFor(alg));
const trust = makeTrust({ keys: jwks(...ISSUERS) });
const signers = new Map(
  await Promise.all(ISSUERS.map(async (key) => [key, await createSigner(key.privateJwk, key.alg)] as const)),
);

const segment = fc
  .string({ unit: fc.constantFrom(..."azAZ09-._~"), minLength: 1, maxLength: 12 })
  .filter((text) => text !== "." && text !== "..");
const subject = fc
  .array(segment, { minLength: 1, maxLength: 5 })
  .map((segments) => `wimse://example.com/${segments.join("/")}`);
const claims = fc
  .record(
    {
      iss: fc.string(),
      jti: fc.string({ unit: "binary" }),
      nbf: fc.double({ min: NOW - 1000, max: NOW, noNaN: true }),
      iat: fc.double({ noNaN: true, noDefaultInfinity: true }),
      "https://example.com/a": fc.jsonValue({ maxDepth: 4 }),
      ["__proto__"]: fc.jsonValue({ maxDepth: 1 }),
      constructor: fc.jsonValue({ maxDepth: 1 }),
      toString: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((record) => ({ ...record }));

describe("WITs of any content", () => {
  it("verify as they were issued", async () => {
    await fc.assert(
      fc.asyncProperty(
        subject,
        claims,
        fc.constantFrom(...ISSUERS),
        fc.constantFrom(...BOUND),
        fc.integer({ min: 1, max: 85_000 }),
        async (sub, claims, key, bound, lifetime) => {
          const signer = signers.get(key);
          if (!signer) throw new Error("no signer");
          const token = await issueWit(
            { sub, cnf: bound.publicJwk, claims },
            { signer, kid: key.kid, lifetime, runtime: clock() },
          );
          const wit = await verifyWit(token, { trust, runtime: clock() });
          expect(wit.id.uri).toBe(sub);
          expect(wit.algorithm).toBe(key.alg);
          expect(wit.expiresAt).toBe(NOW + lifetime);
          expect(wit.confirmation.jwk).toEqual(bound.publicJwk);
          expect({
            iat: NOW,
            ...JSON.parse(JSON.stringify(claims)),
            sub,
            exp: NOW + lifetime,
            cnf: { jwk: bound.publicJwk },
          }).toEqual(wit.claims);
          const late = verifyWit(token, { trust, runtime: clock(NOW + lifetime + 5) });
          await expect(late).rejects.toMatchObject({ code: "wit_expired" });
        },
      ),
      { numRuns: 80 },
    );
  });
});

describe("a WIT that was changed", () => {
  const token = makeWit({ key: keyFor("ES256"), claims: { iss: "urn:a", jti: "t1", nbf: NOW } });

  async function expectRefused(changed: string): Promise<void> {
    const error = await verifyWit(changed, { trust, runtime: clock() }).then(
      () => new Error(`accepted: ${changed}`),
      (error: unknown) => error,
    );
    if (!(error instanceof WimseError) || !error.code.startsWith("wit_")) throw error;
  }

  it("CREDS-5.1.4.05: is refused with any character replaced by its neighbour", async () => {
    await verifyWit(token, { trust, runtime: clock() });
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let i = 0; i < token.length; i++) {
      const next = alphabet[(alphabet.indexOf(token[i] ?? "") + 1) % 64];
      await expectRefused(`${token.slice(0, i)}${next}${token.slice(i + 1)}`);
    }
  });

  it("CREDS-5.1.4.05: is refused with any bit of its parts turned", async () => {
    const parts = token.split(".").map((part) => Buffer.from(part, "base64url"));
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.nat(), fc.nat(7), async (which, at, bit) => {
        const changed = parts.map((part) => Buffer.from(part));
        const part = changed[which] ?? Buffer.of();
        part.writeUInt8(part.readUInt8(at % part.length) ^ (1 << bit), at % part.length);
        await expectRefused(changed.map((bytes) => bytes.toString("base64url")).join("."));
      }),
      { numRuns: 400 },
    );
  });

  it("CREDS-5.1.4.05, CREDS-5.1.4.02: is refused with characters removed, inserted or moved", async () => {
    const position = fc.nat(token.length);
    const inserted = fc.oneof(fc.constantFrom(".", "A", "=", " ", "\n", ",", "\0", "é"), fc.string({ maxLength: 5 }));
    await fc.assert(
      fc.asyncProperty(position, position, inserted, async (from, to, text) => {
        const changed = token.slice(0, from) + text + token.slice(to);
        if (changed !== token) await expectRefused(changed);
      }),
      { numRuns: 400 },
    );
  });
});
