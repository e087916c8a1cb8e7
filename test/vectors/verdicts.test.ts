import { describe, expect, it } from "vitest";
import { createTarget } from "../../src/conformance.js";
import { type Answer, answerTo, contextOf, vectorFiles, verdictOf } from "./support.js";

const target = createTarget();
const ask = async (message: object): Promise<Answer> => JSON.parse(await target.answer(JSON.stringify(message)));

/** The operations whose output is a signature; that of all others is compared, and that is all. */
const SIGNING = new Set(["issueWit", "signWpt", "signRequest", "signResponse"]);

/** What verifies the output of an operation that signs with an algorithm that gives another signature each time. */
function verification(op: string, output: Readonly<Record<string, unknown>>, input: Readonly<Record<string, unknown>>) {
  const host = ["Host", "svc.example.com"];
  const request = { method: "GET", scheme: "https", target: "/orders/42" };
  if (op === "issueWit") return { op: "verifyWit", input: { wit: output["wit"] } };
  if (op === "signRequest") {
    const { method, url, headers, body } = input as { method: string; url: string; headers: unknown[]; body?: string };
    const { pathname, search } = new URL(url);
    const lines = [host, ...headers, ...(output["headers"] as unknown[])];
    return {
      op: "verifyRequest",
      input: { method, scheme: "https", target: pathname + search, headers: lines, body },
    };
  }
  if (op === "signResponse") {
    const { request: asked, status, headers, body } = input as { headers: unknown[] } & Record<string, unknown>;
    const lines = [...headers, ...(output["headers"] as unknown[])];
    return {
      op: "verifyResponse",
      input: { request: asked, required: true, expect: null, status, headers: lines, body },
    };
  }
  const { txnToken, otherTokens = {} } = input["request"] as { txnToken?: string; otherTokens?: object };
  const headers = [
    host,
    ["Workload-Identity-Token", input["wit"]],
    ["Authorization", `WPT ${output["wpt"]}`],
    ...(txnToken === undefined ? [] : [["Txn-Token", txnToken]]),
    ...Object.entries(otherTokens),
  ];
  return { op: "verifyRequest", input: { ...request, headers } };
}

describe.each(vectorFiles)("$path", (file) => {
  it.each(file.cases.map((one) => [one.id, one] as const))("%s", async (_id, one) => {
    const answer = await answerTo(one, file, ask);
    const { expect: expected } = one;
    if (expected.result === "either") {
      expect(["accept", "reject"]).toContain(answer.result);
      return;
    }
    expect({ ...answer, result: verdictOf(answer) }).toMatchObject({ result: expected.result });
    if (expected.result === "accept") {
      expect(answer.output).toMatchObject(expected.output ?? {});
      if (!SIGNING.has(one.op)) return;
      const { op, input } = verification(one.op, answer.output ?? {}, one.input);
      expect(await ask({ id: 1, op, context: contextOf(file, one), input })).toMatchObject({ result: "accept" });
    } else if (expected.code === "configuration_invalid") {
      expect(answer).toMatchObject({ result: "error", message: expect.not.stringContaining("should not") });
    } else {
      expect(answer.code).toBe(expected.code);
    }
  });
});
