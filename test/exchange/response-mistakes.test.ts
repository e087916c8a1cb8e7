import { describe, expect, it } from "vitest";
import { type ResponsePolicy, type SignedRequest, verifyResponse } from "../../src/index.js";
import { createExchange, fetched, TOOLS } from "../support/response-fixtures.js";
import { AUDIENCE, mistake } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const asked = await exchange.ask();

describe("the caller's mistakes in verifying a response", () => {
  const sound = exchange.responsePolicy();
  it.each<[string, unknown, unknown, unknown]>([
    ["no policy", new Response(), asked, undefined],
    ["a null policy", new Response(), asked, null],
    ["no trust", new Response(), asked, { ...sound, trust: undefined }],
    ["no expect", new Response(), asked, { ...sound, expect: undefined }],
    ["an expect that is a name", new Response(), asked, { ...sound, expect: TOOLS }],
    ["no replay", new Response(), asked, { ...sound, replay: undefined }],
    ["a replay store that is none", new Response(), asked, { ...sound, replay: {} }],
    ["an unknown option", new Response(), asked, { ...sound, audience: AUDIENCE }],
    ["a clock tolerance beyond all", new Response(), asked, { ...sound, clockTolerance: 121 }],
    ["a lifetime that is none", new Response(), asked, { ...sound, maxProofLifetime: "300" }],
    ["a size that is none", new Response(), asked, { ...sound, maxBodyBytes: -1 }],
    ["no response", undefined, asked, sound],
    ["a string for a response", "42", asked, sound],
    ["a request for a response", new Request(AUDIENCE), asked, sound],
    ["a response without headers", { status: 200 }, asked, sound],
    ["headers that are no lines", { status: 200, headers: { "x-a": "b" } }, asked, sound],
    ["content that is text", { status: 200, headers: [], body: "42" }, asked, sound],
    ["content that has to be read", { status: 200, headers: [], body: () => new Uint8Array() }, asked, sound],
    ["header lines that are none", { status: 200, headers: [["a"]] }, asked, sound],
    ["the Request in place of the SignedRequest", new Response(), asked.request, sound],
    ["no request", new Response(), undefined, sound],
    ["what looks like a SignedRequest", new Response(), Object.create(Object.getPrototypeOf(asked)), sound],
  ])("%s", async (_what, response, to, policy) => {
    await expect(
      verifyResponse(response as Response, to as SignedRequest, policy as ResponsePolicy),
    ).rejects.toMatchObject(mistake);
  });

  it("a response that was read before", async () => {
    const response = fetched(await exchange.answer(asked));
    await response.text();
    await expect(verifyResponse(response, asked, sound)).rejects.toMatchObject(mistake);
  });
});
