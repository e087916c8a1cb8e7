import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AuditEvent, VerifyPolicy } from "../../src/index.js";
import { createTrustStore, type KeySource, type TrustDomain, type TrustStore } from "../../src/trust.js";
import { AUDIENCE, createWorld, mistake, ORIGIN, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const domain = (await world.trust.get(ORIGIN)) as TrustDomain;
const reject = (): Promise<never> => Promise.reject(new Error("mine"));
const fail = (): never => {
  throw new Error("mine");
};

/** A trust store whose key source does some things in its own way. */
function trustWith(keys: object): TrustStore {
  const source = { select: domain.keys.select, holds: domain.keys.holds, ...keys } as KeySource;
  const changed = { ...domain, keys: source };
  return { get: () => changed };
}

describe("a callback that answers later than it may", () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);

  beforeEach(() => {
    unhandled.length = 0;
    process.on("unhandledRejection", note);
  });
  afterEach(() => {
    process.off("unhandledRejection", note);
  });

  /** The outcomes of two requests, after which no rejection is left without a handler. */
  async function outcomes(changes: object): Promise<string[]> {
    const verifier = world.verifier(changes as Partial<VerifyPolicy>);
    const found = [];
    for (let i = 0; i < 2; i++) found.push(await outcomeOf(verifier.verify(await world.request())));
    await new Promise((resolve) => setImmediate(resolve)); // the platform tells of them between two turns
    expect(unhandled).toEqual([]);
    return found;
  }

  it("an audit sink changes no decision, and ends no process", async () => {
    expect(await outcomes({ audit: reject })).toEqual(["accepted", "accepted"]);
    expect(await outcomes({ audit: reject, isRevoked: () => true })).toEqual(["wit_revoked", "wit_revoked"]);
    expect(await outcomes({ audit: async () => undefined })).toEqual(["accepted", "accepted"]);
  });

  it.each([
    ["rejects", reject],
    ["is true", async () => true],
    ["is false", async () => false],
  ])("CREDS-9.2.01: allow refuses with a promise that %s", async (_what, allow) => {
    const refused = "workload_not_authorized";
    expect(await outcomes({ allow })).toEqual([refused, refused]);
  });

  it("WPT-3.1.7.03: an audience is the caller's mistake", async () => {
    const { code } = mistake;
    expect(await outcomes({ audience: reject })).toEqual([code, code]);
    expect(await outcomes({ audience: async () => [AUDIENCE] })).toEqual([code, code]);
  });

  it("CREDS-3.04: a key source that does not say at once whether it holds a key is asked for the key", async () => {
    expect(await outcomes({ trust: trustWith({ holds: reject }) })).toEqual(["accepted", "accepted"]);
  });
});

describe("trust of the caller's own", () => {
  it.each<[string, () => unknown]>([
    ["null", () => null],
    ["a promise of null", async () => null],
    ["nothing", () => undefined],
  ])("ID-7.3.01: a trust store that answers %s knows no such domain", async (_what, get) => {
    const trust = { get } as TrustStore;
    expect(await outcomeOf(world.verifier({ trust }).verify(await world.request()))).toBe("wit_trust_domain_unknown");
  });

  it("ID-7.3.01: nor does one that answers null after the WIT was remembered", async () => {
    let answer: unknown = domain;
    const verifier = world.verifier({ trust: { get: () => answer } as TrustStore });
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("accepted");
    answer = null;
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("wit_trust_domain_unknown");
  });

  it.each<[string, () => unknown]>([
    ["nothing", () => undefined],
    ["null", () => null],
    ["a promise of nothing", async () => undefined],
  ])("CREDS-5.1.4.05: a key source that answers %s is not available", async (_what, select) => {
    const trust = trustWith({ select });
    const error = await world
      .verifier({ trust })
      .verify(await world.request())
      .catch((e) => e);
    expect(error).toMatchObject({ code: "trust_keys_unavailable", status: 503 });
  });

  it.each<[string, () => unknown, number]>([
    ["true", () => true, 1],
    ["false", () => false, 2],
    ["1", () => 1, 2],
    ['"true"', () => "true", 2],
    ["a promise of true", async () => true, 2],
    ["nothing", () => undefined, 2],
    ["an error", fail, 2],
  ])("CREDS-3.04: keys are asked for again unless holds says true: %s", async (_what, holds, expected) => {
    let selected = 0;
    const select: KeySource["select"] = (...args) => {
      selected++;
      return domain.keys.select(...args);
    };
    const verifier = world.verifier({ trust: trustWith({ holds, select }) });
    for (let i = 0; i < 2; i++) expect(await outcomeOf(verifier.verify(await world.request()))).toBe("accepted");
    expect(selected).toBe(expected);
  });

  it.each([null, 1, "runtime"])("options of a trust store that are %s are the caller's mistake", (options) => {
    const make = () => createTrustStore([], options as unknown as object);
    expect(make).toThrow(expect.objectContaining(mistake));
  });
});

describe("WPT-3.1.5.01: how much of a sender's text is shown", () => {
  const audience = "https://svc.example.com/";
  const long = (length: number): string => audience.padEnd(length, "a");

  it.each([
    [256, long(256)],
    [257, `${long(256)}…`],
    [5000, `${long(256)}…`],
  ])("an audience of %d characters in a report", async (length, shown) => {
    const view = await world.request({ wpt: await world.wpt({ claims: { aud: long(length) } }) });
    const { checks } = await world.verifier().explain(view);
    expect(checks.find(({ id }) => id === "wpt.audience")?.detail).toBe(`${shown}; accepted: ${AUDIENCE}`);
  });

  it("audience and id of a proof in an audit; the application gets them whole", async () => {
    const events: AuditEvent[] = [];
    const verifier = world.verifier({ audit: (event) => events.push(event) });
    const aud = `${AUDIENCE}?${"q".repeat(1000)}`;
    const jti = "j".repeat(300);
    const { proof } = await verifier.verify(await world.request({ wpt: await world.wpt({ claims: { aud, jti } }) }));
    expect(proof).toMatchObject({ audience: aud, id: jti });
    expect(events[0]?.proof).toEqual({ ...proof, audience: `${aud.slice(0, 256)}…`, id: `${"j".repeat(256)}…` });
  });
});
