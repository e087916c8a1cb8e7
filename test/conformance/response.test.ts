import { describe, expect, it } from "vitest";
import { createTarget } from "../../src/conformance.js";
import {
  AGENT_KEY,
  ask,
  base64Of,
  CONTEXT,
  ISSUER_KEY,
  NOW,
  newRequest,
  newSignedRequest,
  newWit,
  perform,
  type RequestInput,
  SUBJECT,
  withPolicy,
} from "./support.js";

const SERVICE = "wimse://example.com/service";
const RUNTIME = { runtime: { now: NOW, random: "101112131415161718191a1b1c1d1e1f" } };
const PLAIN = ["Content-Type", "text/plain"];

const ASKED = await newSignedRequest({ requireSignedResponse: true });
const ASKED_WITH_CONTENT = await newSignedRequest({ content: "x", requireSignedResponse: true });
const ASKED_OLDER = await newSignedRequest({ revision: "http-signature-06", requireSignedResponse: true });
const ASKED_WITH_WPT = await newRequest();

type Input = Record<string, unknown> & { readonly headers: readonly (readonly string[])[] };

/** What `signResponse` is asked to sign, unless a test says otherwise. */
async function unsignedAnswer(changes: Record<string, unknown> = {}): Promise<Input> {
  const answer = { status: 200, headers: [PLAIN], body: base64Of("two cones") };
  return { request: ASKED, ...answer, wit: await newWit({ subject: SERVICE }), key: AGENT_KEY, ...changes };
}

/** What `verifyResponse` accepts. */
async function signedAnswer(changes: Record<string, unknown> = {}): Promise<Input> {
  const { wit: _wit, key: _key, ...answer } = await unsignedAnswer(changes);
  const { output } = await perform("signResponse", RUNTIME, await unsignedAnswer(changes));
  const added = output?.["headers"] as [string, string][];
  return { ...answer, headers: [...answer.headers, ...added], required: true, expect: null };
}

const without = ({ headers }: Input, ...names: string[]): { headers: unknown } => ({
  headers: headers.filter(([name = ""]) => !names.includes(name)),
});
const withInput = (request: RequestInput, from: string, to: string): RequestInput => ({
  ...request,
  headers: request.headers.map(([name, value]) => [name, name === "signature-input" ? value.replace(from, to) : value]),
});

