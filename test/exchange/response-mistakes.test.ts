import { describe, expect, it } from "vitest";
import { type ResponsePolicy, type SignedRequest, verifyResponse } from "../../src/index.js";
import { createExchange, fetched, TOOLS } from "../support/response-fixtures.js";
import { AUDIENCE, mistake } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const asked = await exchange.ask();

describe("the caller's mistakes in verifying a response", () => {
  const sound = exchange.responsePolicy();
  it.each<[string, unknown, unknown, unknown, string]>([
    ["no policy", new Response(), asked, undefined, "verifyResponse: a policy is required"],
    ["a null policy", new Response(), asked, null, "verifyResponse: a policy is required"],
    ["no trust", new Response(), asked, { ...sound, trust: undefined }, "trust: "],
    ["no expect", new Response(), asked, { ...sound, expect: undefined }, "expect: "],
    ["an expect that is a name", new Response(), asked, { ...sound, expect: TOOLS }, "expect: "],
    ["no replay", new Response(), asked, { ...sound, replay: undefined }, "replay: "],
    ["a replay store that is none", new Response(), asked, { ...sound, replay: {} }, "replay: "],
    ["an unknown option", new Response(), asked, { ...sound, audience: AUDIENCE }, "verifyResponse: unknown option"],
    ["a clock tolerance beyond all", new Response(), asked, { ...sound, clockTolerance: 121 }, "clockTolerance: "],
    ["a lifetime that is none", new Response(), asked, { ...sound, maxProofLifetime: "300" }, "maxProofLifetime: "],
    ["a size that is none", new Response(), asked, { ...sound, maxBodyBytes: -1 }, "maxBodyBytes: "],
    ["no response", undefined, asked, sound, "verifyResponse: a Response, or a view"],
    ["a string for a response", "42", asked, sound, "verifyResponse: a Response, or a view"],
    ["a request for a response", new Request(AUDIENCE), asked, sound, "verifyResponse: a Response, or a view"],
    ["a response without a status", { headers: [] }, asked, sound, "verifyResponse: a Response, or a view"],
    ["a runtime that is none", new Response(), asked, { ...sound, runtime: {} }, "runtime: "],
    ["a lifetime of WITs that is none", new Response(), asked, { ...sound, maxLifetime: 0 }, "maxLifetime: "],
    ["text for a SignedRequest", new Response(), AUDIENCE, sound, "SignedRequest is required"],
    ["null for a SignedRequest", new Response(), null, sound, "SignedRequest is required"],
    ["a response without headers", { status: 200 }, asked, sound, "verifyResponse: a Response, or a view"],
    [
      "headers that are no lines",
      { status: 200, headers: { "x-a": "b" } },
      asked,
      sound,
      "verifyResponse: a Response, or a view",
    ],
    ["content that is text", { status: 200, headers: [], body: "42" }, asked, sound, "body: a Uint8Array"],
    [
      "content that has to be read",
      { status: 200, headers: [], body: () => new Uint8Array() },
      asked,
      sound,
      "body: a Uint8Array",
    ],
    ["header lines that are none", { status: 200, headers: [["a"]] }, asked, sound, "a header line is a pair"],
    ["the Request in place of the SignedRequest", new Response(), asked.request, sound, "SignedRequest is required"],
    ["no request", new Response(), undefined, sound, "SignedRequest is required"],
    [
      "what looks like a SignedRequest",
      new Response(),
      Object.create(Object.getPrototypeOf(asked)),
      sound,
      "SignedRequest is required",
    ],
  ])("%s", async (_what, response, to, policy, part) => {
    await expect(
      verifyResponse(response as Response, to as SignedRequest, policy as ResponsePolicy),
    ).rejects.toMatchObject({ ...mistake, message: expect.stringContaining(part) });
  });

  it("a response that was read before", async () => {
    const response = fetched(await exchange.answer(asked));
    await response.text();
    const message = "verifyResponse: the response's body was read already";
    await expect(verifyResponse(response, asked, sound)).rejects.toMatchObject({ ...mistake, message });
  });
});
