import { describe, expect, it } from "vitest";
import { importVerificationKey } from "../../src/crypto/verifier.js";
import { type VerifiedWit, verifyWit } from "../../src/wit.js";
import { sealVerifiedWit, verifiedWitFields } from "../../src/wit/verified-wit.js";
import { signWpt, type VerifyWptOptions, verifyWpt } from "../../src/wpt.js";
import { algorithm } from "../crypto/support.js";
import { expectMistake } from "../support/wit-fixtures.js";
import { AUDIENCE, createWorld, mistake, spoilSignature, type WptParts } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { runtime, trust, credential } = world;
const wit = await verifyWit(world.wit, { trust, runtime });
const sound = { audience: [AUDIENCE], understoodTokens: ["x-a"], otherTokens: { "x-a": "a" }, runtime };

/** The WIT with a key whose backend answers later, as that of a runtime without `node:crypto`. */
async function withLateKey(): Promise<VerifiedWit> {
  const fields = verifiedWitFields(wit);
  const key = await importVerificationKey(fields.confirmationKey.jwk, algorithm("ES256"), "webcrypto");
  expect(key.verify(new Uint8Array(), new Uint8Array(64))).toBeInstanceOf(Promise);
  return sealVerifiedWit({ ...fields, confirmationKey: key });
}

describe("a refusal names the requirement", () => {
  it.each<[string, WptParts]>([
    ["wpt_type_mismatch WPT-2.27", { header: { typ: "JWT" } }],
    ["wpt_algorithm_mismatch WPT-2.25", { header: { alg: "ES384" } }],
    ["wpt_other_token_hash_mismatch WPT-2.35", { claims: { oth: { "x-a": "h" } } }],
    ["wpt_other_token_unknown WPT-2.36", { claims: { oth: { "x-b": "h" } } }],
    ["wpt_txn_token_hash_mismatch WPT-2.33", { claims: { tth: "h" } }],
    ["wpt_wit_hash_mismatch WPT-2.31", { claims: { wth: "h" } }],
    ["wpt_audience_mismatch WPT-2.28", { claims: { aud: "urn:other" } }],
  ])("%s", async (expected, parts) => {
    const [code, requirement] = expected.split(" ");
    await expect(verifyWpt(await world.wpt(parts), wit, sound)).rejects.toMatchObject({ code, requirement });
  });

  it("wpt_signature_invalid WPT-2.26, WITSVID-5.01: whether the key answers at once or later", async () => {
    const wpt = await world.wpt();
    for (const verified of [wit, await withLateKey()]) {
      await expect(verifyWpt(spoilSignature(wpt), verified, sound)).rejects.toMatchObject({
        code: "wpt_signature_invalid",
        requirement: "WPT-2.26",
      });
      expect((await verifyWpt(wpt, verified, sound)).audience).toBe(AUDIENCE);
    }
  });
});

describe("the caller's mistakes are told by the name of what is wrong", () => {
  it.each<[string, Partial<Record<keyof VerifyWptOptions, unknown>>]>([
    ["verifyWpt: unknown option", { replay: "unchecked" } as object],
    ["understoodTokens: ", { understoodTokens: "x-a" }],
    ["maxProofLifetime: ", { maxProofLifetime: 0 }],
    ["clockTolerance: ", { clockTolerance: -1 }],
  ])("verifyWpt: %s", async (start, changes) => {
    const options = { ...sound, ...changes } as VerifyWptOptions;
    await expectMistake(verifyWpt("a.b.c", wit, options), new RegExp(`^${start}`));
  });

  it.each<[string, object, object]>([
    ["signWpt: unknown option", { jti: "mine" }, {}],
    ["signWpt: unknown option", {}, { ttl: 60 }],
    ["signWpt: audience", { audience: "" }, {}],
    ["lifetime: ", {}, { lifetime: 0 }],
    ["txnToken: ", { txnToken: "é" }, {}],
    ["otherTokens: ", { otherTokens: { "x-a": "é" } }, {}],
  ])("signWpt: %s", async (start, content, options) => {
    const signed = signWpt({ audience: AUDIENCE, ...content }, credential, { runtime, ...options });
    await expectMistake(signed, new RegExp(`^${start}`));
  });

  it.each([undefined, null])("signWpt of %s", async (content) => {
    await expect(signWpt(content as never, credential)).rejects.toMatchObject(mistake);
  });
});
