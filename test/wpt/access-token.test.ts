import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { accessTokenHashClaim, accessTokenIn, checkAccessToken } from "../../src/wpt/access-token.js";
import { signOlderWpt } from "../../src/wpt/sign.js";
import { AUDIENCE, createWorld } from "../support/wpt-fixtures.js";

const hash = (value: string): string => createHash("sha256").update(value).digest("base64url");
const mismatch = expect.objectContaining({ code: "wpt_access_token_hash_mismatch", requirement: "WPT-2.34" });

describe("the access token in an Authorization field", () => {
  it.each([
    ["Bearer abc", "abc"],
    ["bearer abc", "abc"],
    ["DPoP  abc", "abc"],
    ["dpop AZaz09-._~+/==", "AZaz09-._~+/=="],
  ])("of %j is %j", (field, token) => {
    expect(accessTokenIn(field)).toBe(token);
    expect(accessTokenHashClaim(field)).toEqual({ ath: hash(token) });
  });

  it.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Bearerabc",
    "Bearer\tabc",
    "Bearer a b",
    "Bearer a,b",
    "Bearer a=b",
    "Bearer =",
    "Bearer a\n",
    " Bearer a",
    "x Bearer a",
    "Basic abc",
    "WPT abc",
  ])("is not there in %j", (field) => {
    expect(accessTokenIn(field)).toBeUndefined();
    expect(accessTokenHashClaim(field)).toEqual({});
  });
});

describe("the claim ath", () => {
  it("is the hash of the token, and absent where there is none", () => {
    expect(() => checkAccessToken({ ath: hash("abc") }, "Bearer abc")).not.toThrow();
    expect(() => checkAccessToken({}, undefined)).not.toThrow();
    expect(() => checkAccessToken({}, "Basic abc")).not.toThrow();
  });

  it.each<[string, Record<string, unknown>, string | undefined]>([
    ["of another token", { ath: hash("abd") }, "Bearer abc"],
    ["that is the token itself", { ath: "abc" }, "Bearer abc"],
    ["that is missing", {}, "Bearer abc"],
    ["of no string", { ath: 1 }, "Bearer abc"],
    ["without a field", { ath: hash("abc") }, undefined],
    ["without a token in the field", { ath: hash("abc") }, "Basic abc"],
  ])("WPT-2.34: %s is refused", (_, claims, field) => {
    expect(() => checkAccessToken(claims as never, field)).toThrow(mismatch);
  });

  it("is told to whoever listens", () => {
    const told: unknown[] = [];
    const trace = { begin: (...check: unknown[]) => void told.push(check) };
    checkAccessToken({}, "Basic abc", trace);
    checkAccessToken({ ath: hash("abc") }, "Bearer abc", trace);
    expect(told).toEqual([
      ["wpt.access_token_hash", "no access token"],
      ["wpt.access_token_hash", `ath ${hash("abc")}`],
    ]);
  });
});

it("a WPT of revision 01 is signed with the hash of the access token, if there is one", async () => {
  const { credential, runtime } = await createWorld();
  const claimsFor = async (authorization: string | undefined): Promise<Record<string, unknown>> => {
    const wpt = await signOlderWpt({ audience: AUDIENCE }, authorization, credential, { runtime });
    return JSON.parse(Buffer.from(wpt.split(".")[1] ?? "", "base64url").toString());
  };
  expect(await claimsFor("Bearer abc")).toMatchObject({ aud: AUDIENCE, ath: hash("abc") });
  expect(await claimsFor("Basic abc")).not.toHaveProperty("ath");
  expect(await claimsFor(undefined)).not.toHaveProperty("ath");
});
