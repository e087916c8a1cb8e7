import { describe, expect, it } from "vitest";
import { spiffeBundle } from "../../../src/trust/key-source/spiffe-bundle.js";
import { expectMistake, expectWimseError } from "../../support/wit-fixtures.js";
import { a, b, c, publisher, responded } from "../bundle-support.js";
import { HINT, next, polled, URL_OF_BUNDLE, usable } from "./spiffe-bundle-support.js";
import { es256, NOW, select, watchedRuntime } from "./support.js";

describe("an endpoint", () => {
  it("FED-5.2.1.3.04, FED-5.2.1.3.05: gives its keys, whatever it calls their type", async () => {
    const world = polled(
      URL_OF_BUNDLE,
      () => new Response(JSON.stringify({ keys: [a] }), { headers: { "Content-Type": "text/html" } }),
    );
    expect((await select(world.source, "a")).jwk).toEqual(a);
    expect(world.asked).toEqual([URL_OF_BUNDLE]);
  });

  it("FED-5.2.1.3.03: is asked without credentials", async () => {
    const sent: (RequestInit | undefined)[] = [];
    const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
      sent.push(init);
      return new Response('{"keys":[]}');
    };
    spiffeBundle(URL_OF_BUNDLE, { fetch }).start(watchedRuntime());
    await responded();
    expect(sent.map((init) => Object.fromEntries(new Headers(init?.headers)))).toEqual([
      { accept: "application/json", "cache-control": "no-cache" },
    ]);
    expect(sent[0]).not.toHaveProperty("credentials", "include");
  });

  it("FED-4.1.04, BUNDLE-6.1.01: is polled a little before five minutes are over, or when the hint says", async () => {
    const world = polled(URL_OF_BUNDLE, { keys: [a] });
    await responded();
    expect(world.source.state().nextRefreshAt).toBe(NOW + 210);
    await next(world, { keys: [a], ...HINT });
    expect(world.asked).toHaveLength(2);
    expect(world.source.state().nextRefreshAt).toBe(NOW + 210 + 70);
    await next(world, { keys: [a], ...HINT }); // the same bytes say the same again
    expect(world.source.state().nextRefreshAt).toBe(NOW + 210 + 140);
  });

  it.each([
    [0, 21],
    [1, 21],
    [31_536_000, 2520],
  ])("FED-4.1.04: a hint of %d seconds is brought within bounds", async (hint, wait) => {
    const world = polled(URL_OF_BUNDLE, { keys: [a], spiffe_refresh_hint: hint });
    await responded();
    expect(world.source.state().nextRefreshAt).toBe(NOW + wait);
  });

  it("FED-4.2.01: replaces what it had; keys that stay are the same, and keys that go are gone", async () => {
    const world = polled(URL_OF_BUNDLE, { keys: [a, b], spiffe_sequence: 1 });
    const [before, leaving] = [await select(world.source, "a"), await select(world.source, "b")];
    await next(world, { keys: [c, a], spiffe_sequence: 2 });
    expect(await select(world.source, "a")).toBe(before);
    expect([world.source.holds(before), world.source.holds(leaving)]).toEqual([true, false]);
    expect(usable(world)).toEqual(["a", "c"]);
    expect(world.source.state()).toMatchObject({ keys: 2, sequence: "2" });
  });

  it("BUNDLE-4.1.3.03: that has no keys any more lets nobody in, at once", async () => {
    const world = polled(URL_OF_BUNDLE, { keys: [a], spiffe_sequence: 1 });
    const key = await select(world.source, "a");
    await next(world, { keys: [], spiffe_sequence: 2 });
    expect(world.source.holds(key)).toBe(false);
    expect(world.source.state()).toMatchObject({ keys: 0, sequence: "2" });
    await expectWimseError(select(world.source, "a"), "wit_key_not_found");
  });

  it("FED-4.2.02: a lower sequence number is a failure: nothing is taken, and the end of the old keys comes nearer", async () => {
    const world = polled(URL_OF_BUNDLE, { keys: [a], spiffe_sequence: 5, ...HINT }, { maxStale: 1000 });
    await responded();
    const { staleAt } = world.source.state();
    await next(world, { keys: [b], spiffe_sequence: 4, ...HINT });
    expect(usable(world)).toEqual(["a"]);
    expect(world.source.state()).toMatchObject({ failure: "sequence_went_back", keys: 1, sequence: "5", staleAt });
    world.runtime.sleepUntil(staleAt ?? 0);
    await expectWimseError(select(world.source, "a"), "trust_keys_unavailable", "CREDS-3.01");
    await next(world, { keys: [b], spiffe_sequence: 6, ...HINT });
    expect(usable(world)).toEqual(["b"]);
    expect(world.source.state().failure).toBeUndefined();
  });

  it("FED-4.2.03, BUNDLE-4.1.1.03: takes one without number, and no new keys under an old one", async () => {
    const world = polled(URL_OF_BUNDLE, { keys: [a, b], spiffe_sequence: 5 });
    await responded();
    await next(world, { keys: [b, c], spiffe_sequence: 5 });
    expect(usable(world)).toEqual(["b"]);
    expect(world.source.state().problems).toEqual([expect.stringMatching(/^spiffe_sequence: /)]);
    await next(world, { keys: [c] });
    expect(usable(world)).toEqual(["c"]);
    expect(world.source.state()).toMatchObject({ sequence: "5", problems: [] });
  });

  it.each<[what: string, content: unknown, failure: string]>([
    ["no bundle", "<html>", "malformed"],
    ["half a bundle", '{"keys":[', "malformed"],
    ["keys twice", '{"keys":[],"keys":[]}', "malformed"],
    ["a status", () => new Response("", { status: 401 }), "status_401"],
    ["nothing", new TypeError("fetch failed"), "unreachable"],
    ["two megabytes", () => new Response(" ".repeat(2 ** 21)), "too_large"],
    ["a redirect to http", () => redirect("http://bundles.example.org/bundle"), "redirect_refused"],
    ["a redirect to plain http of this machine", () => redirect("http://127.0.0.1:1/"), "redirect_refused"],
    ["a redirect with userinfo", () => redirect("https://u:p@bundles.example.org/"), "redirect_refused"],
    ["a redirect to nowhere", () => new Response(null, { status: 302 }), "redirect_refused"],
    ["redirects without end", () => redirect(URL_OF_BUNDLE), "redirect_refused"],
  ])(
    "FED-6.2.01: keeps its keys when the poll brings %s, and waits for the next one",
    async (_what, content, failure) => {
      const world = polled(URL_OF_BUNDLE, { keys: [a], ...HINT });
      await responded();
      await next(world, content);
      const polls = world.asked.length;
      const { nextRefreshAt } = world.source.state();
      expect(world.source.state()).toMatchObject({ failure, keys: 1, nextRefreshAt: NOW + 70 + 100 });
      expect(usable(world)).toEqual(["a"]);
      world.runtime.setTime((nextRefreshAt ?? 0) - 1);
      await expectWimseError(select(world.source, "d"), "trust_keys_unavailable"); // no request brings it forward
      expect(world.asked).toHaveLength(polls);
      await next(world, { keys: [a, b], ...HINT });
      expect(usable(world)).toEqual(["a", "b"]);
    },
  );

  it("lets others have their turns while it checks many keys", async () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ ...a, kid: `key ${index}` }));
    const published = publisher({ keys: many });
    const runtime = watchedRuntime();
    const source = spiffeBundle(URL_OF_BUNDLE, { fetch: published.fetch, loadAtStart: false, runtime });
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    expect((await select(source, "key 199")).jwk.kid).toBe("key 199");
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
    source.close();
  });

  it("FED-6.2.01: waits less where it has no keys at all, but longer each time", async () => {
    const world = polled(URL_OF_BUNDLE, new TypeError("fetch failed"));
    await responded();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      waits.push((world.source.state().nextRefreshAt ?? 0) - world.runtime.now());
      await expectWimseError(select(world.source, "a"), "trust_keys_unavailable", "CREDS-3.01");
      await next(world, new TypeError("fetch failed"));
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 300]);
    expect(world.asked).toHaveLength(7);
    await next(world, { keys: [a] });
    expect(usable(world)).toEqual(["a"]);
  });

  it("FED-5.2.1.3.06, FED-5.2.1.4.03, FED-5.2.1.4.04, FED-5.2.1.4.05: may redirect to any https URL, each time anew", async () => {
    const world = polled(URL_OF_BUNDLE, (url: string) =>
      url === URL_OF_BUNDLE ? redirect("https://cdn.example.net/b", 301) : new Response(JSON.stringify({ keys: [a] })),
    );
    expect((await select(world.source, "a")).jwk).toEqual(a);
    await next(world, world.published.content);
    expect(world.asked).toEqual([
      URL_OF_BUNDLE,
      "https://cdn.example.net/b",
      URL_OF_BUNDLE,
      "https://cdn.example.net/b",
    ]);
  });

  it.each<[what: string, url: string | URL]>([
    ["http", "http://bundles.example.org/"],
    ["http to loopback, unless that is allowed by name", "http://127.0.0.1:1/"],
    ["userinfo", "https://user:secret@bundles.example.org/"],
    ["a user", new URL("https://user@bundles.example.org/")],
    ["another scheme", "ftp://bundles.example.org/"],
    ["a scheme that is none of fetch's", "spiffe://example.org"],
    ["no host", "https://"],
  ])("FED-5.2.1.1.01, FED-5.2.1.1.02: is not configured with %s", async (_what, url) => {
    await expectMistake(() => spiffeBundle(url), /^spiffeBundle: (?!.*secret)/);
  });

  it("is led to plain http of this machine by nobody who is reached by https", async () => {
    const toThisMachine = () => redirect("http://127.0.0.1:8080/b");
    const world = polled(URL_OF_BUNDLE, toThisMachine, { allowInsecureLoopback: true });
    await responded();
    expect(world.source.state().failure).toBe("redirect_refused");
    expect(world.asked).toEqual([URL_OF_BUNDLE]);
  });

  it("may be http on this machine, where that is allowed by name", async () => {
    const world = polled("http://127.0.0.1:8080/b", { keys: [a] }, { allowInsecureLoopback: true });
    expect((await select(world.source, "a")).jwk).toEqual(a);
  });

  it("is not asked before the first look-up, where that is wanted; nor after it was closed", async () => {
    const world = polled(URL_OF_BUNDLE, { keys: [a] }, { loadAtStart: false });
    await responded();
    expect(world.asked).toEqual([]);
    await select(world.source, "a");
    world.source.close();
    expect(world.runtime.timers).toEqual([]);
    await expectWimseError(() => world.source.select("a", es256), "trust_keys_unavailable");
    expect(world.asked).toHaveLength(1);
  });

  it("does not take what comes after its time", async () => {
    let late = (_response: Response): void => {};
    const world = polled(
      URL_OF_BUNDLE,
      () =>
        new Promise((resolve) => {
          late = resolve;
        }),
      { timeout: 5 },
    );
    await responded();
    world.runtime.setTime(NOW + 5);
    late(new Response(JSON.stringify({ keys: [a], spiffe_sequence: 9 })));
    await responded();
    expect(world.source.state()).toMatchObject({ failure: "timed_out", keys: 0 });
    expect(world.source.state().sequence).toBeUndefined();
  });
});

function redirect(location: string, status = 302): Response {
  return new Response(null, { status, headers: { Location: location } });
}
