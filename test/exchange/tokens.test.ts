import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { AuthenticatedRequest, HeaderLine } from "../../src/index.js";
import { createWorld, type Json, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const verifier = world.verifier({ replay: "unchecked", understoodTokens: ["X-Custom-Token", "x-other"] });
const hash = (value: string): string => createHash("sha256").update(value).digest("base64url");
const TXN = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln";

async function verify(claims: Json, ...lines: readonly HeaderLine[]): Promise<AuthenticatedRequest> {
  return verifier.verify(await world.request({ wpt: await world.wpt({ claims }), lines }));
}
const outcome = (...args: Parameters<typeof verify>): Promise<string> => outcomeOf(verify(...args));

describe("the Txn-Token", () => {
  it("WPT-2.15, WPT-2.33: is handed over when the proof binds it", async () => {
    const { tokens } = await verify({ tth: hash(TXN) }, ["TXN-Token", ` ${TXN}\t`]);
    expect(tokens).toEqual({ txnToken: TXN, others: new Map() });
    expect(Object.isFrozen(tokens)).toBe(true);
  });

  it("is absent from a request that has none", async () => {
    const { tokens } = await verify({});
    expect(tokens).toEqual({ others: new Map() });
    expect(tokens).not.toHaveProperty("txnToken");
    expect(Object.isFrozen(tokens)).toBe(true);
  });

  it.each<[string, Json, HeaderLine[], string]>([
    ["WPT-2.15: unbound", {}, [["Txn-Token", TXN]], "wpt_txn_token_hash_mismatch"],
    ["WPT-2.33: taken away", { tth: hash(TXN) }, [], "wpt_txn_token_hash_mismatch"],
    ["WPT-2.33: another", { tth: hash(TXN) }, [["Txn-Token", `${TXN}x`]], "wpt_txn_token_hash_mismatch"],
    [
      "WPT-2.16: twice",
      { tth: hash(TXN) },
      [
        ["Txn-Token", TXN],
        ["txn-token", TXN],
      ],
      "request_malformed",
    ],
    [
      "WPT-2.16: twice, once empty",
      { tth: hash(TXN) },
      [
        ["Txn-Token", TXN],
        ["Txn-Token", ""],
      ],
      "request_malformed",
    ],
    ["WPT-2.16: a list", { tth: hash(`${TXN},${TXN}`) }, [["Txn-Token", `${TXN},${TXN}`]], "request_malformed"],
    ["a comma at the end", { tth: hash(`${TXN},`) }, [["Txn-Token", `${TXN},`]], "request_malformed"],
    ["empty", { tth: hash("") }, [["Txn-Token", ""]], "request_malformed"],
    ["two words", { tth: hash("a b") }, [["Txn-Token", "a b"]], "request_malformed"],
    ["beyond ASCII", { tth: hash("é") }, [["Txn-Token", "é"]], "request_malformed"],
    ["in quotes", { tth: hash('"a"') }, [["Txn-Token", '"a"']], "request_malformed"],
  ])("%s", async (_what, claims, lines, expected) => {
    expect(await outcome(claims, ...lines)).toBe(expected);
  });

  it("WPT-2.2.05: is told before a missing WIT, and after the Authorization lines", async () => {
    const two: HeaderLine[] = [
      ["Txn-Token", TXN],
      ["Txn-Token", TXN],
    ];
    const view = await world.request({ wit: null, wpt: null, lines: two });
    expect(await outcomeOf(verifier.verify(view))).toBe("request_malformed");
    const lines: HeaderLine[] = [["Authorization", "Bearer a"], ...two];
    expect(await outcomeOf(verifier.verify(await world.request({ lines })))).toBe("wpt_multiple");
  });
});

describe("other tokens", () => {
  const oth = { "x-custom-token": hash("some token") };

  it("WPT-2.34, WPT-2.35: are handed over by lower-case name when the proof binds them", async () => {
    const { tokens } = await verify({ oth }, ["X-CUSTOM-token", "\tsome token "]);
    expect(tokens).toEqual({ others: new Map([["x-custom-token", "some token"]]) });
  });

  it("WPT-2.37, WPT-2.2.04: what the proof does not bind is invisible, understood or not", async () => {
    const unbound: HeaderLine[] = [
      ["X-Other", "b"],
      ["Cookie", "session=1"],
      ["X-Access-Token", "Bearer abc"],
    ];
    const request = await verify({ oth }, ["X-Custom-Token", "some token"], ...unbound);
    expect([...request.tokens.others.keys()]).toEqual(["x-custom-token"]);
    expect(request.tokens.authorization).toBeUndefined();
    expect((await verify({}, ["X-Custom-Token", "some token"])).tokens.others.size).toBe(0);
  });

  it.each<[string, Json, HeaderLine[], string]>([
    ["WPT-2.35: missing", { oth }, [], "wpt_other_token_hash_mismatch"],
    ["WPT-2.34: swapped", { oth }, [["X-Custom-Token", "some other"]], "wpt_other_token_hash_mismatch"],
    [
      "WPT-2.20: twice",
      { oth },
      [
        ["X-Custom-Token", "some token"],
        ["x-custom-token", "some token"],
      ],
      "wpt_other_token_hash_mismatch",
    ],
    [
      "WPT-2.20: in two lines, bound as a list",
      { oth: { "x-other": hash("a, b") } },
      [
        ["x-other", "a"],
        ["x-other", "b"],
      ],
      "wpt_other_token_hash_mismatch",
    ],
    ["WPT-2.36: not understood", { oth: { "x-new": hash("a") } }, [["x-new", "a"]], "wpt_other_token_unknown"],
    ["WPT-2.36: not understood and not there", { oth: { "x-new": hash("a") } }, [], "wpt_other_token_unknown"],
    [
      "WPT-2.19: named in upper case",
      { oth: { "X-Custom-Token": hash("some token") } },
      [["X-Custom-Token", "some token"]],
      "wpt_other_token_unknown",
    ],
    ["WPT-2.18: one string", { oth: hash("some token") }, [["X-Custom-Token", "some token"]], "wpt_claim_invalid"],
    ["Host", { oth: { host: hash("svc.example.com") } }, [], "wpt_other_token_unknown"],
  ])("%s", async (_what, claims, lines, expected) => {
    expect(await outcome(claims, ...lines)).toBe(expected);
  });

  it("WPT-2.18: a list in one line is a value like any other", async () => {
    const { tokens } = await verify({ oth: { "x-other": hash("a, b") } }, ["x-other", "a, b"]);
    expect(tokens.others.get("x-other")).toBe("a, b");
  });

  it("the map of one request is not that of the next", async () => {
    const { tokens } = await verify({});
    (tokens.others as Map<string, string>).set("x-other", "planted");
    expect((await verify({})).tokens.others.size).toBe(0);
  });
});
