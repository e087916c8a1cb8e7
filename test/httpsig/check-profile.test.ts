import { describe, expect, it } from "vitest";
import type { VerifyPolicy } from "../../src/index.js";
import { createSigner } from "../../src/crypto/signer.js";
import { createTrustStore } from "../../src/trust.js";
import {
  type ParameterTexts,
  type SignedRequestParts,
  signatureVerifier,
  signedRequest,
  TAG,
} from "../support/signature-fixtures.js";
import { keyFor } from "../support/wit-fixtures.js";
import { createWorld, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const stranger = await createWorld();

/** What verification of a sound request with these changes comes to: the code and the requirement, or `accepted`. */
async function outcome(parts: SignedRequestParts = {}, changes: Partial<VerifyPolicy> = {}): Promise<string> {
  const request = await signedRequest(world, parts);
  try {
    await signatureVerifier(world, changes).verify(request);
    return "accepted";
  } catch (error) {
    const { code, requirement } = error as { code: string; requirement?: string };
    return `${code} ${requirement}`;
  }
}

describe("a sound signature", () => {
  it("HSIG-3.01, HSIG-3.1.01: is accepted", async () => {
    const result = await signatureVerifier(world).verify(
      await signedRequest(world, { parameters: { nonce: '"the nonce"' } }),
    );
    expect(result.proof).toEqual({
      type: "http-signature",
      revision: "http-signature-07",
      id: "the nonce",
      audience: "https://svc.example.com/tools",
      expiresAt: NOW + 60,
    });
    expect(result.workload.id.uri).toBe("wimse://example.com/agent");
  });

  it.each<[string, SignedRequestParts]>([
    ["HSIG-3.36: under another label", { label: "sig1" }],
    ["HSIG-3.36: under a label that looks like a revision", { label: "*a-_.9" }],
    ["R9421-2.3.03: with a parameter that is not known", { parameters: { "x-y": "1.5", z: "tok" } }],
    ["with wimse-req-nonce, which has no meaning in a request", { parameters: { "wimse-req-nonce": '"a"' } }],
    ["with a nonce that has a quote in it", { parameters: { nonce: '"a\\"b\\\\c"' } }],
    ["with more components", { components: (sound) => [...sound, '"host"', '"@authority"'] }],
    ["HSIG-3.05: with @request-target too", { components: (sound) => [...sound, '"@request-target"'] }],
    ["with the components in another order", { components: (sound) => [...sound].reverse() }],
    [
      "with the parameters in another order",
      { parameters: (sound) => Object.fromEntries(Object.entries(sound).reverse()) },
    ],
    ["with spaces that are allowed", { written: (m) => m.replace("(", "(  ").replaceAll(";", ";  ") }],
    ["with created spelled with leading zeros", { written: (m) => m.replace("created=", "created=00") }],
    [
      "HSIG-3.3.01: with ?1 after the equals sign",
      {
        parameters: { "wimse-sign-response": "" },
        written: (m) => m.replace("wimse-sign-response", "wimse-sign-response=?1"),
      },
    ],
    ["without content", { body: null }],
    ["with content that is empty", { body: "" }],
    ["HSIG-3.04: without a query", { target: "/tools" }],
    ["with a question mark alone", { target: "/tools?" }],
    ["by GET", { method: "GET", body: null }],
    ["with a method of another's making", { method: "p-ost" }],
  ])("is accepted %s", async (_what, parts) => {
    expect(await outcome(parts)).toBe("accepted");
  });

  it.each(["ES256", "ES384", "ES512", "Ed25519", "RS256", "PS256"])("HSIG-3.1.02: of %s is accepted", async (alg) => {
    const own = await createWorld(alg);
    expect(await outcomeOf(signatureVerifier(own).verify(await signedRequest(own)))).toBe("accepted");
  });
});

describe("parameters that are forbidden", () => {
  it.each([
    ["HSIG-3.30", { keyid: '"issuer-1"' }],
    ["HSIG-3.30", { keyid: '""' }],
    ["HSIG-3.30", { keyid: "1" }],
    ["HSIG-3.31, HSIG-3.1.03", { alg: '"ecdsa-p256-sha256"' }],
    ["HSIG-3.31", { alg: '"ES256"' }],
    ["HSIG-3.31", { alg: "" }],
  ])("%s: %o", async (requirements, parameters: ParameterTexts) => {
    expect(await outcome({ parameters })).toBe(`signature_parameter_forbidden ${requirements.split(",")[0]}`);
  });
});

describe("parameters that have to be there", () => {
  it.each([
    ["created", "HSIG-3.22"],
    ["expires", "HSIG-3.23"],
    ["nonce", "HSIG-3.25"],
    ["wimse-aud", "HSIG-3.27"],
  ])("%s: %s", async (name, requirement) => {
    expect(await outcome({ parameters: { [name]: undefined } })).toBe(`signature_parameter_missing ${requirement}`);
  });

  it("HSIG-3.26: without the tag it is no signature of the profile", async () => {
    expect(await outcome({ parameters: { tag: undefined } })).toBe("proof_missing CREDS-5.1.10");
  });
});

describe("parameters of another type", () => {
  const kinds: Record<string, string> = {
    string: '"1"',
    token: "tok",
    bytes: ":AA==:",
    decimal: "1790000000.0",
    boolean: "",
    false: "?0",
    integer: `${NOW}`,
    date: `@${NOW}`,
    display: '%"a"',
  };
  const cases = [
    ...["created", "expires"].flatMap((name) =>
      ["string", "token", "bytes", "decimal", "boolean", "false", "date", "display"].map((kind) => [name, kind]),
    ),
    ...["nonce", "wimse-aud"].flatMap((name) =>
      ["token", "bytes", "decimal", "boolean", "false", "integer", "date", "display"].map((kind) => [name, kind]),
    ),
  ];
  it.each(cases)("HSIG-3.2.01, R9421-2.3.02: %s that is a %s", async (name = "", kind = "") => {
    const requirement = name === "wimse-aud" ? "HSIG-3.2.01" : "R9421-2.3.02";
    expect(await outcome({ parameters: { [name]: kinds[kind] } })).toBe(`signature_parameter_invalid ${requirement}`);
  });

  it.each(["token", "bytes", "integer", "boolean", "display"])(
    "HSIG-3.26, HSIG-3.33: a tag that is a %s is another's",
    async (k) => {
      const value = k === "token" ? TAG : k === "bytes" ? `:${btoa(TAG)}:` : kinds[k];
      expect(await outcome({ parameters: { tag: value } })).toBe("proof_missing CREDS-5.1.10");
    },
  );

  it.each<[string, ParameterTexts, string]>([
    ["HSIG-3.37: an empty nonce", { nonce: '""' }, "signature_parameter_invalid HSIG-3.37"],
    ["HSIG-3.2.02: an empty audience", { "wimse-aud": '""' }, "signature_parameter_invalid HSIG-3.2.02"],
    ["a nonce of one byte", { nonce: '"a"' }, "accepted"],
    ["a nonce of 256 bytes", { nonce: `"${"a".repeat(256)}"` }, "accepted"],
    ["a nonce of 257 bytes", { nonce: `"${"a".repeat(257)}"` }, "signature_parameter_invalid R9421-2.3.02"],
    ["a tag of 257 bytes", { tag: `"${TAG}${"a".repeat(257 - TAG.length)}"` }, "proof_missing CREDS-5.1.10"],
    ["created twice: the same", { created: `${NOW};created=${NOW}` }, "signature_parameter_invalid R9421-2.3.02"],
    ["nonce twice", { nonce: '"a";nonce="b"' }, "signature_parameter_invalid R9421-2.3.02"],
    ["an unknown parameter twice", { x: "1;x=2" }, "signature_parameter_invalid R9421-2.3.02"],
    ["the tag twice", { tag: `"other";tag="${TAG}"` }, "signature_parameter_invalid R9421-2.3.02"],
  ])("%s", async (_what, parameters, expected) => {
    expect(await outcome({ parameters })).toBe(expected);
  });
});

describe("HSIG-5.1.05: times", () => {
  it.each<[string, number, ParameterTexts, string]>([
    ["at expiry", 5, { expires: `${NOW}` }, "accepted"],
    ["before the tolerance is over", 5, { created: `${NOW - 9}`, expires: `${NOW - 4}` }, "accepted"],
    ["when it is over", 5, { created: `${NOW - 9}`, expires: `${NOW - 5}` }, "signature_expired HSIG-5.1.05"],
    ["long after", 5, { created: `${NOW - 99}`, expires: `${NOW - 60}` }, "signature_expired HSIG-5.1.05"],
    ["without tolerance, before expiry", 0, { expires: `${NOW + 1}` }, "accepted"],
    ["without tolerance, at expiry", 0, { expires: `${NOW}` }, "signature_expired HSIG-5.1.05"],
    ["with all tolerance", 120, { created: `${NOW - 119}`, expires: `${NOW - 119}` }, "accepted"],
    ["created in the future, tolerated", 5, { created: `${NOW + 5}` }, "accepted"],
    ["created in the future", 5, { created: `${NOW + 6}` }, "signature_not_yet_valid HSIG-5.1.05"],
    ["created in the future, no tolerance", 0, { created: `${NOW + 1}` }, "signature_not_yet_valid HSIG-5.1.05"],
    ["created now, no tolerance", 0, { created: `${NOW}` }, "accepted"],
    ["HSIG-3.24: as long as can be", 5, { expires: `${NOW + 305}` }, "accepted"],
    ["HSIG-3.24: longer", 5, { expires: `${NOW + 306}` }, "signature_lifetime_too_long HSIG-3.24"],
    ["without tolerance as long as can be", 0, { expires: `${NOW + 300}` }, "accepted"],
    ["without tolerance longer", 0, { expires: `${NOW + 301}` }, "signature_lifetime_too_long HSIG-3.24"],
    [
      "HSIG-5.1.04: long since created, as long as can be",
      5,
      { created: `${NOW - 275}`, expires: `${NOW + 30}` },
      "accepted",
    ],
    [
      "HSIG-5.1.04: longer since created",
      5,
      { created: `${NOW - 276}`, expires: `${NOW + 30}` },
      "signature_lifetime_too_long HSIG-3.24",
    ],
    [
      "HSIG-3.24: from now, where it was made a little in the future",
      5,
      { created: `${NOW + 5}`, expires: `${NOW + 306}` },
      "signature_lifetime_too_long HSIG-3.24",
    ],
    ["expires before created", 5, { created: `${NOW + 3}`, expires: `${NOW + 2}` }, "accepted"],
    ["created below zero", 5, { created: "-1" }, "signature_lifetime_too_long HSIG-3.24"],
    ["as large as numbers are", 5, { expires: "999999999999999" }, "signature_lifetime_too_long HSIG-3.24"],
  ])("%s, tolerance %d: %o", async (_what, clockTolerance, parameters, expected) => {
    expect(await outcome({ parameters }, { clockTolerance })).toBe(expected);
  });

  it.each([
    [30, "accepted"],
    [31, "signature_lifetime_too_long HSIG-3.24"],
  ])("HSIG-3.24: maxProofLifetime 30 and %d seconds", async (lifetime, expected) => {
    const parameters = { expires: `${NOW + lifetime}` };
    expect(await outcome({ parameters }, { clockTolerance: 0, maxProofLifetime: 30 })).toBe(expected);
  });

  it("are judged by a clock that has fractions of seconds", async () => {
    const runtime = (now: number) => ({ ...world.runtime, now: () => now });
    const at = (now: number) =>
      outcome({ parameters: { expires: `${NOW}` } }, { clockTolerance: 0, runtime: runtime(now) });
    expect(await at(NOW - 0.001)).toMatch(/^signature_not_yet_valid/);
    expect(await at(NOW)).toMatch(/^signature_expired/);
  });
});

describe("the signature itself", () => {
  it.each<[string, (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>]>([
    ["with one bit changed", (s) => s.map((byte, i) => (i === 9 ? byte ^ 1 : byte))],
    ["shorter", (s) => s.slice(1)],
    ["longer", (s) => new Uint8Array([...s, 0])],
    ["empty", () => new Uint8Array()],
    ["all zero", (s) => s.fill(0)],
  ])("HSIG-3.42: %s", async (_what, change) => {
    const { algorithm, publicJwk } = world.key;
    const sign = async (data: Uint8Array) => change(new Uint8Array(await world.key.sign(data)));
    expect(await outcome({ signer: { algorithm, publicJwk, sign } })).toBe("signature_invalid HSIG-3.42");
  });

  it("HSIG-3.41, HSIG-3.42: by another key than that of the WIT", async () => {
    expect(await outcome({ signer: stranger.key })).toBe("signature_invalid HSIG-3.42");
    expect(await outcome({ wit: stranger.wit })).toBe("wit_signature_invalid CREDS-5.1.4.05");
  });

  it("HSIG-3.1.04: of another algorithm of the same key", async () => {
    const { publicJwk, privateJwk } = keyFor("PS256");
    const wit = await world.forgeWit({ claims: { cnf: { jwk: publicJwk } } });
    const signedAs = async (alg: string) => outcome({ wit, signer: await createSigner({ ...privateJwk }, alg) });
    expect(await signedAs("PS256")).toBe("accepted");
    expect(await signedAs("RS256")).toBe("signature_invalid HSIG-3.42");
    expect(await signedAs("PS512")).toBe("signature_invalid HSIG-3.42");
  });

  it("HSIG-3.1.05: of an algorithm that is not allowed in the trust domain", async () => {
    const trust = createTrustStore([{ origin: world.issuer.origin, keys: world.issuer.jwks, algorithms: ["ES384"] }]);
    expect(await outcome({}, { trust })).toMatch(/^wit_algorithm_not_allowed/);
  });

  it("HSIG-3.40, HSIG-3.41: by the right key, and not expired, under a WIT that has", async () => {
    const wit = await world.forgeWit({ claims: { exp: NOW - 60 } });
    expect(await outcome({ wit })).toBe("wit_expired CREDS-5.1.4.08");
  });
});
