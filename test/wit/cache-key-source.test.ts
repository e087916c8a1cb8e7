import { expect, it } from "vitest";
import { staticJwks } from "../../src/trust/key-source/static-jwks.js";
import { createTrustDomain } from "../../src/trust/trust-domain.js";
import { WitCache } from "../../src/wit/cache.js";
import { checkWit } from "../../src/wit/check.js";
import { issuerKey, jwks, makeWit, NOW, ORIGIN } from "../support/wit-fixtures.js";

const rules = { clockTolerance: 5, maxLifetime: 86_400 };

it.each<[string, () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("out of order");
    },
  ],
  ["promises to say so", async () => true],
  ["promises, and fails", () => Promise.reject(new Error("out of order"))],
  ["says something else", () => 1],
  ["says no", () => false],
])("a remembered WIT counts for nothing when the key source %s, asked for the key", async (_, holds) => {
  const { select } = staticJwks(jwks(issuerKey));
  const domain = createTrustDomain({ origin: ORIGIN, keys: { select, holds: holds as () => boolean } });
  const cache = new WitCache(10);
  const token = makeWit();
  const wit = await checkWit(token, { get: () => domain }, rules, { now: () => NOW });
  cache.set(token, wit);
  expect(cache.stillValid(token, wit, domain, rules, NOW)).toBe(false);
  expect(cache.get(token)).toBeUndefined();
});
