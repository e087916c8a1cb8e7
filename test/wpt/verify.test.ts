import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { VerifiedWit, verifyWit } from "../../src/wit.js";
import { VerifiedWpt, type VerifyWptOptions, verifyWpt } from "../../src/wpt.js";
import { AUDIENCE, createWorld, mistake, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { runtime, trust } = world;
const wit = await verifyWit(world.wit, { trust, runtime });
const wpt = await world.wpt({ claims: { jti: "an-id", exp: NOW + 33 } });
const sound = { audience: [AUDIENCE], runtime };

describe("verifyWpt", () => {
  it("tells what it found, and may be asked twice: replay is not its matter", async () => {
    for (const proof of [await verifyWpt(wpt, wit, sound), await verifyWpt(wpt, wit, sound)]) {
      expect(proof).toBeInstanceOf(VerifiedWpt);
      expect(proof).toMatchObject({ tokenId: "an-id", audience: AUDIENCE, expiresAt: NOW + 33, txnToken: undefined });
    }
  });

  it("WPT-3.1.5.01: a verified proof prints as what a log may hold", async () => {
    const proof = await verifyWpt(wpt, wit, sound);
    expect(String(proof)).toBe(`for ${AUDIENCE}`);
    expect(JSON.parse(JSON.stringify(proof))).toEqual({ audience: AUDIENCE, expiresAt: NOW + 33 });
    expect(inspect(proof)).toBe(`VerifiedWpt <for ${AUDIENCE}>`);
  });

  it("WPT-2.22: takes nothing but a verified WIT", async () => {
    const lookAlikes = [
      world.wit,
      undefined,
      null,
      {},
      { ...wit },
      Object.create(wit),
      Object.create(VerifiedWit.prototype),
      new Proxy(wit, {}),
      { confirmation: wit.confirmation, id: wit.id },
    ];
    for (const forged of lookAlikes) {
      await expect(verifyWpt(wpt, forged as VerifiedWit, sound)).rejects.toMatchObject(mistake);
    }
  });

  it("is sealed: no constructor, no subclass, no prototype makes one", async () => {
    const Open = VerifiedWpt as unknown as new (...args: unknown[]) => VerifiedWpt;
    class Sub extends Open {}
    expect(() => new Open()).toThrow(expect.objectContaining(mistake));
    expect(() => new Open(Symbol("seal"), {})).toThrow(expect.objectContaining(mistake));
    expect(() => new Sub()).toThrow(expect.objectContaining(mistake));
    expect(() => Object.create(VerifiedWpt.prototype).tokenId).toThrow(TypeError);
  });

  it.each<[string, unknown]>([
    ["none at all", undefined],
    ["null", null],
    ["a string", AUDIENCE],
    ["no audience", { runtime }],
    ["an audience that is a string", { ...sound, audience: AUDIENCE }],
    ["no name of an audience", { ...sound, audience: [] }],
    ["a name that is no string", { ...sound, audience: [AUDIENCE, 1] }],
    ["an unknown one", { ...sound, audiences: [AUDIENCE] }],
    ["one of another function", { ...sound, replay: "unchecked" }],
    ["a Txn-Token that is no string", { ...sound, txnToken: 1 }],
    ["a Txn-Token that is null", { ...sound, txnToken: null }],
    ["another token that is no string", { ...sound, otherTokens: { "x-a": 1 } }],
    ["another token that is an array", { ...sound, otherTokens: { "x-a": ["a"] } }],
    ["understood names that are a string", { ...sound, understoodTokens: "x-a" }],
    ["an understood name that is no string", { ...sound, understoodTokens: [1] }],
    ["an understood name that is no field name", { ...sound, understoodTokens: ["x a"] }],
    ["an understood name that is empty", { ...sound, understoodTokens: [""] }],
    ["Authorization among the understood", { ...sound, understoodTokens: ["x-a", "Authorization"] }],
    ["Txn-Token among the understood", { ...sound, understoodTokens: ["txn-token"] }],
    ["the WIT among the understood", { ...sound, understoodTokens: ["WORKLOAD-IDENTITY-TOKEN"] }],
    ["WITSVID-3.4.04: a tolerance above two minutes", { ...sound, clockTolerance: 121 }],
    ["a negative tolerance", { ...sound, clockTolerance: -1 }],
    ["a tolerance that is no number", { ...sound, clockTolerance: "5" }],
    ["WPT-2.30: a lifetime above a day", { ...sound, maxProofLifetime: 86401 }],
    ["a lifetime below a second", { ...sound, maxProofLifetime: 0.5 }],
    ["a lifetime that is no number", { ...sound, maxProofLifetime: Number.NaN }],
    ["a runtime without a clock", { ...sound, runtime: {} }],
  ])("options: %s is the caller's mistake", async (_what, options) => {
    await expect(verifyWpt(wpt, wit, options as VerifyWptOptions)).rejects.toMatchObject(mistake);
  });

  it("the token has to be a string", async () => {
    for (const token of [undefined, null, 1, new String(wpt), new TextEncoder().encode(wpt)]) {
      await expect(verifyWpt(token as string, wit, sound)).rejects.toMatchObject(mistake);
    }
  });

  it("options that are undefined are options left out, the platform's clock included", async () => {
    const options = { ...sound, understoodTokens: undefined, otherTokens: undefined, txnToken: undefined };
    expect(await outcomeOf(verifyWpt(wpt, wit, options as unknown as VerifyWptOptions))).toBe("accepted");
    const now = Date.now() / 1000;
    const token = await world.forgeWit({ claims: { exp: now + 3600 } });
    const fresh = await world.wpt({ wit: token, claims: { exp: now + 60 } });
    const freshWit = await verifyWit(token, { trust });
    expect(await outcomeOf(verifyWpt(fresh, freshWit, { audience: [AUDIENCE] }))).toBe("accepted");
  });

  it.each([
    ["at the end of its time", NOW + 3604.9, "accepted"],
    ["over", NOW + 3605, "wit_expired"],
    ["at its nbf", NOW - 5, "accepted"],
    ["not come, after the clock went back", NOW - 5.1, "wit_not_yet_valid"],
  ])("WPT-2.22: the time of a WIT that was verified before is looked at again: %s", async (_what, now, expected) => {
    const token = await world.forgeWit({ claims: { nbf: NOW } });
    const verified = await verifyWit(token, { trust, runtime });
    const proof = await world.wpt({ wit: token, claims: { exp: now + 60 } });
    const options = { ...sound, runtime: { ...runtime, now: () => now } };
    expect(await outcomeOf(verifyWpt(proof, verified, options))).toBe(expected);
  });

  it("WPT-2.22: by the tolerance that is asked for, and before anything of the proof is read", async () => {
    const at = (now: number) => ({ ...sound, clockTolerance: 0, runtime: { ...runtime, now: () => now } });
    const proof = await world.wpt({ claims: { exp: NOW + 3660 } });
    expect(await outcomeOf(verifyWpt(proof, wit, at(NOW + 3599.9)))).toBe("accepted");
    expect(await outcomeOf(verifyWpt(proof, wit, at(NOW + 3600)))).toBe("wit_expired");
    expect(await outcomeOf(verifyWpt("no token", wit, at(NOW + 3600)))).toBe("wit_expired");
  });
});
