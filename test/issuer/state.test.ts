import { describe, expect, it } from "vitest";
import { generateKey } from "../../src/crypto/signer.js";
import type { IssuerKeys } from "../../src/issuer/issuer-keys.js";
import { addSavedKey, withdrawSavedKey } from "../../src/issuer/saved-keys.js";
import { AGENT, clockOf, issuerWith, memoryStore } from "../support/issuer-fixtures.js";
import { expectMistake, expectWimseError, NOW, workloadKey } from "../support/wit-fixtures.js";

const cnf = workloadKey.publicJwk;

describe("the state of an issuer", () => {
  it("outlives the process: the same key signs, and the sequence goes on", async () => {
    const store = memoryStore();
    const first = await issuerWith(clockOf(), { store });
    const { kid } = await first.issue(AGENT, cnf);
    await first.close();
    const second = await issuerWith(clockOf(NOW + 60), { store });
    expect((await second.issue(AGENT, cnf)).kid).toBe(kid);
    expect(second.state()).toEqual(first.state());
    await second.rotate();
    expect(second.state().sequence).toBeGreaterThan(first.state().sequence);
  });

  it("BUNDLE-4.1.1.03: takes a new sequence number when another refresh hint is configured, or the state is lost", async () => {
    const store = memoryStore();
    const first = await issuerWith(clockOf(), { store });
    const second = await issuerWith(clockOf(NOW + 1), { store, refreshHint: 60 });
    expect(second.state().sequence).toBeGreaterThan(first.state().sequence);
    const third = await issuerWith(clockOf(NOW + 2), { store: memoryStore() });
    expect(third.state().sequence).toBeGreaterThan(second.state().sequence);
  });

  it("FED-4.1.02: publishes a key anew after a restart before it signs for the first time", async () => {
    const store = memoryStore();
    const first = await issuerWith(clockOf(), { store });
    const { kid: old } = await first.issue(AGENT, cnf);
    const { kid, activeFrom } = await first.rotate();
    await first.close();
    expect(activeFrom).toBe(NOW + 900);
    // nobody served the keys for an hour
    const runtime = clockOf(NOW + 3600);
    const second = await issuerWith(runtime, { store });
    expect((await second.issue(AGENT, cnf)).kid).toBe(old);
    runtime.setTime(NOW + 3900);
    expect((await second.issue(AGENT, cnf)).kid).toBe(kid);
  });

  it("FED-4.1.02: lets a new key sign in the end, however often it is started again", async () => {
    const store = memoryStore();
    const first = await issuerWith(clockOf(), { store });
    const { kid } = await first.rotate();
    await first.close();
    const signed: unknown[] = [];
    let time = NOW + 900;
    for (; signed.at(-1) !== kid && time < NOW + 86_400; time += 60) {
      const again = await issuerWith(clockOf(time), { store });
      signed.push((await again.issue(AGENT, cnf)).kid);
      await again.close();
    }
    // put off ten times, the last time by refreshHint
    expect(time).toBe(NOW + 900 + 9 * 60 + 300 + 60);
    expect(store.saved?.keys.find((key) => key.kid === kid)?.deferrals).toBe(10);
  });

  it("keeps a key for the longest lifetime that it ever had, also when that is cut later", async () => {
    const store = memoryStore();
    const seldom = { store, refreshHint: 1, publishAhead: 11 };
    await (await issuerWith(clockOf(), { ...seldom, maxLifetime: 3600 })).close();
    const runtime = clockOf(NOW + 10);
    const issuer = await issuerWith(runtime, { ...seldom, maxLifetime: 60 });
    await issuer.rotate();
    runtime.setTime(NOW + 21);
    await issuer.jwks();
    expect(issuer.state().keys[0]?.retireAt).toBe(NOW + 21 + 3600 + 120 + 15);
  });

  it("stays as it was while the store fails, and goes on when it works again", async () => {
    const store = memoryStore();
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { store, refreshHint: 10, publishAhead: 20 });
    const { kid: old } = await issuer.issue(AGENT, cnf);
    const { kid } = await issuer.rotate();
    runtime.setTime(NOW + 10);
    await issuer.jwks();
    store.failing = true;
    runtime.setTime(NOW + 29);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(old); // the change would not be remembered
    expect(issuer.state().failure).toBe("The state of the issuer cannot be loaded or saved");
    await expectWimseError(issuer.rotate(), "issuer_state_unavailable", undefined, "secret words");
    store.failing = false;
    runtime.setTime(NOW + 40);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(kid);
    expect(issuer.state().failure).toBeUndefined();
  });

  it("does not wait for a store that does not answer", async () => {
    const runtime = clockOf();
    const answers = memoryStore();
    let silent = false;
    const store = {
      load: () => (silent ? new Promise<undefined>(() => {}) : answers.load({ signal: new AbortController().signal })),
      save: answers.save,
    };
    const issuer = await issuerWith(runtime, { store });
    silent = true;
    runtime.setTime(NOW + 10);
    const issued = issuer.issue(AGENT, cnf);
    await Promise.resolve();
    runtime.setTime(NOW + 15);
    expect((await issued).kid).toBe(issuer.state().keys[0]?.kid);
  });

  it("does not start without its state", async () => {
    const store = memoryStore();
    store.failing = true;
    await expectWimseError(issuerWith(clockOf(), { store }), "issuer_state_unavailable");
  });

  it("of two issuers that share a store and rotate at once, both rotations count, and each learns of the other's", async () => {
    const store = memoryStore();
    const runtimes = [clockOf(), clockOf()] as const;
    const a = await issuerWith(runtimes[0], { store });
    const b = await issuerWith(runtimes[1], { store });
    await Promise.all([a.rotate(), b.rotate()]);
    expect(store.saved?.keys).toHaveLength(3);
    for (const runtime of runtimes) runtime.setTime(NOW + 10);
    expect((await a.jwks()).keys).toEqual((await b.jwks()).keys);
    expect(a.state()).toEqual(b.state());
  });

  it("makes one key, not two, when two issuers rotate by the clock", async () => {
    const store = memoryStore();
    const runtimes = [clockOf(), clockOf()] as const;
    const a = await issuerWith(runtimes[0], { store, rotateEvery: 7200 });
    const b = await issuerWith(runtimes[1], { store, rotateEvery: 7200 });
    for (const runtime of runtimes) runtime.setTime(NOW + 7200);
    await Promise.all([a.jwks(), b.jwks()]);
    expect(store.saved?.keys).toHaveLength(2);
  });

  it("publishes a key that somebody else put into the store, and only from then on its time runs", async () => {
    const store = memoryStore();
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { store });
    const { kid } = await addSavedKey(store, "ES384", runtime);
    expect((await issuer.jwks()).keys).toHaveLength(1);
    runtime.setTime(NOW + 10);
    expect((await issuer.jwks()).keys.map(({ alg }) => alg)).toEqual(["ES256", "ES384"]);
    expect(issuer.state().keys[1]).toMatchObject({ kid, status: "published", activeFrom: NOW + 910 });
    await withdrawSavedKey(store, kid, runtime);
    runtime.setTime(NOW + 20);
    expect((await issuer.jwks()).keys).toHaveLength(1);
  });

  it("wants a state to add a key to, and a key to withdraw", async () => {
    const store = memoryStore();
    await expectMistake(addSavedKey(store, undefined, clockOf()), /no state/);
    await (await issuerWith(clockOf(), { store })).close();
    await expectMistake(withdrawSavedKey(store, "nobody's", clockOf()), /no key/);
    store.failing = true;
    await expect(addSavedKey(store, undefined, clockOf())).rejects.toThrow();
  });
});

