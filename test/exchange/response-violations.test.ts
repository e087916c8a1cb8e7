import { describe, expect, it } from "vitest";
import { exactly, type ResponsePolicy, type SignedRequest, verifyResponse } from "../../src/index.js";
import {
  type AnswerParts,
  createExchange,
  fetched,
  nonceOf,
  TOOLS,
  withLine,
  without,
} from "../support/response-fixtures.js";

const exchange = await createExchange();
const asked = await exchange.ask();
const withWpt = await exchange.ask({ proof: "wpt", requireSignedResponse: false });
const { wit } = exchange.service;

describe("a refused response tells which requirement it violates", () => {
  /** How it is taken: as fetch hands it over, or as a view. */
  interface Taking {
    readonly to?: SignedRequest;
    readonly byFetch?: boolean;
    readonly policy?: Partial<ResponsePolicy>;
  }
  it.each<[string, string, AnswerParts, Taking]>([
    [
      "HSIG-3.5.09",
      "signature_request_nonce_mismatch",
      { params: { "wimse-req-nonce": `"${nonceOf(asked)}"` } },
      { to: withWpt },
    ],
    ["HSIG-3.5.09", "signature_request_nonce_mismatch", { params: { "wimse-req-nonce": '"another"' } }, {}],
    ["HSIG-3.18", "wit_missing", { wit: null, covered: without("workload-identity-token") }, {}],
    [
      "CREDS-5.1.1.01",
      "wit_multiple",
      { lines: [["Workload-Identity-Token", wit]], covered: without("content-type") },
      {},
    ],
    [
      "R9530-3.02",
      "response_encoding_unsupported",
      { lines: [["Content-Encoding", "gzip"]], covered: without("content-type") },
      { byFetch: true },
    ],
    ["CREDS-1.3.02", "response_workload_unexpected", {}, { policy: { expect: exactly(`${TOOLS}2`) } }],
  ])("%s: %s (%#)", async (requirement, code, parts, { to = asked, byFetch = false, policy = {} }) => {
    const view = await exchange.answer(asked, parts);
    const judged = verifyResponse(byFetch ? fetched(view) : view, to, exchange.responsePolicy(policy));
    await expect(judged).rejects.toMatchObject({ code, requirement });
  });

  it("ID-7.1.03: response_malformed, where the head is too large", async () => {
    const lines = Array.from({ length: 257 }, () => ["X-A", "1"] as const);
    const judged = verifyResponse({ status: 200, headers: lines }, asked, exchange.responsePolicy());
    await expect(judged).rejects.toMatchObject({ code: "response_malformed", requirement: "ID-7.1.03" });
  });

  it("HSIG-3.20: response_malformed, where the content breaks off", async () => {
    const { status, headers } = fetched(withLine(await exchange.answer(asked), "X-A", "1"));
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("secret")) });
    const judged = verifyResponse(new Response(broken, { status, headers }), asked, exchange.responsePolicy());
    await expect(judged).rejects.toMatchObject({ code: "response_malformed", requirement: "HSIG-3.20" });
  });
});
