import { describe, expect, it, vi } from "vitest";
import { createVerifier } from "../../src/index.js";
import { fixedRuntime } from "../../src/testing.js";
import type { RevocationList } from "../../src/wit/revocation-list.js";
import { createRevocationList, type Revocation, type VerifiedWit, verifyWit } from "../../src/wit.js";
import { expectMistake, makeTrust, makeWit, NOW, ORIGIN, SUBJECT } from "../support/wit-fixtures.js";
import { AGENT, createWorld, outcomeOf } from "../support/wpt-fixtures.js";

const runtime = fixedRuntime(NOW);
const trust = makeTrust();
const verified = (claims: Record<string, unknown> = {}): Promise<VerifiedWit> =>
  verifyWit(makeWit({ claims: { jti: "token-1", ...claims } }), { trust, runtime });

const wit = await verified();
const thumbprint = wit.confirmation.thumbprint;
const otherThumbprint =
  `A${thumbprint.slice(1)}` === thumbprint ? `B${thumbprint.slice(1)}` : `A${thumbprint.slice(1)}`;

function listOf(...entries: Revocation[]): RevocationList {
  const list = createRevocationList({ runtime });
  for (const entry of entries) list.add(entry);
  return list;
}

describe("a revocation list", () => {
  it.each<[string, Revocation, boolean]>([
    ["the token", { tokenId: "token-1", origin: ORIGIN }, true],
    ["another token", { tokenId: "token-2", origin: ORIGIN }, false],
    ["the same jti of another trust domain", { tokenId: "token-1", origin: "wimse://example.org" }, false],
    ["the same jti of another scheme", { tokenId: "token-1", origin: "spiffe://example.com" }, false],
    ["the workload", { subject: SUBJECT }, true],
    ["a workload below it", { subject: `${SUBJECT}/a` }, false],
    ["a workload above it", { subject: SUBJECT.slice(0, -1) }, false],
    ["the key", { keyThumbprint: thumbprint }, true],
    ["another key", { keyThumbprint: otherThumbprint }, false],
  ])("that names %s", (_what, entry, expected) => {
    expect(listOf(entry).isRevoked(wit)).toBe(expected);
    const replaced = createRevocationList({ runtime });
    replaced.replace([entry]);
    expect(replaced.isRevoked(wit)).toBe(expected);
  });

  it("takes no WIT without jti for one that is called undefined", async () => {
    const anonymous = await verified({ jti: undefined });
    expect(listOf({ tokenId: "undefined", origin: ORIGIN }).isRevoked(anonymous)).toBe(false);
  });

  it("keeps the three kinds apart, whatever their text", async () => {
    const odd = await verified({ jti: thumbprint });
    expect(listOf({ tokenId: SUBJECT, origin: ORIGIN }).isRevoked(odd)).toBe(false);
    expect(listOf({ tokenId: thumbprint, origin: ORIGIN }).isRevoked(wit)).toBe(false);
  });

  it("takes revocations back", () => {
    const list = listOf({ subject: SUBJECT }, { tokenId: "token-1", origin: ORIGIN, until: NOW + 60 });
    list.remove({ subject: SUBJECT });
    expect([list.size, list.isRevoked(wit)]).toEqual([1, true]);
    list.remove({ tokenId: "token-1", origin: ORIGIN });
    expect([list.size, list.isRevoked(wit)]).toEqual([0, false]);
  });

  it("replaces everything at once", () => {
    const list = listOf({ subject: SUBJECT });
    list.replace([{ subject: "wimse://example.com/other" }]);
    expect([list.size, list.isRevoked(wit)]).toEqual([1, false]);
  });

  it("stays as it was when what is to replace it has one wrong entry", async () => {
    const list = listOf({ subject: SUBJECT });
    const wrong = [{ subject: "wimse://example.com/other" }, { subject: "nobody" }];
    await expectMistake(() => list.replace(wrong), /Workload Identifier/);
    await expectMistake(() => list.replace("all" as never), /array/);
    expect([list.size, list.isRevoked(wit)]).toEqual([1, true]);
  });
});

