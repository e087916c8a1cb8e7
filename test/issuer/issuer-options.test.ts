import { describe, expect, it } from "vitest";
import { generateKey } from "../../src/crypto/signer.js";
import { createIssuer } from "../../src/issuer/issuer.js";
import { generatedKeys } from "../../src/issuer/issuer-keys.js";
import { type IssuerOptions, issuerSettingsOf } from "../../src/issuer/issuer-options.js";
import { clockOf, memoryStore } from "../support/issuer-fixtures.js";
import { expectMistake, ORIGIN } from "../support/wit-fixtures.js";

const spiffe = { origin: "spiffe://example.org", profile: "wit-svid" } as const;
const { create, open } = generatedKeys("ES256", false);
const store = memoryStore();

describe("the options of an issuer", () => {
  it.each<[string, Partial<IssuerOptions> | Record<string, unknown>, RegExp]>([
    ["an origin", { origin: "https://example.com/x" }, /origin|scheme|identifier/i],
    ["a profile", { profile: "svid" }, /^profile: "wit" or/],
    ["a profile, of a SPIFFE trust domain too", { origin: spiffe.origin, profile: "svid" }, /^profile: "wit" or/],
    ["WITSVID-3.1.01: wit-svid of another scheme", { profile: "wit-svid" }, /SPIFFE/],
    ["an algorithm", { algorithm: "HS256" }, /^algorithm: /],
    [
      "an algorithm, though the keys are made elsewhere",
      { algorithm: "HS256", keys: { create, open } },
      /^algorithm: /,
    ],
    ["WITSVID-4.01: an algorithm of the profile", { ...spiffe, algorithm: "Ed25519" }, /^algorithm: the profile/],
    [
      "WITSVID-4.01: an algorithm of the profile, though the keys are made elsewhere",
      { ...spiffe, algorithm: "Ed25519", keys: { create, open } },
      /^algorithm: the profile/,
    ],
    ["a lifetime of a day at most", { maxLifetime: 86_401 }, /maxLifetime/],
    ["a lifetime below the longest", { maxLifetime: 60, lifetime: 61 }, /lifetime/],
    ["keys that are published before they can be known", { refreshHint: 300, publishAhead: 299 }, /publishAhead/],
    ["keys that other issuers know in time", { store, refreshHint: 300, publishAhead: 309 }, /publishAhead/],
    ["rotation that leaves too many keys", { rotateEvery: 10 }, /rotateEvery/],
    ["the issuer's name", { issuer: 7 }, /issuer/],
    ["keys that are no object", { keys: null }, /^keys: /],
    ["key functions", { keys: {} }, /^keys: /],
    ["a function that makes keys", { keys: { open } }, /^keys: /],
    ["a function that opens keys", { keys: { create } }, /^keys: /],
    ["a store that is no object", { store: null }, /^store: /],
    ["store functions", { store: {} }, /^store: /],
    ["a function that loads", { store: { save: store.save } }, /^store: /],
    ["a function that saves", { store: { load: store.load } }, /^store: /],
    ["option names", { rotate: 5 }, /unknown option/],
    [
      "a key of the profile",
      { ...spiffe, keys: { create: async () => ({ signer: await generateKey("Ed25519") }), open } },
      /profile/,
    ],
  ])("are checked for %s", async (_what, options, message) => {
    await expectMistake(createIssuer({ origin: ORIGIN, runtime: clockOf(), ...options } as IssuerOptions), message);
  });

  it.each([undefined, null, "wimse://example.com"])("are an object, not %s", async (options) => {
    await expectMistake(createIssuer(options as unknown as IssuerOptions), /^createIssuer: an object/);
  });

  it.each<[string, Partial<IssuerOptions>, number]>([
    ["three times what verifiers may keep a key set", {}, 900],
    ["long enough for issuers that share a store", { store, refreshHint: 1 }, 11],
    ["no longer than that where there is none", { refreshHint: 1 }, 3],
    ["as asked for, with a store", { store, refreshHint: 300, publishAhead: 310 }, 310],
    ["as asked for, without one", { refreshHint: 300, publishAhead: 300 }, 300],
  ])("FED-4.1.01: a key is published ahead %s", (_what, options, publishAhead) => {
    expect(issuerSettingsOf({ origin: ORIGIN, ...options }).schedule.publishAhead).toBe(publishAhead);
  });
});
