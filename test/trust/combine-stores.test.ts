import { describe, expect, it } from "vitest";
import { combineTrustStores } from "../../src/trust/combine-stores.js";
import { createTrustStore, type TrustStore } from "../../src/trust/store.js";
import { expectMistake, issuerKey, jwks, strangerKey } from "../support/wit-fixtures.js";

const A = "wimse://example.com";
const B = "wimse://partner.example";

describe("trust stores as one", () => {
  it("CREDS-3.01, FED-4.2.04: know a trust domain as the first that knows it does, and put no keys together", async () => {
    const first = createTrustStore([{ origin: A, keys: jwks(issuerKey) }]);
    const second = createTrustStore([
      { origin: A, keys: jwks(strangerKey) },
      { origin: B, keys: jwks(issuerKey) },
    ]);
    const trust = combineTrustStores([first, second]);
    expect(trust.get(A)).toBe(first.get(A)); // without a wait
    expect(trust.get(B)).toBe(second.get(B));
    expect(trust.get("wimse://other.example")).toBeUndefined();
    expect(combineTrustStores([]).get(A)).toBeUndefined();
  });

  it("wait for those that have to, in order, and hand the signal on", async () => {
    const inner = createTrustStore([{ origin: A, keys: jwks(issuerKey) }]);
    const told: unknown[] = [];
    const slow: TrustStore = {
      async get(origin, options) {
        told.push(options);
        return origin === B ? inner.get(A) : undefined;
      },
    };
    const trust = combineTrustStores([slow, inner]);
    const { signal } = new AbortController();
    expect(await trust.get(A, { signal })).toBe(inner.get(A));
    expect(await trust.get(B)).toBe(inner.get(A));
    expect(told).toEqual([{ signal }, undefined]);
  });

  it("do not go on behind one that fails, since it may have known", async () => {
    const inner = createTrustStore([{ origin: A, keys: jwks(issuerKey) }]);
    const fails = new RangeError("down");
    const broken = { get: () => Promise.reject(fails) };
    await expect(combineTrustStores([broken, inner]).get(A)).rejects.toBe(fails);
    expect(combineTrustStores([inner, broken]).get(A)).toBe(inner.get(A));
  });

  it("are closed together", async () => {
    const closed: string[] = [];
    const store = (name: string): TrustStore & { close(): void } => ({
      get: () => undefined,
      close: () => void closed.push(name),
    });
    await combineTrustStores([store("one"), { get: () => undefined }, store("two")]).close();
    expect(closed).toEqual(["one", "two"]);
  });

  it.each([[undefined], [{}], [[undefined]], [[{}]], [[null]]])(
    "are an array of stores, and not %j",
    async (stores) => {
      await expectMistake(() => combineTrustStores(stores as never), /^combineTrustStores: /);
    },
  );
});