describe("the end of a revocation", () => {
  it("comes no earlier than any verifier stops accepting the WIT: 120 seconds after it", () => {
    const own = fixedRuntime(NOW);
    const list = createRevocationList({ runtime: own });
    list.add({ tokenId: "token-1", origin: ORIGIN, until: NOW + 60 });
    own.setTime(NOW + 60 + 119.999);
    expect(list.isRevoked(wit)).toBe(true);
    own.setTime(NOW + 60 + 120);
    expect(list.isRevoked(wit)).toBe(false);
  });

  it.each<[string, Revocation]>([
    ["a token", { tokenId: "token-1", origin: ORIGIN, until: NOW + 60 }],
    ["a workload", { subject: SUBJECT, until: NOW + 60 }],
    ["a key", { keyThumbprint: thumbprint, until: NOW + 60 }],
  ])("is that of %s", (_what, entry) => {
    const own = fixedRuntime(NOW);
    const list = createRevocationList({ runtime: own });
    list.add(entry);
    expect(list.isRevoked(wit)).toBe(true);
    own.setTime(NOW + 60 + 120);
    expect(list.isRevoked(wit)).toBe(false);
  });

  it("is the later one of two", () => {
    for (const order of [
      [60, 600],
      [600, 60],
      [Number.POSITIVE_INFINITY, 60],
    ]) {
      const own = fixedRuntime(NOW);
      const list = createRevocationList({ runtime: own });
      for (const seconds of order) list.add({ subject: SUBJECT, until: NOW + seconds });
      own.setTime(NOW + 700);
      expect([list.size, list.isRevoked(wit)]).toEqual([1, true]);
    }
  });

  it("never comes with a clock that has no value", () => {
    const list = createRevocationList({ runtime: { ...runtime, now: () => Number.NaN } });
    list.add({ subject: SUBJECT, until: NOW });
    expect(list.isRevoked(wit)).toBe(true);
  });

  it("frees the place: a list through which ten times its size passes never fills", () => {
    const own = fixedRuntime(NOW);
    const list = createRevocationList({ runtime: own, maxEntries: 5000 });
    list.add({ subject: SUBJECT });
    for (let second = 0; second < 500; second++) {
      own.setTime(NOW + second);
      for (let i = 0; i < 16; i++) {
        list.add({ tokenId: `${second}/${i}`, origin: ORIGIN, until: NOW + second + 60 });
      }
    }
    expect(list.size).toBeLessThanOrEqual(5000);
    expect(list.isRevoked(wit)).toBe(true);
  });

  it("is looked for only when the list has doubled: the clock is asked a few times for thousands of entries", () => {
    const own = fixedRuntime(NOW);
    const now = vi.fn(() => own.now());
    const list = createRevocationList({ runtime: { ...own, now } });
    for (let i = 0; i < 5000; i++) list.add({ tokenId: `${i}`, origin: ORIGIN });
    expect(list.size).toBe(5000);
    expect(now).toHaveBeenCalledTimes(3); // at 1024, 2048 and 4096 entries
  });
});

describe("a full revocation list", () => {
  it("refuses what is new, keeps what it has and takes what it knows already", async () => {
    const list = createRevocationList({ runtime, maxEntries: 2 });
    list.add({ subject: SUBJECT });
    list.add({ subject: "wimse://example.com/b" });
    await expectMistake(() => list.add({ subject: "wimse://example.com/c" }), /full/);
    list.add({ subject: SUBJECT, until: NOW });
    expect([list.size, list.isRevoked(wit)]).toEqual([2, true]);
    await expectMistake(() => list.replace(["a", "b", "c"].map((one) => ({ subject: `${ORIGIN}/${one}` }))), /full/);
    expect(list.isRevoked(wit)).toBe(true);
  });
});

