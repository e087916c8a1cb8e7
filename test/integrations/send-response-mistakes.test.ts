import { describe, expect, it } from "vitest";
import type { AuthenticatedRequest } from "../../src/index.js";
import { type NodeResponse, type ServerResponseLike, sendResponse } from "../../src/integrations/node.js";
import { createExchange, digestOf } from "../support/response-fixtures.js";
import { mistake } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { runtime, service } = exchange;
const verifier = exchange.signatureVerifier({ audience: "urn:svc" });

describe("the caller's mistakes", () => {
  const written: unknown[] = [];
  const res: ServerResponseLike = { writeHead: (...head) => written.push(head), end: (body) => written.push(body) };
  const asked = async () => exchange.received(await exchange.ask());
  const send = async (response: unknown, options: object, to?: AuthenticatedRequest) =>
    sendResponse(res, response as NodeResponse, to ?? (await asked()), verifier, options);
  const signing = { credential: service, runtime };

  const NO_STATUS = "status: 200 to 599";
  const NO_BODY = "body: text, bytes or a stream";
  it.each<[string, unknown, string]>([
    ["a status that is none", { status: 99 }, NO_STATUS],
    ["a status before the last", { status: 199 }, NO_STATUS],
    ["a status beyond the last", { status: 600 }, NO_STATUS],
    ["a status that is no whole number", { status: 200.5 }, NO_STATUS],
    ["a status that is no number", { status: "200" }, NO_STATUS],
    ["an unknown member", { statusCode: 200 }, 'sendResponse: unknown option "statusCode"'],
    ["no response", undefined, "sendResponse: an object is required"],
    ["a body that is an object", { body: { a: 1 } }, NO_BODY],
    ["a body that is a number", { body: 42 }, NO_BODY],
    ["a body that is null", { body: null }, NO_BODY],
  ])("%s, where the response is signed and where it is not", async (_what, response, message) => {
    await expect(send(response, signing)).rejects.toMatchObject({ ...mistake, message });
    const undemanded = await exchange.received(await exchange.ask({ requireSignedResponse: false }));
    await expect(send(response, {}, undemanded)).rejects.toMatchObject({ ...mistake, message });
    expect(written).toEqual([]);
  });

  it.each<[string, unknown, object, string]>([
    ["content where the status has none", { status: 204, body: "42" }, {}, "signResponse: its status has no content"],
    [
      "a response that is signed",
      { headers: [["Workload-Identity-Token", service.wit]] },
      {},
      "signResponse: the response has a Workload-Identity-Token field already",
    ],
    [
      "a wrong digest",
      { headers: [["Content-Digest", digestOf("43")]], body: "42" },
      {},
      "signResponse: the response's Content-Digest is not that of its content",
    ],
    ["an unknown option", {}, { trust: 1 }, 'sendResponse: unknown option "trust"'],
    ["a lifetime that is none", {}, { lifetime: 301 }, "lifetime: "],
  ])("%s", async (_what, response, more, message) => {
    await expect(send(response, { ...signing, ...more })).rejects.toMatchObject({
      ...mistake,
      message: expect.stringContaining(message),
    });
    expect(written).toEqual([]);
  });

  it("a request that no verifier made", async () => {
    await expect(sendResponse(res, {}, {} as AuthenticatedRequest, verifier)).rejects.toMatchObject(mistake);
  });
});
