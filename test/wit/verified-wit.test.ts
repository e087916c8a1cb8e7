import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { SEAL } from "../../src/base/seal.js";
import { sealVerifiedWit, VerifiedWit, verifiedWitFields } from "../../src/wit/verified-wit.js";
import { verifyWit } from "../../src/wit/verify.js";
import { clock, expectMistake, expectSilence, makeTrust, makeWit, NOW, SUBJECT } from "../support/wit-fixtures.js";

const token = makeWit({ claims: { iss: "urn:issuer", jti: "t1", roles: [{ name: "a" }] } });
const wit = await verifyWit(token, { trust: makeTrust(), runtime: clock() });
const Constructor = VerifiedWit as unknown as new (...args: unknown[]) => VerifiedWit;

describe("a verified WIT", () => {
  it("prints as its workload, without token, claims or key", () => {
    expect(String(wit)).toBe(SUBJECT);
    expect(`${inspect(wit)}`).toBe(`VerifiedWit <${SUBJECT}>`);
    expect(JSON.parse(JSON.stringify({ wit }))).toEqual({ wit: { id: SUBJECT, expiresAt: NOW + 3600 } });
    expectSilence(wit, token);
    expectSilence([{ wit }], `${wit.confirmation.jwk.x}.${wit.confirmation.thumbprint}.${verifiedWitFields(wit).hash}`);
    expect(Object.keys(wit)).toEqual([]);
  });

  it("cannot be changed", () => {
    const { claims, confirmation, id } = wit;
    const roles = claims["roles"] as { name: string }[];
    for (const object of [claims, roles, roles[0], claims["cnf"], confirmation, confirmation.jwk, id]) {
      expect(Object.isFrozen(object)).toBe(true);
    }
    expect(() => Object.assign(wit, { id: "x" })).toThrow(TypeError);
    expect(() => Object.assign(claims, { sub: "wimse://example.com/admin" })).toThrow(TypeError);
    expect(wit.claims["sub"]).toBe(SUBJECT);
  });

  it("has the hash of the token as it was received", () => {
    expect(verifiedWitFields(wit).hash).toMatch(/^[\w-]{43}$/);
    expect(verifiedWitFields(wit)).toMatchObject({ notBefore: undefined, expiresAt: NOW + 3600 });
  });

  it("is made by verification, and by nothing else: ID-7.2.02", async () => {
    const fields = verifiedWitFields(wit);
    for (const seal of [undefined, null, {}, Symbol("seal"), fields]) {
      await expectMistake(() => new Constructor(seal, fields), /sealed/);
    }
    class Forged extends Constructor {}
    await expectMistake(() => new Forged(SEAL, fields), /sealed/);
    expect(sealVerifiedWit(fields)).toBeInstanceOf(VerifiedWit);
  });

  it.each<[string, () => unknown]>([
    ["nothing", () => undefined],
    ["null", () => null],
    ["the token", () => token],
    ["a literal", () => ({ id: wit.id, claims: wit.claims, confirmation: wit.confirmation })],
    ["a spread", () => ({ ...wit })],
    ["its JSON", () => JSON.parse(JSON.stringify(wit))],
    ["an object with its prototype", () => Object.create(VerifiedWit.prototype)],
    ["an object behind it", () => Object.create(wit)],
    ["a proxy of it", () => new Proxy(wit, {})],
    ["a clone of it", () => structuredClone(wit)],
  ])("ID-7.2.02, ID-7.2.03, WPT-2.22: is not forged with %s", async (_name, forge) => {
    await expectMistake(
      () => verifiedWitFields(forge() as never),
      /^A VerifiedWit is required: verify the token first$/,
    );
  });
});
