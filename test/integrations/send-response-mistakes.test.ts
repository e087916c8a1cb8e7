import { describe, expect, it } from "vitest";
import type { AuthenticatedRequest } from "../../src/index.js";
import { type NodeResponse, type ServerResponseLike, sendResponse } from "../../src/integrations/node.js";
import { createExchange, digestOf } from "../support/response-fixtures.js";
import { mistake } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { runtime, service } = exchange;
const verifier = exchange.signatureVerifier({ audience: "urn:svc" });

describe("the caller's mistakes", () => {
  const res: ServerResponseLike = { writeHead: () => 0, end: () => 0 };
  const asked = async () => exchange.received(await exchange.ask());
  it.each<[string, unknown, unknown?]>([
    ["a status that is none", { status: 99 }],
    ["a status that is no number", { status: "200" }],
    ["a status before the last", { status: 103 }],
    ["an unknown member", { statusCode: 200 }],
    ["no response", undefined],
    ["a body that is an object", { body: { a: 1 } }],
    ["a body that is a number", { body: 42 }],
    ["content where the status has none", { status: 204, body: "42" }],
    ["a response that is signed", { headers: [["Workload-Identity-Token", service.wit]] }],
    ["a wrong digest", { headers: [["Content-Digest", digestOf("43")]], body: "42" }],
    ["an unknown option", {}, { trust: 1 }],
    ["a lifetime that is none", {}, { lifetime: 301 }],
  ])("%s", async (_what, response, more = {}) => {
    const to = await asked();
    const sending = sendResponse(res, response as NodeResponse, to, verifier, {
      credential: service,
      runtime,
      ...(more as object),
    });
    await expect(sending).rejects.toMatchObject(mistake);
  });

  it("a request that no verifier made", async () => {
    await expect(sendResponse(res, {}, {} as AuthenticatedRequest, verifier)).rejects.toMatchObject(mistake);
  });
});
