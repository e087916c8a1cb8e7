import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isWimseError } from "../../src/index.js";
import { verifyWit } from "../../src/wit.js";
import { checkWpt } from "../../src/wpt/check.js";
import { type VerifyWptOptions, verifyWpt } from "../../src/wpt.js";
import { AUDIENCE, createWorld, type Json, NOW, outcomeOf, signJws } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { runtime, trust } = world;
const wit = await verifyWit(world.wit, { trust, runtime });

async function outcome(claims: Json, options: Partial<VerifyWptOptions> = {}): Promise<string> {
  const wpt = await world.wpt({ claims });
  return outcomeOf(verifyWpt(wpt, wit, { audience: [AUDIENCE], runtime, ...options }));
}

describe("types", () => {
  const noNumbers = ["1790000060", null, true, [NOW], {}, ""];
  it.each(noNumbers.flatMap((value) => ["exp", "nbf", "iat"].map((name) => ({ [name]: value }))))(
    "WPT-2.29: %j is no time",
    async (claims) => {
      expect(await outcome(claims)).toBe("wpt_claim_invalid");
    },
  );

  it("WPT-2.29: a number too large to be one is no time", async () => {
    const claims = `{"aud":"${AUDIENCE}","jti":"a","exp":1e999}`;
    const wpt = await signJws({ alg: "ES256", typ: "wpt+jwt" }, claims, world.key);
    expect(await outcomeOf(verifyWpt(wpt, wit, { audience: [AUDIENCE], runtime }))).toBe("wpt_claim_invalid");
  });

  const noStrings = [1, null, true, ["a"], {}];
  it.each(noStrings.flatMap((value) => ["jti", "wth", "tth"].map((name) => ({ [name]: value }))))(
    "WPT-2.12, WPT-2.14, WPT-2.16: %j is no string",
    async (claims) => {
      expect(await outcome(claims)).toBe("wpt_claim_invalid");
    },
  );

  it("WPT-2.12: an empty jti is none", async () => {
    expect(await outcome({ jti: "" })).toBe("wpt_claim_invalid");
  });

  it("WPT-2.08: aud is one string, by itself or as the only one of an array", async () => {
    expect(await outcome({ aud: AUDIENCE })).toBe("accepted");
    expect(await outcome({ aud: [AUDIENCE] })).toBe("accepted");
  });

  it.each([
    [[]],
    [[AUDIENCE, AUDIENCE]],
    [[AUDIENCE, "https://other.example/"]],
    [[1]],
    [[[AUDIENCE]]],
    [1],
    [null],
    [{}],
    [true],
  ])("WPT-2.08: aud %j is refused", async (aud) => {
    expect(await outcome({ aud })).toBe("wpt_claim_invalid");
  });

  it.each([
    ["x-Uy6Ch_xn3AbUVKDjPMQQugtcn2erLWrkvVWAmKl1k"],
    [[]],
    [["x-a"]],
    [null],
    [1],
    [{ "x-a": 1 }],
    [{ "x-a": null }],
    [{ "x-a": ["h"] }],
    [{ "x-a": "h", "x-b": {} }],
  ])("WPT-2.18: oth %j is no object of hashes", async (oth) => {
    expect(await outcome({ oth }, { understoodTokens: ["x-a"] })).toBe("wpt_claim_invalid");
  });

  it("WPT-2.3.04: claims that are not understood are ignored, whatever they are", async () => {
    const unknown = { iss: 7, sub: [], ath: "h", cnf: null, htm: "GET", "example.com/a": { b: [null] }, scope: {} };
    expect(await outcome(unknown)).toBe("accepted");
  });

  it.each([0, -1, 1.5, NOW + 1e9])("iat %d neither refuses nor admits", async (iat) => {
    expect(await outcome({ iat })).toBe("accepted");
    expect(await outcome({ iat, exp: NOW - 5 })).toBe("wpt_expired");
  });
});

