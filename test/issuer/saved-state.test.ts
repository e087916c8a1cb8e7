import { describe, expect, it } from "vitest";
import { configurationInvalid } from "../../src/base/errors.js";
import { savedState } from "../../src/issuer/saved-state.js";
import type { IssuerState } from "../../src/issuer/state.js";
import { clockOf, issuerWith, memoryStore } from "../support/issuer-fixtures.js";
import { expectMistake, expectWimseError, ORIGIN } from "../support/wit-fixtures.js";

type Members = Readonly<Record<string, unknown>>;

/** What an issuer has saved, with changes. */
async function loadedWith(change: (state: Members, key: Members) => unknown): Promise<IssuerState | undefined> {
  const store = memoryStore();
  await (await issuerWith(clockOf(), { store })).close();
  const state = store.saved as unknown as Members & { readonly keys: readonly Members[] };
  const changed = change(state, state.keys[0] as Members);
  return savedState({ ...store, load: () => changed as IssuerState }, ORIGIN, clockOf()).load();
}
const without = (members: Members, name: string): Members =>
  Object.fromEntries(Object.entries(members).filter(([member]) => member !== name));

describe("a saved state", () => {
  it.each<[string, (state: Members, key: Members) => unknown]>([
    ["that is text", () => "state"],
    ["that is null", () => null],
    ["of another format", (state) => ({ ...state, format: "wimse-issuer/v2" })],
    ["of another trust domain", (state) => ({ ...state, origin: "wimse://example.org" })],
    ["without a revision", (state) => without(state, "revision")],
    ["with a revision below zero", (state) => ({ ...state, revision: -1 })],
    ["with a sequence that is no number (BUNDLE-4.1.1.02)", (state) => ({ ...state, sequence: "7" })],
    ["with a sequence that is no integer", (state) => ({ ...state, sequence: 7.5 })],
    ["with a sequence below zero", (state) => ({ ...state, sequence: -7 })],
    ["with a digest that is none", (state) => ({ ...state, contents: 7 })],
    ["with a refresh hint that is no number", (state) => ({ ...state, refreshHint: "300" })],
    ["with an end of caching that is no number", (state) => ({ ...state, cachedUntil: null })],
    ["without keys", (state) => without(state, "keys")],
    ["with keys that are no list", (state) => ({ ...state, keys: {} })],
    ["with a key that is null", (state) => ({ ...state, keys: [null] })],
    ["with a key without kid", (state, key) => ({ ...state, keys: [without(key, "kid")] })],
    ["with a key with an empty kid", (state, key) => ({ ...state, keys: [{ ...key, kid: "" }] })],
    ["with a key whose kid is a number", (state, key) => ({ ...state, keys: [{ ...key, kid: 7 }] })],
    ["with a key without algorithm", (state, key) => ({ ...state, keys: [without(key, "algorithm")] })],
    ["with a key that was never made", (state, key) => ({ ...state, keys: [without(key, "createdAt")] })],
    [
      "with a key whose time of retirement is text",
      (state, key) => ({ ...state, keys: [{ ...key, retireAt: "soon" }] }),
    ],
    [
      "with a key whose time of activation is null",
      (state, key) => ({ ...state, keys: [{ ...key, activeFrom: null }] }),
    ],
    ["with a key whose handle is text", (state, key) => ({ ...state, keys: [{ ...key, handle: "keys/0" }] })],
    ["with a key without public key", (state, key) => ({ ...state, keys: [{ ...key, publicJwk: {} }] })],
    ["with a kid twice (WITSVID-6.1.03)", (state, key) => ({ ...state, keys: [key, { ...key }] })],
  ])("%s is refused", async (_what, change) => {
    await expectMistake(loadedWith(change), /^store: /);
  });

  it.each<[string, (state: Members, key: Members) => unknown]>([
    ["without a refresh hint", (state) => without(state, "refreshHint")],
    ["with a key that cannot be opened again", (state, key) => ({ ...state, keys: [without(key, "handle")] })],
    [
      "with a key that somebody added",
      (state, key) => ({ ...state, keys: [key, without({ ...key, kid: "k" }, "publishedAt")] }),
    ],
    ["with an empty list of keys", (state) => ({ ...state, keys: [] })],
  ])("%s is taken", async (_what, change) => {
    expect(await loadedWith(change)).toMatchObject({ origin: ORIGIN });
  });
});

describe("a store that fails", () => {
  const failing = (error: unknown) => {
    const fail = (): never => {
      throw error;
    };
    return savedState({ load: fail, save: fail }, ORIGIN, clockOf());
  };
  const state: IssuerState = {
    format: "wimse-issuer/v1",
    origin: ORIGIN,
    revision: 1,
    sequence: 1,
    contents: "",
    keys: [],
  };

  it("has one code, and what it says is not repeated", async () => {
    const saved = failing(Object.assign(new Error("secret words of a database"), { code: "configuration_invalid" }));
    await expectWimseError(saved.load(), "issuer_state_unavailable", undefined, "secret words");
    await expectWimseError(saved.save(state), "issuer_state_unavailable", undefined, "secret words");
  });

  it("says which setting is wrong, where it is one of this library", async () => {
    const saved = failing(configurationInvalid("fileIssuerStore: the file is damaged"));
    await expectMistake(saved.load(), /damaged/);
    await expectMistake(saved.save(state), /damaged/);
  });
});
