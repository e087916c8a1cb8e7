import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { askTrust, createTrustStore } from "../../src/trust/store.js";
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

describe("askTrust", () => {
  const foreign = new Error("ECONNREFUSED 10.0.0.1, token abc");

  it("passes the answer on, at once or later", async () => {
    expect(askTrust(() => 1)).toBe(1);
    expect(await askTrust(async () => 2)).toBe(2);
    expect(askTrust(() => undefined)).toBeUndefined();
  });

  it.each([
    [
      "throws",
      () => {
        throw foreign;
      },
    ],
    ["rejects", () => Promise.reject(foreign)],
    ["rejects with no error", () => Promise.reject(undefined)],
  ])("CREDS-3.01: has no keys when a port %s, and does not say why", async (_name, ask: () => unknown) => {
    await expectWimseError(async () => askTrust(ask), "trust_keys_unavailable", "CREDS-3.01", "ECONNREFUSED.10.0.0.1");
  });

  it("keeps what a port says with a code", async () => {
    const coded = new WimseError("wit_key_not_found", "x", "CREDS-3.07");
    await expect(async () => askTrust(() => Promise.reject(coded))).rejects.toBe(coded);
    await expect(async () =>
      askTrust(() => {
        throw coded;
      }),
    ).rejects.toBe(coded);
  });
});
