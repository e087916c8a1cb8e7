import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import type { KeySource } from "../../src/trust/key-source/key-source.js";
import { remoteJwks } from "../../src/trust/key-source/remote-jwks.js";
import { staticJwks } from "../../src/trust/key-source/static-jwks.js";
import { createTrustStore, domainOf, type TrustStore } from "../../src/trust/store.js";
import { createTrustDomain } from "../../src/trust/trust-domain.js";
import { algorithm } from "../crypto/support.js";
import { clock, expectMistake, expectWimseError, issuerKey, jwks, ORIGIN } from "../support/wit-fixtures.js";

const keys = jwks(issuerKey);

describe("createTrustStore", () => {
  const trust = createTrustStore(
    [
      { origin: ORIGIN, keys },
      { origin: "spiffe://example.com", keys },
    ],
    { runtime: clock() },
  );

  it.each([ORIGIN, "spiffe://example.com"])("CREDS-3.01, ID-4.2.01: finds %s", async (origin) => {
    expect((await trust.get(origin))?.origin).toBe(origin);
  });

  it.each([
    "wimse://example.org",
    "example.com",
    "https://example.com",
    "wimse://sub.example.com",
    "wimse://example.com/",
    "WIMSE://example.com",
    "wimse://example.com.",
    "",
    "constructor",
    "__proto__",
  ])("ID-7.3.01, ID-7.3.02, ID-7.3.03: does not know %j", async (origin) => {
    expect(await trust.get(origin)).toBeUndefined();
  });

  it("keeps no hold of the caller's objects", async () => {
    const domains = [{ origin: ORIGIN, keys: jwks(issuerKey) }];
    const store = createTrustStore(domains);
    domains.push({ origin: "wimse://example.org", keys });
    expect(await store.get("wimse://example.org")).toBeUndefined();
    expect(Object.isFrozen(store)).toBe(true);
  });

  it("may trust nobody, and can be closed", async () => {
    const store = createTrustStore([]);
    expect(await store.get(ORIGIN)).toBeUndefined();
    await store.close();
  });

  it.each<[string, unknown, unknown, RegExp]>([
    [
      "an origin twice",
      [
        { origin: ORIGIN, keys },
        { origin: ORIGIN, keys },
      ],
      {},
      /^wimse:\/\/example\.com: configured twice$/,
    ],
    ["one domain without an array", { origin: ORIGIN, keys }, {}, /^createTrustStore: an array/],
    ["nothing", undefined, {}, /^createTrustStore: an array/],
    ["a domain that is none", [undefined], {}, /^trust domain: /],
    ["a misspelt option", [], { clock: 1 }, /^createTrustStore: unknown option "clock"$/],
    ["a runtime that is none", [], { runtime: {} }, /^runtime: /],
  ])("refuses %s", async (_name, domains, options, message) => {
    await expectMistake(() => createTrustStore(domains as never, options as never), message);
  });
});

