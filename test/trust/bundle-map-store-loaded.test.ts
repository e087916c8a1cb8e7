import { describe, expect, it } from "vitest";
import { spiffeBundleMap } from "../../src/trust/bundle-map-store.js";
import { expectMistake, expectWimseError } from "../support/wit-fixtures.js";
import { A, B, BOTH, mapOf, NOT_FOUND, next, outcome, polled } from "./bundle-map-support.js";
import { a, b, c, responded } from "./bundle-support.js";
import { es256, NOW, select } from "./key-source/support.js";

describe("a bundle map that is loaded", () => {
  it("is waited for once, and by nobody afterwards", async () => {
    const { store, asked } = polled(BOTH);
    const domains = await Promise.all([A, B, "spiffe://other.example", A].map((origin) => store.get(origin)));
    expect(domains.map((domain) => domain?.origin)).toEqual([A, B, undefined, A]);
    expect(store.get(A)).toBe(domains[0]);
    expect(asked).toHaveLength(1);
  });

  it("FED-4.2.04, FED-7.3.01: never mixes the keys of two trust domains", async () => {
    const { domain } = polled(BOTH);
    const [first, second] = [await domain(A), await domain(B)];
    expect((await select(first.keys, "a")).jwk).toMatchObject({ x: (a as { x: string }).x });
    expect((await select(second.keys, "a")).jwk).toMatchObject({ x: (b as { x: string }).x });
    await expectWimseError(select(first.keys, "c"), "wit_key_not_found");
    for (const kid of [undefined, "", "partner.example c", "example.org a", " ", "\u0000"]) {
      await expectWimseError(async () => first.keys.select(kid, es256), "wit_key_not_found", "CREDS-3.07");
    }
  });

  it("CREDS-3.07: takes no name of a key for the lack of one", async () => {
    const { keys } = await polled(mapOf({ "example.org": [[{ ...a, kid: "undefined" }]] })).domain(A);
    await expectWimseError(async () => keys.select(undefined, es256), "wit_key_not_found", "CREDS-3.07");
    expect((await select(keys, "undefined")).jwk).toMatchObject({ x: (a as { x: string }).x });
  });

  it("shows how it fares in each of its trust domains", async () => {
    const { domain } = polled(BOTH);
    for (const origin of [A, B]) {
      expect((await domain(origin)).keys.state?.()).toMatchObject({ keys: 3, fetchedAt: NOW, problems: [] });
    }
  });

  it("BUNDLE-5.1.1.05: is loaded again at its own interval, whatever its bundles say", async () => {
    const world = polled(BOTH);
    await responded();
    expect(world.store.state()).toMatchObject({ nextRefreshAt: NOW + 210, domains: 2, keys: 3, problems: [] });
  });

  it("changes as a whole: trust domains and keys that are gone are gone, and what stays stays the same", async () => {
    const world = polled(mapOf({ "example.org": [[a, b]], "partner.example": [[c]] }));
    const [first, second] = [await world.domain(A), await world.domain(B)];
    const [staying, leaving] = [await select(first.keys, "a"), await select(first.keys, "b")];
    const foreign = await select(second.keys, "c");
    await next(world, mapOf({ "example.org": [[a, c]], "third.example": [[b]] }));
    expect(world.store.get(A)).toBe(first);
    expect([staying, leaving].map((key) => first.keys.holds(key))).toEqual([true, false]);
    expect(await select(first.keys, "a")).toBe(staying);
    expect(world.store.get(B)).toBeUndefined();
    expect(second.keys.holds(foreign)).toBe(false);
    expect((await world.domain("spiffe://third.example")).profile).toBe("wit-svid");
  });

  it.each<[what: string, content: unknown, failure: string]>([
    ["one bundle of it is malformed", mapOf({ "example.org": [[b]], "partner.example": [[], -1] }), "malformed"],
    [
      "a trust domain stands in it twice",
      '{"trust_domains":{"example.org":{"keys":[]},"example.org":{"keys":[]}}}',
      "malformed",
    ],
    ["the file is half written", '{"trust_domains":{"example.org"', "malformed"],
    ["the server is down", new TypeError("fetch failed"), "unreachable"],
  ])("stays what it was when %s", async (_what, content, failure) => {
    const world = polled(BOTH);
    const first = await world.domain(A);
    const key = await select(first.keys, "a");
    await next(world, content);
    expect(world.store.state()).toMatchObject({ failure, domains: 2, keys: 3 });
    expect(world.store.get(A)).toBe(first);
    expect(first.keys.holds(key)).toBe(true);
    world.runtime.sleepUntil(world.store.state().staleAt ?? 0);
    expect(first.keys.holds(key)).toBe(false);
    await expectWimseError(select(first.keys, "a"), "trust_keys_unavailable");
  });

  it("stays what it was when the same bytes come again", async () => {
    const world = polled(mapOf({ "example.org": [[a, { ...b, use: undefined }], 5] }));
    const first = await world.domain(A);
    const [key, { problems }] = [await select(first.keys, "a"), world.store.state()];
    await next(world, world.published.content);
    expect([world.store.get(A), first.keys.holds(key)]).toEqual([first, true]);
    expect(world.store.state()).toEqual({
      domains: 1,
      keys: 1,
      fetchedAt: NOW + 210,
      staleAt: NOW + 210 + 300 + 21_600,
      nextRefreshAt: NOW + 420,
      problems,
    });
    expect(problems).toHaveLength(1);
  });

  it("takes no trust domain of what comes after its time", async () => {
    const answers: ((bytes: Uint8Array) => void)[] = [];
    const readFile = () => new Promise<Uint8Array>((resolve) => answers.push(resolve));
    const world = polled(undefined, { readFile, timeout: 5 }, "map.json");
    await responded();
    answers[0]?.(Buffer.from(JSON.stringify(mapOf({ "example.org": [[a]] }))));
    const first = await world.domain(A);
    await next(world, undefined);
    world.runtime.setTime(world.runtime.now() + 5);
    await responded();
    answers[1]?.(Buffer.from(JSON.stringify(mapOf({ "partner.example": [[b]] }))));
    await responded();
    expect([world.store.get(A), world.store.get(B)]).toEqual([first, undefined]);
    expect(world.store.state()).toMatchObject({ failure: "timed_out", domains: 1, keys: 1 });
  });

  it("FED-4.2.02: takes no bundle with a lower sequence number than before, and all the others", async () => {
    const world = polled(mapOf({ "example.org": [[a], 5], "partner.example": [[b], 5] }));
    const [first, second] = [await world.domain(A), await world.domain(B)];
    await next(world, mapOf({ "example.org": [[c], 4], "partner.example": [[c], 6] }));
    expect((await select(first.keys, "a")).jwk).toMatchObject({ x: (a as { x: string }).x });
    await expectWimseError(select(first.keys, "c"), "wit_key_not_found");
    expect((await select(second.keys, "c")).jwk).toMatchObject({ x: (c as { x: string }).x });
    expect(world.store.state().problems).toEqual([
      "example.org: spiffe_sequence went back, and the bundle is not taken",
    ]);
  });

  it("FED-4.2.02: uses the keys of a bundle that went back for maxStale, and again when what is newer comes back", async () => {
    const newer = mapOf({ "example.org": [[a], 5], "partner.example": [[b]] });
    const older = mapOf({ "example.org": [[c], 4], "partner.example": [[b]] });
    const world = polled(newer, { maxStale: 600 });
    const [{ keys }, partner] = [await world.domain(A), await world.domain(B)];
    await next(world, older);
    const began = world.runtime.now();
    while (world.runtime.now() < began + 600) {
      expect(await outcome(select(keys, "a"))).toBe("found");
      await next(world, older);
    }
    expect([await outcome(select(keys, "a")), await outcome(select(keys, "c"))]).toEqual([NOT_FOUND, NOT_FOUND]);
    expect(await outcome(select(partner.keys, "b"))).toBe("found");
    await next(world, newer);
    expect([await outcome(select(keys, "a")), await outcome(select(keys, "c"))]).toEqual(["found", NOT_FOUND]);
    expect(world.store.state().problems).toEqual([]);
  });

  it("tells whose entries were left out", async () => {
    const world = polled(mapOf({ "example.org": [[{ ...a, use: undefined }]] }));
    await world.domain(A);
    expect(world.store.state().problems).toEqual(["example.org: keys[0]: its use is missing or unknown"]);
  });

  it("that cannot be loaded refuses every trust domain that may be in it, and no other", async () => {
    const world = polled(new TypeError("fetch failed"), { domains: ["example.org"] });
    await expectWimseError(async () => world.store.get(A), "trust_keys_unavailable", "CREDS-3.01");
    expect([world.store.get(B), world.store.get("wimse://example.org")]).toEqual([undefined, undefined]);
    await next(world, BOTH);
    expect((await world.domain(A)).origin).toBe(A);
    expect(world.store.get(B)).toBeUndefined();
    expect(world.store.state()).toMatchObject({ domains: 1, keys: 1 });
  });

  it("that cannot be loaded keeps nobody waiting for what cannot be in it", async () => {
    const { store } = polled(new TypeError("fetch failed"));
    for (const origin of ["wimse://example.org", "example.org", "", undefined]) {
      expect(store.get(origin as never)).toBeUndefined();
    }
    await expectWimseError(async () => store.get(B), "trust_keys_unavailable", "CREDS-3.01");
  });

  it("may be a file, which is read again soon", async () => {
    const world = polled(BOTH, {}, "/run/spiffe/map.json");
    await world.domain(A);
    expect(world.asked).toEqual(["/run/spiffe/map.json"]);
    expect(world.store.state().nextRefreshAt).toBe(NOW + 7);
    await world.store.close();
    expect(world.runtime.timers).toEqual([]);
    await expectWimseError(async () => (await world.domain(A)).keys.select("a", es256), "trust_keys_unavailable");
  });

  it.each<[what: string, options: object, message: RegExp]>([
    ["an unknown name", { domain: ["example.org"] }, /^spiffeBundleMap: unknown option "domain"$/],
    ["trust domains that are no array", { domains: "example.org" }, /^domains: /],
    ["a trust domain that is none", { domains: ["Example.org"] }, /^origin: /],
    ["an origin for a name", { domains: [A] }, /^origin: /],
    ["a runtime that is none", { runtime: {} }, /^runtime: /],
  ])("refuses %s", async (_what, options, message) => {
    await expectMistake(() => spiffeBundleMap("https://bundles.example/map", options), message);
  });

  it("FED-5.2.1.1.01: is not configured with http", async () => {
    await expectMistake(() => spiffeBundleMap("http://bundles.example/map"), /^spiffeBundleMap: https is required/);
  });
});
