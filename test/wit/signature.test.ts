import { describe, expect, it } from "vitest";
import { createTrustStore } from "../../src/trust/store.js";
import { expectRefused, verify } from "../support/verify-wit.js";
import {
  encode,
  expectWimseError,
  issuerKey,
  jwks,
  keyFor,
  makeTrust,
  makeWit,
  ORIGIN,
  strangerKey,
  witClaims,
  witHeader,
  workloadKey,
} from "../support/wit-fixtures.js";

describe("the signature of a WIT", () => {
  const token = makeWit();
  const [header = "", claims = "", signature = ""] = token.split(".");

  it.each<[string, string]>([
    ["by a stranger under the name of the issuer's key", makeWit({ key: strangerKey })],
    ["by the workload itself", makeWit({ key: workloadKey, header: { kid: issuerKey.kid } })],
    ["over other claims", `${header}.${encode(JSON.stringify({ ...witClaims(), jti: "x" }))}.${signature}`],
    [
      "over the same claims, spelled otherwise",
      `${header}.${encode(JSON.stringify(witClaims(), null, 1))}.${signature}`,
    ],
    ["over another header", `${encode(JSON.stringify({ ...witHeader(), x: 1 }))}.${claims}.${signature}`],
    ["of zeros", `${header}.${claims}.${"A".repeat(86)}`],
    ["too short", `${header}.${claims}.${signature.slice(0, 84)}`],
    ["too long", `${header}.${claims}.${signature.slice(0, 84)}${signature.slice(0, 4)}`],
    ["of one byte", `${header}.${claims}.AA`],
  ])("CREDS-5.1.4.05, CREDS-3.04: must be the issuer's, and is not %s", async (_name, forged) => {
    await expectRefused(forged, "wit_signature_invalid", "CREDS-5.1.4.05");
  });

  it("CREDS-3.03: is not checked with a key that the token brings along", async () => {
    const header = { jwk: strangerKey.publicJwk, jku: "https://evil.example/jwks" };
    await expectRefused({ key: strangerKey, header }, "wit_signature_invalid", "CREDS-5.1.4.05");
    await expectRefused({ key: strangerKey, header: { ...header, kid: "x" } }, "wit_key_not_found", "CREDS-3.07");
  });

  it("CREDS-5.1.3.03, CREDS-3.03, ID-7.3.02: leads to no request, whatever URL the token names", async () => {
    const real = globalThis.fetch;
    const fetched: unknown[] = [];
    globalThis.fetch = async (input) => {
      fetched.push(input);
      return Response.json(jwks(strangerKey));
    };
    try {
      const changes = { header: { jku: "https://evil.example" }, claims: { iss: "https://evil.example" } };
      await expectRefused({ key: strangerKey, ...changes }, "wit_signature_invalid");
      expect((await verify(makeWit(changes))).issuer).toBe("https://evil.example");
      expect(fetched).toEqual([]);
    } finally {
      globalThis.fetch = real;
    }
  });

  it("CREDS-3.01, CREDS-3.04, ID-4.2.01: is checked with the keys of the origin in sub alone", async () => {
    const twoDomains = createTrustStore([
      { origin: ORIGIN, keys: jwks(issuerKey) },
      { origin: "spiffe://example.com", keys: jwks(strangerKey) }, // the same kid
      { origin: "wimse://example.org", keys: jwks({ ...workloadKey, kid: "org-1" }) },
    ]);
    const options = { trust: twoDomains };
    const spiffe = { sub: "spiffe://example.com/agent" };
    expect((await verify(makeWit(), options)).id.origin).toBe(ORIGIN);
    const other = await verify(makeWit({ key: strangerKey, claims: spiffe }), options);
    expect(other.id.origin).toBe("spiffe://example.com");
    await expectWimseError(verify(makeWit({ key: strangerKey }), options), "wit_signature_invalid");
    await expectWimseError(verify(makeWit({ claims: spiffe }), options), "wit_signature_invalid", "CREDS-5.1.4.05");
    const foreign = makeWit({ key: { ...workloadKey, kid: "org-1" } });
    await expectWimseError(verify(foreign, options), "wit_key_not_found", "CREDS-3.07");
    const unnamed = makeWit({ key: workloadKey, header: { kid: undefined } });
    await expectWimseError(verify(unnamed, options), "wit_signature_invalid", "CREDS-5.1.4.05");
  });

  it("CREDS-3.05: may be made with any key of the domain", async () => {
    const next = keyFor("Ed25519", "issuer-2");
    const keys = jwks(issuerKey, next);
    for (const key of [issuerKey, next]) {
      expect((await verify(makeWit({ key }), { trust: makeTrust({ keys }) })).algorithm).toBe(key.alg);
    }
  });

  it.each([
    ["Ed25519", "EdDSA"],
    ["EdDSA", "Ed25519"],
  ])("by a key for %s is none for %s", async (own, other) => {
    const keys = jwks(keyFor(own, "k"));
    const token = makeWit({ key: keyFor(other, "k") });
    await expectRefused(token, "wit_key_not_found", "CREDS-3.07", { keys });
  });
});
