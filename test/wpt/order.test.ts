import { expect, it } from "vitest";
import { verifyWit } from "../../src/wit.js";
import { verifyWpt } from "../../src/wpt.js";
import { AUDIENCE, createWorld, encodePart, type Json, NOW, outcomeOf, signJws } from "../support/wpt-fixtures.js";

const world = await createWorld();
const other = await createWorld();
const { runtime, trust } = world;
const wit = await verifyWit(world.wit, { trust, runtime });

interface Fault {
  readonly code: string;
  readonly header?: Json;
  readonly claims?: Json;
}

/** One fault for each check of a WPT, in the order in which the checks are made. */
const faults: readonly Fault[] = [
  { code: "wpt_type_mismatch", header: { typ: "JWT" } },
  { code: "wpt_critical_header_unsupported", header: { crit: ["a"] } },
  { code: "wpt_algorithm_mismatch", header: { alg: "ES384" } },
  { code: "wpt_claim_invalid", claims: { iat: "now" } },
  { code: "wpt_expiration_missing", claims: { exp: undefined } },
  { code: "wpt_expired", claims: { exp: NOW - 60 } },
  { code: "wpt_not_yet_valid", claims: { nbf: NOW + 60 } },
  { code: "wpt_lifetime_too_long", claims: { exp: NOW + 3600 } },
  { code: "wpt_token_id_missing", claims: { jti: undefined } },
  { code: "wpt_audience_mismatch", claims: { aud: "https://other.example/" } },
  { code: "wpt_wit_hash_mismatch", claims: { wth: "h" } },
  { code: "wpt_txn_token_hash_mismatch", claims: { tth: "h" } },
  { code: "wpt_other_token_unknown", claims: { oth: { "x-unknown": "h" } } },
  { code: "wpt_other_token_hash_mismatch", claims: { oth: { "x-a": "h" } } },
];

/** The token that has all of these faults, those of the earlier checks laid over those of the later ones. */
function faulty(...combined: readonly Fault[]): Promise<string> {
  const merged = { header: {}, claims: {} };
  for (const { header, claims } of [...combined].reverse()) {
    Object.assign(merged.header, header);
    Object.assign(merged.claims, claims);
  }
  return world.wpt({ ...merged, signer: other.key });
}
const outcome = (token: string): Promise<string> =>
  outcomeOf(verifyWpt(token, wit, { audience: [AUDIENCE], understoodTokens: ["x-a"], runtime }));

it.each(faults.map((fault, i) => ({ first: fault.code, next: faults[i + 1]?.code ?? "wpt_signature_invalid", i })))(
  "$first is told before $next and before everything after it",
  async ({ first, i }) => {
    const [fault, next, ...rest] = faults.slice(i);
    if (fault === undefined) throw new Error("no such fault");
    expect(await outcome(await faulty(fault))).toBe(first);
    if (next !== undefined) expect(await outcome(await faulty(fault, next))).toBe(first);
    expect(await outcome(await faulty(fault, ...(next === undefined ? [] : [next]), ...rest))).toBe(first);
  },
);

it("the shape of the token is told before its header, the header before the payload, both before anything in them", async () => {
  const badHeader = encodePart("[]");
  const badClaims = encodePart("1");
  expect(await outcome(`${badHeader}.${badClaims}.`)).toBe("wpt_malformed");
  const wrongType = await signJws({ alg: "ES384", typ: "JWT" }, "[]", world.key);
  expect(await outcome(wrongType)).toBe("wpt_malformed");
});

it("size is told before shape", async () => {
  expect(await outcome(" ".repeat(16385))).toBe("wpt_too_large");
});
