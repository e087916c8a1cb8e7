import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { HeaderLine } from "../../src/http/message.js";
import { verifyWit } from "../../src/wit.js";
import { checkWpt, type WptContext } from "../../src/wpt/check.js";
import { AUDIENCE, createWorld, NOW } from "../support/wpt-fixtures.js";

const world = await createWorld();
const wit = await verifyWit(world.wit, { trust: world.trust, runtime: world.runtime });
const hash = (value: string): string => createHash("sha256").update(value).digest("base64url");
const rules = { understoodTokens: new Set(["x-a", "x-b"]), clockTolerance: 5, maxProofLifetime: 300 };

/** What whoever listens is told, check by check. */
async function told(wpt: string, changes: Partial<WptContext> = {}): Promise<[string, string | undefined][]> {
  const checks: [string, string | undefined][] = [];
  const context = { audience: [AUDIENCE], txnToken: undefined, fields: [], ...changes };
  const trace = { begin: (check: string, detail?: string) => void checks.push([check, detail]) };
  try {
    await checkWpt(wpt, wit, rules, context, NOW + 0.12345, trace);
  } catch {
    // what was told before the refusal is what is looked at
  }
  return checks;
}

describe("whoever listens is told every check of a WPT, with what it compares", () => {
  const witHash = hash(world.wit);

  it("when there is nothing but what has to be", async () => {
    expect(await told(await world.wpt())).toEqual([
      ["wpt.shape", undefined],
      ["wpt.header", undefined],
      ["wpt.claims", undefined],
      ["wpt.type", undefined],
      ["wpt.critical", undefined],
      ["wpt.algorithm", "ES256"],
      ["wpt.claim_types", undefined],
      ["wpt.expiration", `exp ${NOW + 60}, now ${NOW + 0.123}`],
      ["wpt.not_before", "no nbf"],
      ["wpt.lifetime", "59.877 s left, at most 300 s"],
      ["wpt.token_id", undefined],
      ["wpt.audience", `${AUDIENCE}; accepted: ${AUDIENCE}`],
      ["wpt.wit_hash", `wth ${witHash}, WIT ${witHash}`],
      ["wpt.txn_token_hash", "no Txn-Token"],
      ["wpt.other_token_hashes", "no oth"],
      ["wpt.signature", wit.confirmation.thumbprint],
    ]);
  });

  it("also of a header that was accepted before", async () => {
    const wpt = await world.wpt();
    await checkWpt(wpt, wit, rules, { audience: [AUDIENCE], txnToken: undefined, fields: [] }, NOW);
    expect((await told(wpt)).map(([check]) => check)).toContain("wpt.header");
  });

  it("when there is everything that can be", async () => {
    const claims = { nbf: NOW, tth: hash("t"), oth: { "x-a": hash("a"), "x-b": hash("b") }, ath: hash("at") };
    const fields: HeaderLine[] = [
      ["x-a", "a"],
      ["x-b", "b"],
    ];
    const context = { audience: ["other", AUDIENCE], txnToken: "t", fields, older: true, authorization: "Bearer at" };
    expect(Object.fromEntries(await told(await world.wpt({ claims }), context))).toMatchObject({
      "wpt.not_before": `nbf ${NOW}, now ${NOW + 0.123}`,
      "wpt.audience": `${AUDIENCE}; accepted: other, ${AUDIENCE}`,
      "wpt.access_token_hash": `ath ${hash("at")}`,
      "wpt.txn_token_hash": `tth ${hash("t")}`,
      "wpt.other_token_hashes": "2 entries",
      "wpt.signature": wit.confirmation.thumbprint,
    });
  });

  it("up to the one that fails, and nothing of what is no hash", async () => {
    expect((await told(await world.wpt({ claims: { exp: undefined } }))).at(-1)).toEqual([
      "wpt.expiration",
      `exp missing, now ${NOW + 0.123}`,
    ]);
    expect((await told(await world.wpt({ claims: { aud: undefined } }))).at(-1)).toEqual([
      "wpt.audience",
      `missing; accepted: ${AUDIENCE}`,
    ]);
    for (const wth of [`${witHash}=`, `a${witHash}`, `${witHash}a`, undefined]) {
      const [last] = (await told(await world.wpt({ claims: { wth } }))).slice(-1);
      expect(last).toEqual(["wpt.wit_hash", `wth not a hash, WIT ${witHash}`]);
    }
  });
});