describe("the key sources of a store", () => {
  /** A source that tells what is done to it. */
  function toldSource(name: string, told: unknown[], changes: Partial<KeySource> = {}): KeySource {
    return {
      ...staticJwks(keys),
      start: (runtime) => void told.push([name, "start", runtime]),
      close: () => void told.push([name, "close"]),
      ...changes,
    };
  }

  it("are started with its clock, and closed with it", async () => {
    const told: unknown[] = [];
    const runtime = clock();
    const store = createTrustStore(
      [
        { origin: ORIGIN, keys: toldSource("a", told) },
        { origin: "wimse://example.org", keys: toldSource("b", told) },
        { origin: "wimse://example.net", keys },
      ],
      { runtime },
    );
    expect(told).toEqual([
      ["a", "start", runtime],
      ["b", "start", runtime],
    ]);
    await store.close();
    expect(told.slice(2)).toEqual([
      ["a", "close"],
      ["b", "close"],
    ]);
  });

  it("are not started for a store that is refused", async () => {
    const told: unknown[] = [];
    const domain = { origin: ORIGIN, keys: toldSource("a", told) };
    await expectMistake(() => createTrustStore([domain, domain]), /configured twice$/);
    expect(told).toEqual([]);
  });

  it("are closed again when one of them cannot be started", async () => {
    const told: unknown[] = [];
    const closed = remoteJwks("https://id.example.com/keys", { runtime: clock() });
    closed.close();
    const domains = [
      { origin: ORIGIN, keys: toldSource("a", told) },
      { origin: "wimse://example.org", keys: closed },
      { origin: "wimse://example.net", keys: toldSource("c", told, { close: () => Promise.reject(new Error("c")) }) },
    ];
    await expectMistake(() => createTrustStore(domains), /^keys: the key source was closed$/);
    expect(told.map((entry) => (entry as unknown[])[1])).toEqual(["start", "close"]);
  });

  it("are each closed, although closing one fails", async () => {
    const told: unknown[] = [];
    const fails = (): never => {
      throw new Error("no");
    };
    const store = createTrustStore([
      { origin: ORIGIN, keys: toldSource("a", told, { close: fails }) },
      { origin: "wimse://example.org", keys: toldSource("b", told) },
    ]);
    await expect(store.close()).rejects.toThrow("no");
    expect(told.at(-1)).toEqual(["b", "close"]);
  });

  it("show their state through the store", async () => {
    const runtime = clock();
    const remote = remoteJwks("https://id.example.com/keys", { fetch: async () => Response.json(keys) });
    const store = createTrustStore([{ origin: ORIGIN, keys: remote }], { runtime });
    const domain = await store.get(ORIGIN);
    await domain?.keys.select(issuerKey.kid, algorithm("ES256"));
    expect(domain?.keys.state?.()).toMatchObject({ keys: 1, fetchedAt: runtime.now() });
    await store.close();
    expect(domain?.keys.state?.()).toEqual({ keys: 0, problems: [] });
  });
});

describe("domainOf", () => {
  const foreign = new Error("ECONNREFUSED 10.0.0.1, token abc");
  const domain = createTrustDomain({ origin: "wimse://example.com", keys: { keys: [] } });
  const storeWith = (get: TrustStore["get"]): TrustStore => ({ get });

  it("passes the answer on, at once or later", async () => {
    expect(
      domainOf(
        storeWith(() => domain),
        domain.origin,
      ),
    ).toBe(domain);
    expect(
      await domainOf(
        storeWith(async () => domain),
        domain.origin,
      ),
    ).toBe(domain);
    expect(
      domainOf(
        storeWith(() => undefined),
        domain.origin,
      ),
    ).toBeUndefined();
  });

  it("asks for the origin, with the signal if there is one", () => {
    const asked: unknown[][] = [];
    const store = storeWith((...args) => void asked.push(args));
    const { signal } = new AbortController();
    domainOf(store, "wimse://a");
    domainOf(store, "wimse://b", signal);
    expect(asked).toEqual([
      ["wimse://a", undefined],
      ["wimse://b", { signal }],
    ]);
  });

  it.each<[string, TrustStore["get"]]>([
    [
      "throws",
      () => {
        throw foreign;
      },
    ],
    ["rejects", () => Promise.reject(foreign)],
    ["rejects with no error", () => Promise.reject(undefined)],
  ])("CREDS-3.01: has no keys when the store %s, and does not say why", async (_name, get) => {
    await expectWimseError(
      async () => domainOf(storeWith(get), domain.origin),
      "trust_keys_unavailable",
      "CREDS-3.01",
      "ECONNREFUSED.10.0.0.1",
    );
  });

  it("keeps what a store says with a code", async () => {
    const coded = new WimseError("trust_keys_unavailable", "x", "CREDS-3.01");
    const ask = (get: TrustStore["get"]) => async () => domainOf(storeWith(get), domain.origin);
    await expect(ask(() => Promise.reject(coded))).rejects.toBe(coded);
    await expect(
      ask(() => {
        throw coded;
      }),
    ).rejects.toBe(coded);
  });
});