describe("verifyResponse", () => {
  it.each([[null], [undefined], [SERVICE]])("names who answered, where %j is expected", async (who) => {
    expect(await perform("verifyResponse", CONTEXT, { ...(await signedAnswer()), expect: who })).toEqual({
      id: 1,
      result: "accept",
      output: { workload: SERVICE },
    });
  });

  it("HSIG-3.5.06: names nobody for a response that is not signed and need not be", async () => {
    const input = { ...(await unsignedAnswer()), required: false };
    expect(await perform("verifyResponse", CONTEXT, input)).toMatchObject({ output: { workload: null } });
    const ofWpt = { ...input, request: ASKED_WITH_WPT };
    expect(await perform("verifyResponse", CONTEXT, ofWpt)).toMatchObject({ output: { workload: null } });
  });

  it.each<[string, Record<string, unknown>]>([
    ["a request of revision 06", { request: ASKED_OLDER }],
    ["no content", { body: undefined }],
    ["empty content", { body: "" }],
    ["an error", { status: 503 }],
    ["a request with content", { request: ASKED_WITH_CONTENT }],
    ["a request over plain http", { request: { ...ASKED, scheme: "http" } }],
  ])("accepts what was signed: %s", async (_what, changes) => {
    const answer = await perform("verifyResponse", CONTEXT, await signedAnswer(changes));
    expect(answer).toMatchObject({ result: "accept", output: { workload: SERVICE } });
  });

  it.each([
    ["HEAD", 200],
    ["GET", 304],
  ])("the content of a response to %s with status %i was not sent", async (method, status) => {
    const request = await newSignedRequest({ method });
    const content = status === 304 ? { body: "" } : {}; // which nobody can sign any
    const input = { ...(await signedAnswer({ request, status, ...content })), body: "" };
    expect(await perform("verifyResponse", CONTEXT, input)).toMatchObject({ result: "accept" });
  });

  it.each<[string, (input: Input) => object, string]>([
    ["another status", () => ({ status: 201 }), "signature_invalid"],
    ["other content", () => ({ body: base64Of("x") }), "content_digest_mismatch"],
    ["no content", () => ({ body: "" }), "content_digest_mismatch"],
    ["no digest", (input) => without(input, "Content-Digest"), "signature_component_invalid"],
    ["no signature", (input) => without(input, "Signature", "Signature-Input"), "response_signature_required"],
    ["half a signature", (input) => without(input, "Signature"), "signature_malformed"],
    ["no WIT", (input) => without(input, "Workload-Identity-Token"), "wit_missing"],
    ["another WIT", (input) => ({ headers: [...input.headers, ["Workload-Identity-Token", "x"]] }), "wit_multiple"],
    ["another workload", () => ({ expect: SUBJECT }), "response_workload_unexpected"],
    [
      "a request with another nonce",
      () => ({ request: withInput(ASKED, 'nonce="', 'nonce="x') }),
      "signature_request_nonce_mismatch",
    ],
    ["a request with another target", () => ({ request: { ...ASKED, target: "/orders/43" } }), "signature_invalid"],
    ["a request with a WPT", () => ({ request: ASKED_WITH_WPT }), "signature_request_nonce_mismatch"],
    ["a request of another revision", () => ({ request: ASKED_OLDER }), "signature_component_missing"],
  ])("judges %s", async (_what, change, expected) => {
    const input = await signedAnswer();
    const answer = await perform("verifyResponse", CONTEXT, { ...input, ...change(input) });
    expect(answer.code ?? answer.result).toBe(expected);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["the clock", { ...CONTEXT, now: NOW + 65 }, "signature_expired"],
    ["clockTolerance", { ...withPolicy({ clockTolerance: 10 }), now: NOW + 65 }, "accept"],
    ["trust", { ...CONTEXT, trust: {} }, "wit_trust_domain_unknown"],
    ["maxLifetime", withPolicy({ maxLifetime: 60 }), "wit_lifetime_too_long"],
    ["maxProofLifetime", withPolicy({ maxProofLifetime: 54 }), "signature_lifetime_too_long"],
    ["maxBodyBytes", withPolicy({ maxBodyBytes: 8 }), "body_too_large"],
    ["nothing that only requests have", withPolicy({ allow: { anyOf: [] }, proofs: ["wpt"], audience: [] }), "accept"],
  ])("heeds %s of the context", async (_what, context, expected) => {
    const { code, result } = await perform("verifyResponse", context, await signedAnswer());
    expect(code ?? result).toBe(expected);
  });

  it("remembers signatures from line to line, unless it is told not to, apart from those of requests", async () => {
    const target = createTarget();
    const input = await signedAnswer();
    const verify = async (context: unknown, op = "verifyResponse", what: unknown = input): Promise<unknown> => {
      const { code, result } = await ask(target, { op, context, input: what });
      return code ?? result;
    };
    expect(await verify(withPolicy({ replay: "unchecked" }))).toBe("accept");
    expect(await verify(CONTEXT, "verifyRequest", input["request"])).toBe("accept");
    expect(await verify(CONTEXT)).toBe("accept");
    expect(await verify(CONTEXT)).toBe("signature_replayed");
    expect(await verify({ ...CONTEXT, policy: {} })).toBe("signature_replayed"); // "memory" by default
    await ask(target, { reset: true });
    expect(await verify(CONTEXT)).toBe("accept");
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["nothing said of whether it must be signed", { required: undefined }, CONTEXT],
    ["a demand that is no boolean", { required: "yes" }, CONTEXT],
    ["a workload that is no string", { expect: 5 }, CONTEXT],
    ["a workload that is none", { expect: "wimse://example.com" }, CONTEXT],
    ["no request", { request: undefined }, CONTEXT],
    ["a request that is no object", { request: "GET /" }, CONTEXT],
    ["a request to no host", { request: { method: "GET", target: "/" } }, CONTEXT],
    ["a request to no URL", { request: { method: "GET", target: "/", headers: [["Host", "%zz"]] } }, CONTEXT],
    ["a request whose signature cannot be read", { request: withLine(ASKED_WITH_WPT, "a=()") }, CONTEXT],
    ["a request without a nonce", { request: withInput(ASKED, "nonce=", "n=") }, CONTEXT],
    ["a status that is no number", { status: "200" }, CONTEXT],
    ["content that is no base64", { body: "%" }, CONTEXT],
    ["an unknown replay store", {}, withPolicy({ replay: "redis" })],
    ["a misspelt policy", {}, withPolicy({ maxBody: 5 })],
    ["a limit that is none", {}, withPolicy({ maxBodyBytes: "many" })],
    ["no clock", {}, { ...CONTEXT, now: undefined }],
  ])("answers error for %s", async (_what, changes, context) => {
    const answer = await perform("verifyResponse", context, { ...(await signedAnswer()), ...changes });
    expect(answer).toEqual({ id: 1, result: "error", message: expect.any(String) });
    expect(answer.message).not.toContain("should not");
  });
});

