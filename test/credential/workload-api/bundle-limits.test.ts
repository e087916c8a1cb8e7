import { expect, it } from "vitest";
import { atOnce } from "../../../src/base/in-pieces.js";
import { NO_BUNDLES, prepareBundles } from "../../../src/credential/workload-api/bundles.js";
import { issuerKey, jwks } from "../../support/wit-fixtures.js";

const [key] = jwks(issuerKey).keys;

it("WLAPI-4.5.02: a bundle with too many keys has none, and takes none from the others", () => {
  const many = JSON.stringify({ keys: [key, ...Array.from({ length: 10_000 }, () => ({}))] });
  const delivered = new Map([
    ["spiffe://many.example", many],
    ["spiffe://one.example", JSON.stringify({ keys: [key] })],
  ]);
  const { domains } = atOnce(prepareBundles(delivered, NO_BUNDLES))();
  expect([...domains.values()].map(({ keys, problems }) => [keys.members.size, problems])).toEqual([
    [0, ["the bundle has over 10000 keys"]],
    [1, []],
  ]);
});

it("a bundle that is delivered again is not checked again, and one that changed is", () => {
  const text = JSON.stringify({ keys: [key] });
  const [one, two] = ["spiffe://one.example", "spiffe://two.example"];
  const delivered = new Map([
    [one, text],
    [two, text],
  ]);
  const before = atOnce(prepareBundles(delivered, NO_BUNDLES))();
  const again = prepareBundles(delivered, before);
  expect(again.next().done).toBe(true); // no piece of work
  const after = atOnce(prepareBundles(delivered, before))();
  for (const origin of delivered.keys()) expect(after.domains.get(origin)).toBe(before.domains.get(origin));
  const changed = atOnce(prepareBundles(delivered.set(two, `${text} `), after))();
  expect(changed.domains.get(one)).toBe(before.domains.get(one));
  expect(changed.domains.get(two)).not.toBe(before.domains.get(two));
});

it.each<[string, string]>([
  ["an object without keys", "{}"],
  ["keys that are no array", '{"keys":{"length":1}}'],
  ["an array", "[]"],
  ["no JSON", "{"],
])("a bundle that is no JWK Set is called that, and not too large: %s", (_what, text) => {
  const { domains } = atOnce(prepareBundles(new Map([["spiffe://one.example", text]]), NO_BUNDLES))();
  expect([...domains.values()].map(({ problems }) => problems)).toEqual([["the bundle is no JWK Set"]]);
});
