import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { verifyWit } from "../../src/wit.js";
import { type VerifyWptOptions, verifyWpt } from "../../src/wpt.js";
import { AUDIENCE, createWorld, type Json, outcomeOf, signJws } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { runtime, trust } = world;
const wit = await verifyWit(world.wit, { trust, runtime });
const hash = (value: string): string => createHash("sha256").update(value).digest("base64url");
const TXN = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln";

async function verify(claims: Json, options: Partial<VerifyWptOptions> = {}) {
  return verifyWpt(await world.wpt({ claims }), wit, { audience: [AUDIENCE], runtime, ...options });
}
const outcome = (...args: Parameters<typeof verify>): Promise<string> => outcomeOf(verify(...args));

describe("tth and the Txn-Token", () => {
  it("WPT-2.16, WPT-2.33: tth is the hash of the Txn-Token, white space around it apart", async () => {
    expect(await verify({ tth: hash(TXN) }, { txnToken: TXN })).toMatchObject({ txnToken: TXN });
    expect(await verify({ tth: hash(TXN) }, { txnToken: ` ${TXN}\t` })).toMatchObject({ txnToken: TXN });
    expect((await verify({})).txnToken).toBeUndefined();
  });

  it.each<[string, Json, string | undefined]>([
    ["tth without a Txn-Token", { tth: hash(TXN) }, undefined],
    ["an empty tth without a Txn-Token", { tth: "" }, undefined],
    ["WPT-2.15: a Txn-Token without tth", {}, TXN],
    ["another Txn-Token", { tth: hash(TXN) }, `${TXN}A`],
    ["one in other letters", { tth: hash(TXN) }, TXN.toLowerCase()],
    ["the token itself", { tth: TXN }, TXN],
    ["padding", { tth: `${hash(TXN)}=` }, TXN],
    ["no hash", { tth: "" }, TXN],
  ])("WPT-2.16, WPT-2.33: %s is refused", async (_what, claims, txnToken) => {
    expect(await outcome(claims, txnToken === undefined ? {} : { txnToken })).toBe("wpt_txn_token_hash_mismatch");
  });
});