describe("times, with a tolerance of 5 seconds", () => {
  it("WPT-2.10, WPT-2.29, CREDS-9.3.2.01: exp has to be there", async () => {
    expect(await outcome({ exp: undefined })).toBe("wpt_expiration_missing");
  });

  it.each([
    [{ exp: NOW + 1 }, "accepted"],
    [{ exp: NOW }, "accepted"],
    [{ exp: NOW - 4.999 }, "accepted"],
    [{ exp: NOW - 5 }, "wpt_expired"],
    [{ exp: NOW - 5.001 }, "wpt_expired"],
    [{ exp: 0 }, "wpt_expired"],
    [{ exp: -1 }, "wpt_expired"],
  ])("WPT-2.29, WPT-3.1.2.02, CREDS-9.3.2.02: %j: %s", async (claims, expected) => {
    expect(await outcome(claims)).toBe(expected);
  });

  it.each([
    [{ nbf: 0 }, "accepted"],
    [{ nbf: NOW }, "accepted"],
    [{ nbf: NOW + 5 }, "accepted"],
    [{ nbf: NOW + 5.001 }, "wpt_not_yet_valid"],
    [{ nbf: NOW + 6 }, "wpt_not_yet_valid"],
  ])("WPT-3.1.2.02: %j: %s", async (claims, expected) => {
    expect(await outcome(claims)).toBe(expected);
  });

  it.each([
    [{ exp: NOW + 300 }, "accepted"],
    [{ exp: NOW + 305 }, "accepted"],
    [{ exp: NOW + 305.001 }, "wpt_lifetime_too_long"],
    [{ exp: NOW + 306 }, "wpt_lifetime_too_long"],
    [{ exp: NOW + 86400 }, "wpt_lifetime_too_long"],
    [{ exp: NOW + 306, nbf: NOW + 5, iat: NOW + 5 }, "wpt_lifetime_too_long"],
  ])("WPT-2.11, WPT-2.30: %j: %s", async (claims, expected) => {
    expect(await outcome(claims)).toBe(expected);
  });

  it.each([
    [{ exp: NOW - 1 }, 0, "wpt_expired"],
    [{ exp: NOW }, 0, "wpt_expired"],
    [{ exp: NOW + 0.001 }, 0, "accepted"],
    [{ nbf: NOW + 1 }, 0, "wpt_not_yet_valid"],
    [{ nbf: NOW }, 0, "accepted"],
    [{ exp: NOW + 300 }, 0, "accepted"],
    [{ exp: NOW + 301 }, 0, "wpt_lifetime_too_long"],
    [{ exp: NOW - 119 }, 120, "accepted"],
    [{ exp: NOW - 120 }, 120, "wpt_expired"],
    [{ nbf: NOW + 120 }, 120, "accepted"],
    [{ exp: NOW + 420 }, 120, "accepted"],
    [{ exp: NOW + 421 }, 120, "wpt_lifetime_too_long"],
  ])("%j with a tolerance of %d: %s", async (claims, clockTolerance, expected) => {
    expect(await outcome(claims, { clockTolerance })).toBe(expected);
  });

  it.each([
    [{ exp: NOW + 15 }, 10, "accepted"],
    [{ exp: NOW + 16 }, 10, "wpt_lifetime_too_long"],
    [{ exp: NOW + 86405 }, 86400, "accepted"],
  ])("WPT-2.30: %j where %d seconds are accepted: %s", async (claims, maxProofLifetime, expected) => {
    expect(await outcome(claims, { maxProofLifetime })).toBe(expected);
  });

  it("the clock may stand between two seconds", async () => {
    const at = (now: number) => ({ runtime: { ...runtime, now: () => now } });
    expect(await outcome({ exp: NOW }, at(NOW + 4.9))).toBe("accepted");
    expect(await outcome({ exp: NOW }, at(NOW + 5.1))).toBe("wpt_expired");
  });

  it("a clock without a value refuses", async () => {
    expect(await outcome({}, { runtime: { ...runtime, now: () => Number.NaN } })).toBe("wit_expired");
    const rules = { clockTolerance: 5, maxProofLifetime: 300, understoodTokens: new Set<string>() };
    const context = { audience: [AUDIENCE], txnToken: undefined, fields: [] };
    const check = async () => checkWpt(await world.wpt(), wit, rules, context, Number.NaN);
    expect(await outcomeOf(check())).toBe("wpt_expired");
  });
});

