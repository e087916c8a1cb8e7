import { describe, expect, it } from "vitest";
import type { HeaderLine } from "../../src/index.js";
import { type SignedRequestParts, signatureVerifier, signedRequest, withField } from "../support/signature-fixtures.js";
import { createWorld, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const verifier = signatureVerifier(world, { understoodTokens: ["X-Custom-Token", "x-other"] });
const tokensOf = async (parts: SignedRequestParts) => (await verifier.verify(await signedRequest(world, parts))).tokens;
const covering =
  (...more: string[]) =>
  (sound: readonly string[]): readonly string[] => [...sound, ...more];

describe("the tokens of a signed request", () => {
  it("HSIG-3.09, HSIG-3.10: Authorization and Txn-Token, which it has to cover", async () => {
    const lines: HeaderLine[] = [
      ["AUTHORIZATION", " Bearer abc\t"],
      ["Txn-Token", "a.b.c"],
    ];
    const tokens = await tokensOf({ lines });
    expect(tokens).toEqual({ authorization: "Bearer abc", txnToken: "a.b.c", others: new Map() });
    expect(Object.isFrozen(tokens)).toBe(true);
  });

  it("none where there are none", async () => {
    expect(await tokensOf({})).toStrictEqual({ others: new Map() });
  });

  it("Authorization of any scheme, commas and all", async () => {
    const authorization = 'Digest username="a", realm="b"';
    expect((await tokensOf({ lines: [["Authorization", authorization]] })).authorization).toBe(authorization);
    expect((await tokensOf({ lines: [["Authorization", ""]] })).authorization).toBe("");
  });

  it("others are those that it covers and that the policy understands", async () => {
    const lines: HeaderLine[] = [
      ["X-Custom-Token", " one "],
      ["X-Other", "two"],
      ["X-Unknown", "three"],
    ];
    const components = covering('"x-custom-token"', '"x-unknown"');
    expect([...(await tokensOf({ lines, components })).others]).toEqual([["x-custom-token", "one"]]);
    expect((await tokensOf({ lines })).others.size).toBe(0);
  });

  it.each([
    [";bs", `:${btoa('a="b"')}:`],
    [';key="a"', '"b"'],
  ])("part of a field, or another form of it, is not the token: %s", async (parameter, value) => {
    const lines: HeaderLine[] = [["X-Other", 'a="b"']];
    const identifier = `"x-other"${parameter}`;
    const tokens = await tokensOf({ lines, components: covering(identifier), values: { [identifier]: value } });
    expect(tokens.others.size).toBe(0);
  });

  it("WPT-2.20: a token in two lines is none, though both are covered", async () => {
    const lines: HeaderLine[] = [
      ["X-Other", "a"],
      ["x-other", "b"],
    ];
    expect((await tokensOf({ lines, components: covering('"x-other"') })).others.size).toBe(0);
  });

  it.each<[string, HeaderLine[]]>([
    [
      "two Authorization lines",
      [
        ["Authorization", "Bearer a"],
        ["Authorization", "Bearer b"],
      ],
    ],
    [
      "two Txn-Tokens",
      [
        ["Txn-Token", "a"],
        ["Txn-Token", "b"],
      ],
    ],
    ["a list of Txn-Tokens", [["Txn-Token", "a, b"]]],
  ])("WPT-2.16: %s are refused, though they are covered", async (_what, lines) => {
    expect(await outcomeOf(tokensOf({ lines }))).toBe("request_malformed");
  });

  it("HSIG-3.09: a token that is swapped is refused", async () => {
    const request = await signedRequest(world, { lines: [["Authorization", "Bearer abc"]] });
    expect(await outcomeOf(verifier.verify(withField(request, "authorization", () => "Bearer xyz")))).toBe(
      "signature_invalid",
    );
  });

  it("the map of one request is not that of the next", async () => {
    const result = await verifier.verify(await signedRequest(world));
    (result.tokens.others as Map<string, string>).set("x-other", "planted");
    expect(result.tokens.others.size).toBe(0);
  });
});
