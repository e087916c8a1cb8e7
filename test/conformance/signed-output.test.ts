import { describe, expect, it } from "vitest";
import { type ConnectedTarget, createTarget, type VectorCase } from "../../src/conformance.js";
import {
  BEARER,
  type Change,
  CNF,
  ES256_KEY,
  ecCnf,
  fault,
  foreign,
  having,
  issueWit,
  RUNTIME,
  SIGNED,
  signRequest,
  signResponse,
  signWpt,
} from "./signed-output-support.js";
import { AGENT_KEY, AUDIENCE, ISSUER_KEY, NOW, newWit, publicHalf, SUBJECT } from "./support.js";

describe("what another implementation signs", () => {
  it.each<[string, () => Promise<Partial<VectorCase>>]>([
    ["a WIT", issueWit],
    ["a WIT with a lifetime", () => issueWit({}, { lifetime: 60 })],
    [
      "a WIT-SVID",
      () => issueWit({ sub: "spiffe://example.org/a", cnf: ecCnf, claims: {} }, { profile: "wit-svid" }, ES256_KEY),
    ],
    ["a proof", signWpt],
    [
      "a proof that binds tokens",
      () => signWpt({ txnToken: "t", otherTokens: { "X-User": "u", "x-a": "a" } }, { lifetime: 30 }),
    ],
    ["a request", signRequest],
    ["a request in an older form", () => signRequest({}, { revision: "wpt-01" })],
    ["a request with a signature", () => signRequest({}, { proof: undefined, lifetime: 30 })],
    [
      "a request with a signature in an older form",
      () => signRequest({}, { proof: undefined, revision: "http-signature-06" }),
    ],
    ["a request with a signature over an access token", () => signRequest(BEARER, SIGNED)],
    ["a response", signResponse],
    [
      "a request with an audience, a host and a bound token",
      () =>
        signRequest(
          {
            headers: [
              ["Host", "svc.example.com"],
              ["X-User", "u"],
            ],
          },
          { audience: "https://a.example/", boundTokens: ["x-user"] },
        ),
    ],
  ])("is verified, whatever bytes it has: %s", async (_what, make) => {
    const made = await make();
    expect(
      await fault(
        made,
        foreign(() => ({ ...made.input })),
      ),
    ).toBe("passed");
  });

  it.each<[string, () => Promise<Partial<VectorCase>>, Change, string]>([
    ["a WIT of another key", issueWit, having("key", { ...AGENT_KEY }), "it does not verify: wit_signature_invalid"],
    ["a WIT with another kid", issueWit, having("options", { kid: "k2" }), "it does not verify: wit_key_not_found"],
    [
      "a WIT for somebody else",
      issueWit,
      having("wit", { sub: `${SUBJECT}/b` }),
      'subject: "wimse://example.com/agent/b", not "wimse://example.com/agent"',
    ],
    [
      "a WIT that lasts longer",
      () => issueWit({}, { lifetime: 60 }),
      having("options", { lifetime: 3600 }),
      "it does not verify: wit_lifetime_too_long",
    ],
    [
      "a WIT without a claim",
      issueWit,
      having("wit", { claims: { jti: "1" } }),
      'iss: nothing, not "https://issuer.example"',
    ],
    ["a WIT for another key of the workload", issueWit, having("wit", { cnf: publicHalf(ISSUER_KEY) }), "cnf: "],
    [
      "a proof for another audience",
      signWpt,
      having("request", { audience: "https://a.example/" }),
      "it does not verify: wpt_audience_mismatch",
    ],
    [
      "a proof that lasts longer",
      () => signWpt({}, { lifetime: 30 }),
      having("options", { lifetime: 60 }),
      "it does not verify: wpt_lifetime_too_long",
    ],
    [
      "a proof without a token",
      () => signWpt({ txnToken: "t" }),
      having("request", { txnToken: undefined }),
      "it does not verify: wpt_txn_token_hash_mismatch",
    ],
    [
      "a proof with another token",
      () => signWpt({ otherTokens: { "x-a": "a" } }),
      having("request", { otherTokens: { "x-a": "b" } }),
      "it does not verify: wpt_other_token_hash_mismatch",
    ],
    [
      "a proof that does not bind a token",
      () => signWpt({ otherTokens: { "x-a": "a" } }),
      having("request", { otherTokens: {} }),
      'tokens: [], not ["x-a"]',
    ],
    [
      "a request for another audience",
      signRequest,
      having("options", { audience: "https://a.example/" }),
      "it does not verify: wpt_audience_mismatch",
    ],
    [
      "a signature for another target",
      () => signRequest({}, { proof: "http-signature" }),
      having(undefined, { url: `${AUDIENCE}?x=2` }),
      "it does not verify: signature_invalid",
    ],
    [
      "a signature that leaves out the access token",
      () => signRequest(BEARER, SIGNED),
      having(undefined, { headers: [] }),
      "it does not verify: signature_component_missing",
    ],
    [
      "a signature that does not ask for a signed response",
      () => signRequest(BEARER, SIGNED),
      having("options", { requireSignedResponse: false }),
      "it does not ask for a signed response",
    ],
    [
      "a proof of the other kind",
      () => signRequest({}, { proof: "http-signature" }),
      having("options", { proof: "wpt" }),
      "it does not verify: proof_",
    ],
    [
      "a proof in the present form instead of an older one",
      () => signRequest({}, { revision: "wpt-01" }),
      having("options", { revision: undefined }),
      'revision: "wpt-02", not "wpt-01"',
    ],
    [
      "a response with another status",
      signResponse,
      having(undefined, { status: 201 }),
      "it does not verify: signature_invalid",
    ],
  ])("is refused: %s", async (_what, make, change, detail) => {
    expect(await fault(await make(), foreign(change))).toContain(`wrong_verdict: ${detail}`);
  });

  it("is refused when it comes too late", async () => {
    const late: Change = (input, context) => {
      context["runtime"] = { now: NOW - 600 };
      return input;
    };
    expect(await fault(await signWpt(), foreign(late))).toBe("wrong_verdict: it does not verify: wpt_expired");
  });

  it("is refused when it is not there, or cannot be verified", async () => {
    const answers = (output: object) => (): ConnectedTarget => ({
      async answer(line) {
        const { id, hello, op } = JSON.parse(line);
        if (hello === undefined)
          return JSON.stringify({ id, result: "accept", output: op === undefined ? {} : output });
        return createTarget().answer(line);
      },
    });
    expect(await fault(await signWpt(), answers({}))).toBe(
      "wrong_verdict: it cannot be verified: wpt: a string is required",
    );
    expect(await fault(await issueWit(), answers({ wit: "a.b" }))).toBe(
      "wrong_verdict: it does not verify: wit_malformed",
    );
    const elsewhere = { ...(await issueWit()).input, wit: { sub: "wimse:agent", cnf: CNF } };
    expect(await fault({ ...(await issueWit()), input: elsewhere }, answers({ wit: "a.b" }))).toBe(
      "wrong_verdict: it cannot be verified: identifier_malformed",
    );
    const noUrl = { ...(await signRequest()).input, url: "orders" };
    expect(await fault({ ...(await signRequest()), input: noUrl }, answers({ headers: [] }))).toBe(
      "wrong_verdict: it cannot be verified: ERR_INVALID_URL",
    );
    const untrusted = { ...(await signWpt()), context: { runtime: RUNTIME } };
    expect(await fault(untrusted, foreign())).toContain("it does not verify: trust: ");
  });

  it("is refused when a response is not signed at all", async () => {
    const request = { method: "GET", target: "/", headers: [] };
    const input = {
      request,
      status: 200,
      headers: [["Content-Type", "text/plain"]],
      wit: await newWit(),
      key: AGENT_KEY,
    };
    const answers = async (line: string): Promise<string> => {
      const { id, hello } = JSON.parse(line);
      if (hello === undefined) return JSON.stringify({ id, result: "accept", output: { headers: [] } });
      return JSON.stringify({ hello, name: "fake", version: "1", operations: ["signResponse"] });
    };
    const expected = { result: "accept", output: { headers: [["signature", "x"]] } } as const;
    expect(await fault({ op: "signResponse", input, expect: expected }, () => ({ answer: answers }))).toContain(
      "wrong_verdict: it does not verify: ",
    );
  });

  it("is refused when header lines are missing", async () => {
    const noLines = (): ConnectedTarget => {
      const target = createTarget();
      return {
        async answer(line) {
          const answer = JSON.parse(await target.answer(line));
          if (answer.output?.headers !== undefined) answer.output.headers.pop();
          return JSON.stringify(answer);
        },
      };
    };
    expect(await fault(await signRequest(), noLines)).toBe("wrong_verdict: it does not verify: wit_missing");
  });
});

describe("an exact comparison", () => {
  const exact = { exact: true };

  it("takes the same bytes", async () => {
    for (const make of [issueWit, signWpt, signRequest])
      expect(await fault(await make(), createTarget, exact)).toBe("passed");
  });

  it("refuses others, without repeating them", async () => {
    expect(await fault(await signWpt(), foreign(), exact)).toBe("wrong_verdict: it is not the same, byte by byte");
  });

  it("verifies what an algorithm never signs twice in the same way", async () => {
    const made = await issueWit({}, {}, ES256_KEY);
    expect(await fault(made, createTarget, exact)).toBe("passed");
    expect(await fault(made, foreign(having("options", { kid: "k2" })), exact)).toContain("wit_key_not_found");
  });

  it("compares what is not signed in any case", async () => {
    const expected = { result: "accept", output: { origin: "wimse://example.org" } } as const;
    expect(await fault({ expect: expected }, createTarget)).toBe(
      'wrong_verdict: origin: "wimse://example.com", not "wimse://example.org"',
    );
  });
});
