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
