import { describe, expect, it } from "vitest";
import {
  type AuthenticatedWorkload,
  anyOf,
  exactly,
  memberOf,
  type ResponsePolicy,
  under,
  verifyResponse,
  type WorkloadMatcher,
} from "../../src/index.js";
import { createExchange, TOOLS } from "../support/response-fixtures.js";
import { AUDIENCE, outcomeOf } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const asked = await exchange.ask();
const answer = await exchange.answer(asked);
const outcome = (expected: unknown): Promise<string> =>
  outcomeOf(verifyResponse(answer, asked, exchange.responsePolicy({ expect: expected as ResponsePolicy["expect"] })));

const fails = (): never => {
  throw new Error("secret");
};
const isWorkload = (subject: unknown): boolean => !(subject instanceof URL);

describe("CREDS-1.3.02, ID-5.01, ID-5.02: who must have answered", () => {
  it.each<[string, unknown]>([
    ["exactly the service", exactly(TOOLS)],
    ["a member of its trust domain", memberOf("wimse://example.com")],
    ["it or one below it", under(TOOLS)],
    ["one of several", anyOf(exactly(`${TOOLS}/x`), exactly(TOOLS))],
    ["a matcher of one's own", (workload: AuthenticatedWorkload) => workload.id?.uri === TOOLS],
    ["whoever, said with a matcher", () => true],
    ["the matcher for the URL", () => exactly(TOOLS)],
    ["the matcher for its host", ({ hostname }: URL) => exactly(hostname === "svc.example.com" ? TOOLS : `${TOOLS}2`)],
  ])("%s: accepted", async (_what, expected) => {
    expect(await outcome(expected)).toBe("accepted");
  });

  it.each<[string, unknown]>([
    ["another service", exactly(`${TOOLS}2`)],
    ["a member of another trust domain", memberOf("wimse://other.example")],
    ["nobody", anyOf()],
    ["false", () => false],
    ["nothing", () => undefined],
    ["something truthy", () => 1],
    ["a string", () => TOOLS],
    ["a promise of true", async () => true],
    ["a promise that fails", async () => fails()],
    ["a promise of a matcher", async () => exactly(TOOLS)],
    ["an error", fails],
    ["an error for the workload", (subject: unknown) => isWorkload(subject) && fails()],
    ["another matcher for the URL", () => exactly(`${TOOLS}2`)],
    ["a matcher that gives a promise", () => async () => true],
    ["a matcher that fails", () => fails],
    ["a matcher that gives a matcher", () => () => exactly(TOOLS)],
    ["no matcher for this URL", ({ hostname }: URL) => (hostname === "x.example" ? exactly(TOOLS) : undefined)],
    ["true for the URL, nothing for the workload", (subject: unknown) => !isWorkload(subject)],
  ])("%s: refused", async (_what, expected) => {
    expect(await outcome(expected)).toBe("response_workload_unexpected");
  });

  it("the URL is that of the request, its own copy each time", async () => {
    const seen: string[] = [];
    const expected = (url: URL): WorkloadMatcher => {
      seen.push(url.href);
      url.hostname = "evil.example";
      return exactly(TOOLS);
    };
    for (let i = 0; i < 2; i++) expect(await outcome(expected)).toBe("accepted");
    expect(seen).toEqual([`${AUDIENCE}?q=1`, `${AUDIENCE}?q=1`]);
  });

  it("nobody is asked about a response that is not sound", async () => {
    const asks: unknown[] = [];
    const policy = exchange.responsePolicy({ expect: (subject: unknown) => asks.push(subject) > 0 });
    const spoilt = { ...answer, body: Buffer.from("43") };
    expect(await outcomeOf(verifyResponse(spoilt, asked, policy))).toBe("content_digest_mismatch");
    expect(asks).toEqual([]);
  });
});
