import { describe, expect, it } from "vitest";
import { createSigningFetch, type SigningFetchOptions } from "../../src/integrations/fetch.js";
import { createExchange, TOOLS } from "../support/response-fixtures.js";
import { mistake } from "../support/wpt-fixtures.js";

const { credential, trust, runtime } = await createExchange();
const ORIGIN = "https://svc.example.com";

const NO_OBJECT = "createSigningFetch: an object is required";
const NO_LIST = 'origins: an array of web origins, or "any", is required';
const NO_ORIGIN = "origins: a web origin is scheme, host and, unless it is the default, port";
const NO_EXPECT = "expect: who must have answered is required";

describe("options that cannot be right", () => {
  const sound = { origins: [ORIGIN], proof: "wpt" };
  it.each<[string, unknown, string]>([
    ["none", undefined, NO_OBJECT],
    ["null", null, NO_OBJECT],
    ["a string", ORIGIN, NO_OBJECT],
    ["no origins", { proof: "wpt" }, NO_LIST],
    ["null origins", { ...sound, origins: null }, NO_LIST],
    ["origins that are a string", { ...sound, origins: ORIGIN }, NO_LIST],
    ["an origin that is no string", { ...sound, origins: [1] }, NO_ORIGIN],
    ["an origin that is a URL", { ...sound, origins: [new URL(ORIGIN)] }, NO_ORIGIN],
    ["an origin that nothing makes a string of", { ...sound, origins: [Symbol("a")] }, NO_ORIGIN],
    ["an origin with a slash", { ...sound, origins: [`${ORIGIN}/`] }, NO_ORIGIN],
    ["an origin with a path", { ...sound, origins: [`${ORIGIN}/a`] }, NO_ORIGIN],
    ["an origin in upper case", { ...sound, origins: ["https://SVC.example.com"] }, NO_ORIGIN],
    ["an origin with the default port", { ...sound, origins: [`${ORIGIN}:443`] }, NO_ORIGIN],
    ["an origin without a scheme", { ...sound, origins: ["svc.example.com"] }, NO_ORIGIN],
    ["an origin with userinfo", { ...sound, origins: ["https://a@svc.example.com"] }, NO_ORIGIN],
    ["a wildcard", { ...sound, origins: ["*"] }, NO_ORIGIN],
    ["null as an origin", { ...sound, origins: ["null"] }, NO_ORIGIN],
    ["one bad origin among good ones", { ...sound, origins: [ORIGIN, ""] }, NO_ORIGIN],
    ["an unknown option", { ...sound, origin: ORIGIN }, 'createSigningFetch: unknown option "origin"'],
    ["a fetch that is no function", { ...sound, fetch: "fetch" }, "fetch: a function"],
    [
      "a demand for signed responses that nobody could verify",
      { origins: [ORIGIN], requireSignedResponse: true },
      "requireSignedResponse: trust and expect are required with it",
    ],
    ["trust without expect", { origins: [ORIGIN], trust }, NO_EXPECT],
    ["expect without trust", { origins: [ORIGIN], expect: () => true }, "trust: "],
    ["a trust store that is none", { origins: [ORIGIN], trust: {}, expect: () => true }, "trust: "],
    ["an expect that is no function", { origins: [ORIGIN], trust, expect: TOOLS }, NO_EXPECT],
    ["an unknown proof", { ...sound, proof: "dpop" }, "proof: "],
    ["the older revision of another proof", { ...sound, revision: "http-signature-06" }, "revision: "],
    ["a demand that a WPT cannot make", { ...sound, requireSignedResponse: true }, "requireSignedResponse: "],
    ["an allowInsecure that is no boolean", { ...sound, allowInsecure: "false" }, "allowInsecure: "],
    ["an audience that is no string", { ...sound, audience: new URL(ORIGIN) }, "audience: "],
  ])("%s: refused when the function is made", (_what, options, message) => {
    expect(() => createSigningFetch(credential, options as SigningFetchOptions)).toThrow(
      expect.objectContaining({ ...mistake, message: expect.stringContaining(message) }),
    );
  });
});

describe("a fetch of one's own that returns no Response", () => {
  const call = (answer: unknown) =>
    createSigningFetch(credential, {
      origins: [ORIGIN],
      trust,
      expect: () => true,
      requireSignedResponse: true,
      runtime,
      fetch: async () => answer as Response,
    })(`${ORIGIN}/`);

  it.each([undefined, null, 42, {}])("%j: the mistake is told", async (answer) => {
    const message = "verifyResponse: a Response, or a view of one";
    await expect(call(answer)).rejects.toMatchObject({ ...mistake, message });
  });

  it("HSIG-3.5.05: a view of one that is not signed is refused as a Response is", async () => {
    const view = { status: 200, headers: [], body: Buffer.from("secret") };
    await expect(call(view)).rejects.toMatchObject({ code: "response_signature_required" });
  });
});