function withLine(request: RequestInput, signatureInput: string): RequestInput {
  return { ...request, headers: [...request.headers, ["Signature-Input", signatureInput]] };
}

describe("signResponse", () => {
  it("gives the lines that signing adds, the same ones each time", async () => {
    const input = await unsignedAnswer();
    const first = await perform("signResponse", RUNTIME, input);
    expect(await perform("signResponse", RUNTIME, input)).toEqual(first);
    const added = first.output?.["headers"] as [string, string][];
    expect(added.map(([name]) => name)).toEqual([
      "Workload-Identity-Token",
      "Content-Digest",
      "Signature-Input",
      "Signature",
    ]);
    expect(added[2]?.[1]).toMatch(
      /^wimse=\("@status" "workload-identity-token" "content-type" "content-digest" "@method";req "@path";req "@query";req "workload-identity-token";req\);created=1790000000;expires=1790000060;nonce="EBESExQVFhcYGRobHB0eHw";tag="wimse-workload-to-workload";wimse-req-nonce=/,
    );
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["a request with a WPT", { request: ASKED_WITH_WPT }, "response_signature_unavailable"],
    ["an event stream", { headers: [["Content-Type", "text/event-stream"]] }, "response_signature_unavailable"],
    ["an event stream without content", { headers: [["Content-Type", "text/event-stream"]], body: "" }, "accept"],
    ["a key that is not the WIT's", { key: ISSUER_KEY }, "credential_key_mismatch"],
    ["a WIT that is none", { wit: "x" }, "wit_malformed"],
  ])("answers for %s", async (_what, changes, expected) => {
    const { code, result } = await perform("signResponse", RUNTIME, await unsignedAnswer(changes));
    expect(code ?? result).toBe(expected);
  });

  it("rejects a WIT that has expired", async () => {
    const late = { runtime: { ...RUNTIME.runtime, now: NOW + 3600 } };
    expect(await perform("signResponse", late, await unsignedAnswer())).toMatchObject({ code: "credential_expired" });
  });

  it.each<[string, Record<string, unknown>]>([
    ["no request", { request: undefined }],
    ["a request whose signature cannot be read", { request: withLine(ASKED_WITH_WPT, "a=()") }],
    ["no status", { status: undefined }],
    ["a response with a WIT", { headers: [["Workload-Identity-Token", "x"]] }],
    ["another digest than that of the content", { headers: [["Content-Digest", "sha-256=:AAAA:"]] }],
    ["no WIT", { wit: undefined }],
  ])("answers error for %s", async (_what, changes) => {
    const answer = await perform("signResponse", RUNTIME, await unsignedAnswer(changes));
    expect(answer).toEqual({ id: 1, result: "error", message: expect.any(String) });
    expect(answer.message).not.toContain("should not");
  });
});
