import { afterEach, describe, expect, it, vi } from "vitest";
import { generatedKeys } from "../../src/issuer/issuer-keys.js";
import { addSavedKey } from "../../src/issuer/saved-keys.js";
import { clockOf, issuerWith, memoryStore } from "../support/issuer-fixtures.js";
import { expectMistake } from "../support/wit-fixtures.js";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the keys of an issuer's own process", () => {
  it.each(["HS256", "none", "ES512K", "constructor"])("are not of the algorithm %s", async (algorithm) => {
    await expectMistake(() => generatedKeys(algorithm, false), /^algorithm: /);
    const store = memoryStore();
    await (await issuerWith(clockOf(), { store })).close();
    await expectMistake(addSavedKey(store, algorithm, clockOf()), /^algorithm: /);
    expect(store.saved?.keys).toHaveLength(1);
  });

  it.each([
    ["cannot be taken out of it, where nothing is saved", false],
    ["can be taken out of it, where the state is saved", true],
  ])("%s", async (_what, saved) => {
    const generate = vi.spyOn(crypto.subtle, "generateKey");
    const store = memoryStore();
    const issuer = await issuerWith(clockOf(), saved ? { store } : {});
    await issuer.rotate();
    expect(generate.mock.calls.map(([, extractable]) => extractable)).toEqual([saved, saved]);
    expect(store.saved?.keys.every(({ handle }) => handle?.["d"] !== undefined)).toBe(saved ? true : undefined);
  });
});
