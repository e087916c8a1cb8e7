import { describe, expect, it } from "vitest";
import { createIssuer } from "../../src/issuer/issuer.js";
import { generatedKeys, type IssuerKeys } from "../../src/issuer/issuer-keys.js";
import { addSavedKey, withdrawSavedKey } from "../../src/issuer/saved-keys.js";
import type { IssuerState, IssuerStore } from "../../src/issuer/state.js";
import { AGENT, clockOf, issuerWith, memoryStore } from "../support/issuer-fixtures.js";
import { simulatedRuntime } from "../support/simulated-runtime.js";
import { expectMistake, expectWimseError, NOW, ORIGIN, workloadKey } from "../support/wit-fixtures.js";

const cnf = workloadKey.publicJwk;
const kidsOf = ({ keys }: { keys: { kid?: string }[] }): (string | undefined)[] => keys.map(({ kid }) => kid);

describe("a key ring", () => {
  it("WITSVID-6.1.03: holds a key once, also when it was saved and the store said that it was not", async () => {
    const inner = memoryStore();
    let lies = false;
    const store: IssuerStore = {
      load: inner.load,
      save(state: IssuerState, options) {
        const saved = inner.save(state, options);
        if (lies) throw new Error("the connection broke");
        return saved;
      },
    };
    const issuer = await issuerWith(clockOf(), { store });
    lies = true;
    await expectWimseError(issuer.rotate(), "issuer_state_unavailable");
    lies = false;
    const { kid } = await issuer.rotate();
    expect(kidsOf(await issuer.jwks())).toEqual([issuer.state().keys[0]?.kid, kid]);
    expect((await issuerWith(clockOf(NOW + 1), { store })).state().keys).toHaveLength(2);
  });

  it("notices what others saved, though its clock was set back by a day", async () => {
    const store = memoryStore();
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { store });
    const { kid } = await issuer.issue(AGENT, cnf);
    runtime.setTime(NOW - 86_400);
    await withdrawSavedKey(store, kid, runtime);
    expect((await issuer.issue(AGENT, cnf)).kid).not.toBe(kid);
    expect(kidsOf(await issuer.jwks())).not.toContain(kid);
  });

  it("FED-4.1.01: counts the time of publication from when the key is there, however long it takes to make", async () => {
    const runtime = clockOf();
    const inner = generatedKeys("ES256", false);
    const keys: IssuerKeys = {
      create(options) {
        runtime.setTime(runtime.now() + 9);
        return inner.create(options);
      },
      open: inner.open,
    };
    const issuer = await issuerWith(runtime, { keys, refreshHint: 60, publishAhead: 60, rotateEvery: 3600 });
    runtime.setTime(NOW + 3700);
    await issuer.jwks();
    const [, next] = issuer.state().keys;
    expect(next).toMatchObject({ publishedAt: runtime.now(), activeFrom: runtime.now() + 60 });
  });

  it("FED-4.1.01: waits for verifiers that still may keep what was published with a longer refresh hint", async () => {
    const store = memoryStore();
    await (await issuerWith(clockOf(), { store, refreshHint: 3600 })).close();
    const issuer = await issuerWith(clockOf(NOW + 1), { store, refreshHint: 60 });
    expect(await issuer.rotate()).toMatchObject({ activeFrom: NOW + 1 + 3600 });
    await issuer.close();
    const later = await issuerWith(clockOf(NOW + 3601), { store, refreshHint: 60 });
    expect(await later.rotate()).toMatchObject({ activeFrom: NOW + 3601 + 180 });
  });

  it("WITSVID-4.01: does not take over a key of an algorithm that the profile does not have", async () => {
    const store = memoryStore();
    const runtime = clockOf();
    const origin = "spiffe://example.org";
    const options = { origin, profile: "wit-svid", store, refreshHint: 1, publishAhead: 11 } as const;
    const issuer = await issuerWith(runtime, options);
    const { kid } = await issuer.issue(`${origin}/a`, cnf);
    await addSavedKey(store, "Ed25519", runtime);
    for (const later of [10, 25]) {
      runtime.setTime(NOW + later);
      expect((await issuer.issue(`${origin}/a`, cnf)).kid).toBe(kid);
    }
    expect(issuer.state()).toMatchObject({ keys: [{ status: "active" }, {}], failure: "a new key cannot be opened" });
    const other = memoryStore();
    await (await issuerWith(clockOf(), { origin, store: other, algorithm: "Ed25519" })).close();
    await expectMistake(issuerWith(clockOf(), { origin, profile: "wit-svid", store: other }), /algorithm/);
  });

  it("BUNDLE-4.1.1.02: neither its sequence nor a withdrawn key comes back from a store that has fallen behind", async () => {
    const inner = memoryStore();
    let behind: IssuerState | undefined;
    const store: IssuerStore = { load: (options) => behind ?? inner.load(options), save: inner.save };
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { store });
    const { kid } = await issuer.issue(AGENT, cnf);
    await issuer.rotate();
    behind = inner.saved;
    await issuer.withdraw(kid);
    const before = issuer.state();
    runtime.setTime(NOW + 12);
    expect(kidsOf(await issuer.jwks())).not.toContain(kid);
    expect(issuer.state()).toMatchObject({ sequence: before.sequence, failure: expect.stringContaining("older") });
    behind = undefined;
    runtime.setTime(NOW + 30);
    await issuer.jwks();
    expect(issuer.state().failure).toBeUndefined();
  });

  it("holds no more keys than verifiers read, also of those that others saved", async () => {
    const store = memoryStore();
    const issuer = await issuerWith(clockOf(), { store });
    await issuer.close();
    const state = store.saved as IssuerState;
    const [key] = state.keys;
    const keys = Array.from({ length: 100 }, (_, index) => ({ ...key, kid: `k${index}` }));
    store.save({ ...state, revision: 2, keys } as IssuerState, { signal: new AbortController().signal });
    await expectMistake(addSavedKey(store, undefined, clockOf()), /100 keys/);
  });

  it("makes no key by the clock beyond those that verifiers read, and looks again later", async () => {
    const store = memoryStore();
    await (await issuerWith(clockOf(), { store })).close();
    const state = store.saved as IssuerState;
    const keys = Array.from({ length: 100 }, (_, index) => ({ ...state.keys[0], kid: `k${index}` }));
    store.save({ ...state, revision: 2, keys } as IssuerState, { signal: new AbortController().signal });
    const clock = clockOf(NOW + 7200);
    const waits: number[] = [];
    const runtime: typeof clock = {
      ...clock,
      schedule(at, run) {
        waits.push(at - clock.now());
        return clock.schedule(at, run);
      },
    };
    const issuer = await issuerWith(runtime, { store, rotateEvery: 7200 });
    expect((await issuer.jwks()).keys).toHaveLength(100);
    expect(Math.min(...waits)).toBeGreaterThan(0); // a timer for what is past would fire again and again
  });

  it("keeps a key that could not be saved for the next attempt, whatever is done in between", async () => {
    const store = memoryStore();
    const runtime = clockOf();
    const inner = generatedKeys("ES256", true);
    let made = 0;
    const keys: IssuerKeys = {
      create(options) {
        made++;
        return inner.create(options);
      },
      open: inner.open,
    };
    const issuer = await issuerWith(runtime, { store, keys });
    store.failing = true;
    await expectWimseError(issuer.rotate(), "issuer_state_unavailable");
    store.failing = false;
    runtime.setTime(NOW + 10);
    await issuer.jwks();
    await issuer.rotate();
    expect([made, issuer.state().keys.length]).toEqual([2, 2]);
    await issuer.rotate();
    expect([made, issuer.state().keys.length]).toEqual([3, 3]);
  });

  it("does not begin without a key that it can sign with", async () => {
    const store = memoryStore();
    const first = await issuerWith(clockOf(), { store });
    const { kid } = await first.issue(AGENT, cnf);
    await first.rotate();
    await first.close();
    await withdrawSavedKey(store, kid, clockOf());
    const keys: IssuerKeys = {
      create: generatedKeys("ES256", true).create,
      open: () => Promise.reject(new Error("arn:secret")),
    };
    await expectWimseError(issuerWith(clockOf(), { store, keys }), "credential_unavailable", undefined, "arn:secret");
  });

  it("gives up when a store takes no state and has none", async () => {
    let saves = 0;
    const store: IssuerStore = {
      load: () => undefined,
      save() {
        saves++;
        return false;
      },
    };
    await expectWimseError(issuerWith(clockOf(), { store }), "issuer_state_unavailable");
    expect(saves).toBe(8);
  });

  it("after it was closed neither signs nor changes, and goes on to show its keys without any timer", async () => {
    const runtime = simulatedRuntime(NOW);
    const store = memoryStore();
    const issuer = await createIssuer({ origin: ORIGIN, runtime, store });
    const { kid } = await issuer.issue(AGENT, cnf);
    await issuer.close();
    await expectMistake(issuer.issue(AGENT, cnf), /closed/);
    await expectMistake(issuer.rotate(), /closed/);
    await expectMistake(issuer.withdraw(kid), /closed/);
    await runtime.runUntil(NOW + 3600);
    expect(kidsOf(await issuer.jwks())).toEqual([kid]);
    expect([issuer.state().failure, runtime.pending, store.saves]).toEqual([undefined, 0, 1]);
  });
});