describe("oth and other tokens", () => {
  const understood = { understoodTokens: ["x-a", "X-B"] };

  it("WPT-2.18, WPT-2.34, WPT-2.35: each entry is the hash of the field's value", async () => {
    const oth = { "x-a": hash("one"), "x-b": hash("two, three") };
    const { otherTokens } = await verify(
      { oth },
      { ...understood, otherTokens: { "X-A": " one ", "x-b": "two, three" } },
    );
    expect([...otherTokens]).toEqual([
      ["x-a", "one"],
      ["x-b", "two, three"],
    ]);
  });

  it("WPT-2.37: tokens that oth does not list are not handed over", async () => {
    const tokens = { ...understood, otherTokens: { "x-a": "one", "x-b": "two" } };
    expect([...(await verify({ oth: { "x-a": hash("one") } }, tokens)).otherTokens.keys()]).toEqual(["x-a"]);
    expect((await verify({ oth: {} }, tokens)).otherTokens.size).toBe(0);
    expect((await verify({}, tokens)).otherTokens.size).toBe(0);
  });

  it("the covered tokens of one proof are not those of another", async () => {
    const first = (await verify({})).otherTokens as Map<string, string>;
    first.set("x-a", "planted");
    expect((await verify({})).otherTokens.size).toBe(0);
  });

  it.each([
    ["an unknown field", { "x-c": hash("one") }],
    ["WPT-2.19: an understood one in upper case", { "X-A": hash("one") }],
    ["one unknown among understood ones", { "x-a": hash("one"), "x-c": hash("one") }],
    ["an unknown one before one that does not match", { "x-a": "no hash", "x-c": hash("one") }],
    ["an empty name", { "": hash("one") }],
    ["a field with rules of its own", { authorization: hash("one") }],
    ["a member that objects inherit", { constructor: hash("one") }],
  ])("WPT-2.36: %s is refused", async (_what, oth) => {
    const otherTokens = { "x-a": "one", "x-c": "one", "": "one", authorization: "one", constructor: "one" };
    expect(await outcome({ oth }, { ...understood, otherTokens })).toBe("wpt_other_token_unknown");
  });

  it("WPT-2.36: __proto__ is a member like any other", async () => {
    const claims = (name: string) =>
      `{"aud":"${AUDIENCE}","exp":${runtime.now() + 60},"jti":"p","wth":"${hash(world.wit)}","oth":{"${name}":"${hash("one")}"}}`;
    const of = async (options: Partial<VerifyWptOptions>) => {
      const wpt = await signJws({ alg: "ES256", typ: "wpt+jwt" }, claims("__proto__"), world.key);
      return verifyWpt(wpt, wit, { audience: [AUDIENCE], runtime, ...options });
    };
    const otherTokens = JSON.parse('{"__proto__":"one"}');
    expect(await outcomeOf(of({}))).toBe("wpt_other_token_unknown");
    expect(await outcomeOf(of({ understoodTokens: ["__proto__"] }))).toBe("wpt_other_token_hash_mismatch");
    const proof = await of({ understoodTokens: ["__proto__"], otherTokens });
    expect(proof.otherTokens.get("__proto__")).toBe("one");
  });

  it.each([
    ["a missing field", {}],
    ["another value", { "x-a": "two" }],
    ["an empty value", { "x-a": "" }],
    ["another letter", { "x-a": "One" }],
    ["white space inside", { "x-a": "o ne" }],
  ])("WPT-2.34, WPT-2.35: %s is refused", async (_what, otherTokens) => {
    const oth = { "x-a": hash("one") };
    expect(await outcome({ oth }, { ...understood, otherTokens })).toBe("wpt_other_token_hash_mismatch");
  });

  it.each(["", "one", `${hash("one")}=`, createHash("sha256").update("one").digest("hex"), hash(" one")])(
    "WPT-2.18, WPT-2.35: %j is not the hash of the trimmed value",
    async (claimed) => {
      const tokens = { ...understood, otherTokens: { "x-a": " one" } };
      expect(await outcome({ oth: { "x-a": claimed } }, tokens)).toBe("wpt_other_token_hash_mismatch");
    },
  );

  it.each([
    ["é in UTF-8", "\u00e9", hash("\u00e9"), "wpt_other_token_hash_mismatch"],
    [
      "é in one octet",
      "\u00e9",
      createHash("sha256").update(Buffer.of(0xe9)).digest("base64url"),
      "wpt_other_token_hash_mismatch",
    ],
    ["é before others", "\u00e9a", hash("\u00e9a"), "wpt_other_token_hash_mismatch"],
    ["a character beyond them", "a\u20ac", hash("a\u20ac"), "wpt_other_token_hash_mismatch"],
    ["nothing", "", hash(""), "wpt_other_token_hash_mismatch"],
    ["nothing but white space", " \t ", hash(""), "wpt_other_token_hash_mismatch"],
    ["a tab", "a\tb", hash("a\tb"), "accepted"],
    ["the last character of ASCII", "~", hash("~"), "accepted"],
  ])("WPT-2.18: %s and its hash", async (_what, token, claimed, expected) => {
    const tokens = { ...understood, otherTokens: { "x-a": token } };
    expect(await outcome({ oth: { "x-a": claimed } }, tokens)).toBe(expected);
  });

  it("WPT-2.35: the second of two entries is checked like the first", async () => {
    const oth = { "x-a": hash("one"), "x-b": hash("other") };
    const tokens = { ...understood, otherTokens: { "x-a": "one", "x-b": "two" } };
    expect(await outcome({ oth }, tokens)).toBe("wpt_other_token_hash_mismatch");
  });
});