describe("jti and wth", () => {
  it.each(["\ud800", "\udc00", "id-\udfff-id", "\udc00\ud800"])("WPT-2.12: %j is no text", async (jti) => {
    expect(await outcome({ jti })).toBe("wpt_claim_invalid");
  });

  it("WPT-2.12: a pair of surrogates is a character", async () => {
    expect(await outcome({ jti: "id-\u{1f511}" })).toBe("accepted");
  });

  it("WPT-2.12, WPT-2.32: jti has to be there", async () => {
    expect(await outcome({ jti: undefined })).toBe("wpt_token_id_missing");
  });

  it.each([undefined, "", "AAAA", `${"A".repeat(42)}=`, "x".repeat(43)])(
    "WPT-2.14, WPT-2.31: wth %j is not the hash of the WIT",
    async (wth) => {
      expect(await outcome({ wth })).toBe("wpt_wit_hash_mismatch");
    },
  );

  it("WPT-2.14, WPT-2.31: padded, in hexadecimal or of the decoded WIT, the hash is another", async () => {
    const sha256 = (data: string | Buffer) => createHash("sha256").update(data);
    expect(await outcome({ wth: sha256(world.wit).digest("base64url") })).toBe("accepted");
    expect(await outcome({ wth: `${sha256(world.wit).digest("base64url")}=` })).toBe("wpt_wit_hash_mismatch");
    expect(await outcome({ wth: sha256(world.wit).digest("base64") })).toBe("wpt_wit_hash_mismatch");
    expect(await outcome({ wth: sha256(world.wit).digest("hex") })).toBe("wpt_wit_hash_mismatch");
    const decoded = Buffer.from(world.wit.split(".")[1] ?? "", "base64url");
    expect(await outcome({ wth: sha256(decoded).digest("base64url") })).toBe("wpt_wit_hash_mismatch");
  });

  it("WPT-2.31: a proof made for another WIT with the same key is refused", async () => {
    const renewed = await world.forgeWit({ claims: { exp: NOW + 60 } });
    const wpt = await world.wpt({ wit: renewed });
    expect(await outcomeOf(verifyWpt(wpt, wit, { audience: [AUDIENCE], runtime }))).toBe("wpt_wit_hash_mismatch");
    const verified = await verifyWit(renewed, { trust, runtime });
    expect(await outcomeOf(verifyWpt(wpt, verified, { audience: [AUDIENCE], runtime }))).toBe("accepted");
  });
});

describe("what is refused names its requirement", () => {
  it.each<[Json, string]>([
    [{ exp: "1" }, "WPT-2.29"],
    [{ nbf: "1" }, "WPT-3.1.2.02"],
    [{ iat: "1" }, "WPT-2.24"],
    [{ jti: 1 }, "WPT-2.12"],
    [{ wth: 1 }, "WPT-2.14"],
    [{ tth: 1 }, "WPT-2.33"],
    [{ jti: "" }, "WPT-2.12"],
    [{ aud: [] }, "WPT-2.08"],
    [{ oth: "h" }, "WPT-2.18"],
    [{ exp: undefined }, "WPT-2.29"],
    [{ exp: 0 }, "WPT-2.29"],
    [{ nbf: NOW + 60 }, "WPT-3.1.2.02"],
    [{ exp: NOW + 900 }, "WPT-2.30"],
    [{ jti: undefined }, "WPT-2.12"],
    [{ aud: "https://other.example/" }, "WPT-2.28"],
    [{ wth: "h" }, "WPT-2.31"],
    [{ tth: "h" }, "WPT-2.33"],
    [{ oth: { "x-a": "h" } }, "WPT-2.36"],
  ])("%j violates %s", async (claims, requirement) => {
    const error = await verifyWpt(await world.wpt({ claims }), wit, { audience: [AUDIENCE], runtime }).catch((e) => e);
    expect(isWimseError(error)).toBe(true);
    expect(error).toMatchObject({ requirement });
    expect(error.status).toBeUndefined();
  });
});