describe("an entry that could match nothing, or too much, is a mistake", () => {
  it.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /^revocation: an object$/],
    ["null", null, /^revocation: an object$/],
    ["a string", SUBJECT, /^revocation: an object$/],
    ["no kind", {}, /one of/],
    ["no kind but a time", { until: NOW }, /one of/],
    ["two kinds", { subject: SUBJECT, keyThumbprint: thumbprint }, /one of/],
    ["a token without its trust domain", { tokenId: "a" }, /origin/],
    ["a token with a path in the trust domain", { tokenId: "a", origin: SUBJECT }, /path/],
    ["a token that is no string", { tokenId: 1, origin: ORIGIN }, /tokenId/],
    ["a subject that is none", { subject: 1 }, /Workload Identifier/],
    ["a subject in another spelling", { subject: "wimse://EXAMPLE.com/agent" }, /Workload Identifier/],
    ["a trust domain as subject", { subject: ORIGIN }, /Workload Identifier/],
    ["a subject with an origin", { subject: SUBJECT, origin: ORIGIN }, /^revocation: unknown option "origin"$/],
    ["a key with an origin", { keyThumbprint: thumbprint, origin: ORIGIN }, /^revocation: unknown option "origin"$/],
    ["a token with a misspelt time", { tokenId: "a", origin: ORIGIN, unti: 1 }, /^revocation: unknown option "unti"$/],
    ["a thumbprint with padding", { keyThumbprint: `${thumbprint}=` }, /32 bytes/],
    ["a thumbprint in hexadecimal digits", { keyThumbprint: "00".repeat(32) }, /32 bytes/],
    ["a thumbprint with stray bits", { keyThumbprint: `${"A".repeat(42)}B` }, /32 bytes/],
    ["a thumbprint that is no string", { keyThumbprint: new Uint8Array(32) }, /32 bytes/],
    ["a thumbprint in an array", { keyThumbprint: [thumbprint] }, /32 bytes/],
    ["a time in words", { subject: SUBJECT, until: "2027-01-01" }, /until/],
    ["a time without a value", { subject: SUBJECT, until: Number.NaN }, /until/],
  ])("%s", async (_what, entry, message) => {
    const list = createRevocationList({ runtime });
    await expectMistake(() => list.add(entry as Revocation), message);
    await expectMistake(() => list.remove(entry as Revocation), message);
    await expectMistake(() => list.replace([entry as Revocation]), message);
    expect(list.size).toBe(0);
  });

  it.each<[string, object, RegExp]>([
    ["maxEntries of none", { maxEntries: 0 }, /^maxEntries: a number from 1 to 16777216$/],
    ["more than 2^24 entries", { maxEntries: 2 ** 24 + 1 }, /^maxEntries: a number from 1 to 16777216$/],
    ["an unknown option", { max: 1 }, /^createRevocationList: unknown option "max"$/],
    ["a runtime without a clock", { runtime: {} }, /^runtime: /],
  ])("options with %s", async (_what, options, message) => {
    await expectMistake(() => createRevocationList(options), message);
  });
});

describe("a verifier with a revocation list", () => {
  it("refuses a remembered WIT with the next request, and takes it again when the revocation is taken back", async () => {
    const world = await createWorld();
    const list = createRevocationList({ runtime: world.runtime });
    const verifier = createVerifier(world.policy({ isRevoked: list.isRevoked }));
    const next = async (): Promise<string> => outcomeOf(verifier.verify(await world.request()));
    const outcomes = [await next()];
    list.add({ subject: AGENT });
    outcomes.push(await next());
    list.remove({ subject: AGENT });
    outcomes.push(await next());
    list.add({ keyThumbprint: (await verifier.verify(await world.request())).workload.wit.confirmation.thumbprint });
    outcomes.push(await next());
    expect(outcomes).toEqual(["accepted", "wit_revoked", "accepted", "wit_revoked"]);
  });

  it("prints as nothing of what it holds", () => {
    expect(JSON.stringify(listOf({ tokenId: "secret-jti", origin: ORIGIN }))).not.toContain("secret-jti");
  });
});