describe("keys of a key service", () => {
  const service = (): IssuerKeys & { lost: boolean } => {
    const held: Awaited<ReturnType<typeof generateKey>>[] = [];
    const keys = {
      lost: false,
      async create() {
        const signer = await generateKey();
        return { signer, handle: { name: `keys/${held.push(signer) - 1}` } };
      },
      async open({ name }: { readonly name?: unknown }) {
        const signer = held[Number(String(name).slice(5))];
        if (keys.lost || signer === undefined) throw new Error("arn:secret");
        return signer;
      },
    };
    return keys;
  };

  it("are found again by their handle, and no private key is saved", async () => {
    const store = memoryStore();
    const keys = service();
    const { kid } = await (await issuerWith(clockOf(), { store, keys })).issue(AGENT, cnf);
    expect(store.saved?.keys[0]?.handle).toEqual({ name: "keys/0" });
    expect((await (await issuerWith(clockOf(), { store, keys })).issue(AGENT, cnf)).kid).toBe(kid);
  });

  it("do not take over while they cannot be opened", async () => {
    const store = memoryStore();
    const keys = service();
    await (await issuerWith(clockOf(), { store, keys })).rotate();
    const runtime = clockOf(NOW + 1);
    const issuer = await issuerWith(runtime, { store, keys });
    const { kid: old } = await issuer.issue(AGENT, cnf);
    keys.lost = true;
    runtime.setTime(NOW + 900);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(old);
    expect(issuer.state().failure).toBe("a new key cannot be opened");
    keys.lost = false;
    runtime.setTime(NOW + 910);
    expect((await issuer.issue(AGENT, cnf)).kid).not.toBe(old);
  });

  it("are refused when the service gives another key, or none", async () => {
    const store = memoryStore();
    const keys = service();
    await (await issuerWith(clockOf(), { store, keys })).close();
    const other = { ...keys, open: () => generateKey() };
    await expectWimseError(issuerWith(clockOf(), { store, keys: other }), "credential_unavailable");
    keys.lost = true;
    await expectWimseError(issuerWith(clockOf(), { store, keys }), "credential_unavailable", undefined, "arn:secret");
  });

  it("need a handle where the state is saved", async () => {
    const keys = { create: async () => ({ signer: await generateKey() }), open: () => generateKey() };
    await expectMistake(issuerWith(clockOf(), { store: memoryStore(), keys }), /handle/);
  });
});
