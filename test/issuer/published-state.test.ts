import { describe, expect, it } from "vitest";
import { jwksOf, spiffeBundleOf } from "../../src/issuer/published-keys.js";
import { cachedUntil, withKeys } from "../../src/issuer/published-state.js";
import type { IssuerState, KeyRecord } from "../../src/issuer/state.js";
import { p256 } from "../support/fixed-keys.js";
import { NOW, ORIGIN } from "../support/wit-fixtures.js";

const { d: _private, ...publicJwk } = p256;
const pending: KeyRecord = { kid: "next", algorithm: "ES256", publicJwk, createdAt: NOW };
const published: KeyRecord = { ...pending, kid: "k1", publishedAt: NOW };
const empty: IssuerState = {
  format: "wimse-issuer/v1",
  origin: ORIGIN,
  revision: 0,
  sequence: 0,
  contents: "",
  keys: [],
};
const state = withKeys(empty, [published], NOW, 300);

describe("what an issuer publishes", () => {
  it("FED-4.1.01: is no key whose time has not begun, in either form", () => {
    expect(jwksOf([published, pending]).keys.map(({ kid }) => kid)).toEqual(["k1"]);
    expect(spiffeBundleOf([published, pending], 1, 300).keys.map(({ kid }) => kid)).toEqual(["k1"]);
  });

  it("BUNDLE-4.1.1.03: takes a new sequence number when it changes", () => {
    const next = withKeys(state, [published, { ...published, kid: "k2" }], NOW, 300);
    expect(next.sequence).toBeGreaterThan(state.sequence);
    expect(withKeys(state, [published], NOW, 60).sequence).toBeGreaterThan(state.sequence);
  });

  it("BUNDLE-4.1.1.03: keeps its sequence number with a key that nobody publishes", () => {
    const next = withKeys(state, [published, pending], NOW + 1, 300);
    expect([next.sequence, next.revision]).toEqual([state.sequence, state.revision + 1]);
  });

  it("stays the same state while nothing changes: there is nothing to save", () => {
    expect(withKeys(state, state.keys, NOW + 100, 300)).toBe(state);
  });
});

it.each<[string, Partial<IssuerState>, number]>([
  ["nobody kept anything", {}, 0],
  ["it could be kept for as long", { refreshHint: 300 }, 0],
  ["it could be kept for less", { refreshHint: 60, cachedUntil: NOW + 7 }, NOW + 7],
  ["it could be kept for longer", { refreshHint: 3600, cachedUntil: NOW + 7 }, NOW + 3600],
  ["it could be kept for longer still", { refreshHint: 3600, cachedUntil: NOW + 7200 }, NOW + 7200],
])("FED-4.1.01: where %s before, it is known until when", (_what, before, until) => {
  expect(cachedUntil({ ...empty, ...before }, NOW, 300)).toBe(until);
});
