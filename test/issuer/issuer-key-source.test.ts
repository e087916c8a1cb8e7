import { expect, it } from "vitest";
import { type Algorithm, algorithmNamed } from "../../src/crypto/algorithms.js";
import type { IssuerState } from "../../src/issuer/state.js";
import { AGENT, clockOf, issuerWith, memoryStore } from "../support/issuer-fixtures.js";
import { expectWimseError, NOW, workloadKey } from "../support/wit-fixtures.js";

const es256 = algorithmNamed("ES256") as Algorithm;

it("the keys of an issuer in the same process are imported once, while they stay", async () => {
  const issuer = await issuerWith(clockOf());
  const source = issuer.keySource();
  const { kid } = await issuer.issue(AGENT, workloadKey.publicJwk);
  expect(await source.select(kid, es256)).toBe(await source.select(kid, es256));
});

it("a saved key of an algorithm that is not known here does not keep the others from being found", async () => {
  const store = memoryStore();
  const first = await issuerWith(clockOf(), { store });
  const { kid } = await first.issue(AGENT, workloadKey.publicJwk);
  await first.close();
  const state = store.saved as IssuerState;
  const [key] = state.keys;
  const foreign = { ...key, kid: "foreign", algorithm: "XY512", retireAt: NOW + 3600 };
  store.save({ ...state, revision: state.revision + 1, keys: [foreign, key] } as IssuerState, {
    signal: new AbortController().signal,
  });
  const source = (await issuerWith(clockOf(), { store })).keySource();
  expect(source.holds(await source.select(kid, es256))).toBe(true);
  await expectWimseError(async () => source.select("foreign", es256), "wit_key_not_found");
});
