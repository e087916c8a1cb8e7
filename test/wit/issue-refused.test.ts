import type { JWK } from "jose";
import { describe, it } from "vitest";
import { issueWit } from "../../src/wit/issue.js";
import * as fixed from "../support/fixed-keys.js";
import { expectMistake, issuerKey, NOW, SUBJECT } from "../support/wit-fixtures.js";
import { cnf, issue, signer } from "./issue-support.js";

describe("issueWit refuses", () => {
  it.each<[string, object, RegExp]>([
    ["an unknown member", { subject: SUBJECT }, /^issueWit: unknown option "subject"$/],
    ["cnf with a jwk inside", { cnf: { jwk: cnf } }, /^issueWit: cnf: /],
    ["a private key", { cnf: { ...fixed.p256, alg: "ES256" } }, /^issueWit: cnf: the JWK must hold no private member$/],
    ["a symmetric key", { cnf: { kty: "oct", k: "AAAA", alg: "HS256" } }, /^issueWit: cnf: /],
    ["no key", { cnf: undefined }, /^issueWit: cnf: /],
    ["a key that is not for signatures", { cnf: { ...cnf, use: "enc" } }, /^issueWit: cnf is not for signatures$/],
    ["a key that does not verify", { cnf: { ...cnf, key_ops: ["sign"] } }, /^issueWit: cnf is not for signatures$/],
    ["sub among the claims", { claims: { sub: SUBJECT } }, /^issueWit: sub is not given among the claims$/],
    ["exp among the claims", { claims: { exp: NOW } }, /^issueWit: exp is not given among the claims$/],
    ["cnf among the claims", { claims: { cnf: {} } }, /^issueWit: cnf is not given among the claims$/],
    ["claims that are null", { claims: null }, /^issueWit: claims is an object$/],
    ["claims that are an array", { claims: ["a"] }, /^issueWit: claims is an object$/],
    ["claims that are a string", { claims: "a" }, /^issueWit: claims is an object$/],
    ["iss that is no string", { claims: { iss: ["a"] } }, /^issueWit: iss and jti are strings$/],
    ["jti that is no string", { claims: { jti: 1 } }, /^issueWit: iss and jti are strings$/],
    ["nbf that is no number", { claims: { nbf: "now" } }, /^issueWit: nbf and iat are numbers$/],
    ["nbf without end", { claims: { nbf: Number.POSITIVE_INFINITY } }, /^issueWit: nbf and iat are numbers$/],
    ["nbf at the expiry", { claims: { nbf: NOW + 3600 } }, /^issueWit: nbf is not before the expiry$/],
    ["nbf after the expiry", { claims: { nbf: NOW + 9999 } }, /^issueWit: nbf is not before the expiry$/],
    ["claims that are no JSON", { claims: { a: 1n } }, /^The claims are not JSON of at most 16 levels$/],
    ["iat that is no number", { claims: { iat: new Date() } }, /^issueWit: nbf and iat are numbers$/],
  ])("%s", async (_name, wit, message) => {
    await expectMistake(issue(wit), message);
  });

  it.each<[string, JWK]>([
    ["absent", { ...cnf, alg: undefined } as unknown as JWK],
    ["none", { ...cnf, alg: "none" }],
    ["symmetric", { ...cnf, alg: "HS256" }],
    ["for encryption", { ...cnf, alg: "ECDH-ES" }],
    ["unknown", { ...cnf, alg: "foo" }],
    ["of another curve", { ...cnf, alg: "ES384" }],
  ])(
    "CREDS-5.1.12, CREDS-5.1.13, CREDS-5.1.15, CREDS-5.1.16, CREDS-5.1.17: a key whose alg is %s",
    async (_name, key) => {
      await expectMistake(issue({ cnf: key }), /^issueWit: cnf/);
    },
  );

  it.each<unknown>([
    undefined,
    "",
    [SUBJECT],
    "wimse://example.com",
    "wimse://Example.com/agent",
    "wimse://example.com/agent?x",
    "wimse://example.com/a:b",
    `wimse://example.com/${"a".repeat(2048)}`,
  ])("CREDS-5.1.05, CREDS-4.01, ID-P-4.1.02: the sub %j", async (sub) => {
    await expectMistake(issue({ sub }), /^identifier/);
  });

  it.each<[string, object, RegExp]>([
    ["an unknown option", { expiresIn: 1 }, /^issueWit: unknown option "expiresIn"$/],
    ["no signer", { signer: undefined }, /^issueWit: a signer is required$/],
    ["a key for a signer", { signer: issuerKey.privateJwk }, /^issueWit: a signer is required$/],
    ["an unknown profile", { profile: "jwt-svid" }, /^issueWit: profile is "wit" or "wit-svid"$/],
    ["a runtime that is none", { runtime: {} }, /^runtime: /],
  ])("%s", async (_name, options, message) => {
    await expectMistake(issue({}, options), message);
  });

  it.each<unknown>([undefined, "", 1, null])("WITSVID-2.1.01, WITSVID-4.02: the kid %j", async (kid) => {
    await expectMistake(issue({}, { kid }), /^issueWit: kid is required$/);
  });

  it.each(["none", "HS256", "ES256K", "es256", undefined])(
    "CREDS-5.1.01, CREDS-5.1.02: a signer of algorithm %s",
    async (algorithm) => {
      const other = { algorithm, publicJwk: cnf, sign: async () => new Uint8Array(64) };
      await expectMistake(issue({}, { signer: other }), /^issueWit: the signer's algorithm$/);
    },
  );

  it("no content, and no options", async () => {
    await expectMistake(issueWit(undefined as never, { signer, kid: "k" }), /^issueWit: content and options/);
    await expectMistake(issueWit({ sub: SUBJECT, cnf }, undefined as never), /^issueWit: content and options/);
  });
});
