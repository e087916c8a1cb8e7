import { describe, expect, it } from "vitest";
import { generateKey } from "../../src/crypto/signer.js";
import { type HttpResponseView, type ResponsePolicy, verifyResponse } from "../../src/index.js";
import {
  type AnswerParts,
  createExchange,
  digestOf,
  fetched,
  foreign,
  lineOf,
  TOOLS,
  withLine,
  without,
} from "../support/response-fixtures.js";
import { AUDIENCE, createWorld, NOW, outcomeOf, spoilSignature } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { runtime, issuer, service, serviceKey } = exchange;
const asked = await exchange.ask();
const notDemanding = await exchange.ask({ requireSignedResponse: false });
const stranger = await createWorld();
const other = await generateKey();

const judge = (response: Response | HttpResponseView, to = asked, changes: Partial<ResponsePolicy> = {}) =>
  verifyResponse(response, to, exchange.responsePolicy(changes));
const answered = async (parts: AnswerParts = {}, to = asked, changes?: Partial<ResponsePolicy>): Promise<string> =>
  outcomeOf(judge(await exchange.answer(to, parts), to, changes));

const expiringWit = await issuer.issue(TOOLS, serviceKey.publicJwk, { lifetime: 10 });

const cases: [string, string, AnswerParts][] = [
  [
    "HSIG-3.4.03, HSIG-3.5.09: the nonce of another request",
    "signature_request_nonce_mismatch",
    { params: { "wimse-req-nonce": '"another"' } },
  ],
  [
    "HSIG-3.29, HSIG-3.4.02: no wimse-req-nonce",
    "signature_parameter_missing",
    { params: { "wimse-req-nonce": undefined } },
  ],
  ["HSIG-3.4.01: wimse-req-nonce as a token", "signature_parameter_invalid", { params: { "wimse-req-nonce": "abc" } }],
  ["HSIG-3.4.01: wimse-req-nonce as bytes", "signature_parameter_invalid", { params: { "wimse-req-nonce": ":YWJj:" } }],
  ["HSIG-3.4.01: wimse-req-nonce as a number", "signature_parameter_invalid", { params: { "wimse-req-nonce": "1" } }],
  ["HSIG-3.4.01: wimse-req-nonce as a Boolean", "signature_parameter_invalid", { params: { "wimse-req-nonce": "?1" } }],
  ["HSIG-3.4.01: an empty wimse-req-nonce", "signature_parameter_invalid", { params: { "wimse-req-nonce": '""' } }],
  ["HSIG-3.22: no created", "signature_parameter_missing", { params: { created: undefined } }],
  ["HSIG-3.23: no expires", "signature_parameter_missing", { params: { expires: undefined } }],
  ["HSIG-3.25: no nonce", "signature_parameter_missing", { params: { nonce: undefined } }],
  ["HSIG-3.37: an empty nonce", "signature_parameter_invalid", { params: { nonce: '""' } }],
  ["HSIG-3.25: a nonce that is no string", "signature_parameter_invalid", { params: { nonce: "7" } }],
  ["HSIG-3.22: created as a string", "signature_parameter_invalid", { params: { created: `"${NOW}"` } }],
  ["HSIG-3.30: keyid", "signature_parameter_forbidden", { params: { keyid: '"a"' } }],
  ["HSIG-3.31, HSIG-3.1.03: alg", "signature_parameter_forbidden", { params: { alg: '"ecdsa-p256-sha256"' } }],
  ["HSIG-5.1.05: expired", "signature_expired", { params: { created: String(NOW - 60), expires: String(NOW - 5) } }],
  [
    "HSIG-5.1.05: made in the future",
    "signature_not_yet_valid",
    { params: { created: String(NOW + 6), expires: String(NOW + 60) } },
  ],
  [
    "HSIG-3.24, HSIG-5.1.04: a lifetime too long",
    "signature_lifetime_too_long",
    { params: { expires: String(NOW + 306) } },
  ],
  ["HSIG-3.42: another key", "signature_invalid", { signer: other }],
  ["HSIG-3.18: no WIT", "wit_missing", { wit: null, covered: without("workload-identity-token") }],
  ["HSIG-3.41: a WIT that is none", "wit_malformed", { wit: "a.b" }],
  ["HSIG-3.41: a WIT that nobody signed", "wit_signature_invalid", { wit: spoilSignature(service.wit) }],
  [
    "HSIG-3.41: a WIT of an issuer that is not trusted",
    "wit_signature_invalid",
    { wit: await stranger.issuer.issue(TOOLS, serviceKey.publicJwk) },
  ],
  [
    "HSIG-3.41: a WIT of another trust domain",
    "wit_trust_domain_unknown",
    { wit: await issuer.issue("wimse://other.example/tools", serviceKey.publicJwk) },
  ],
  ["HSIG-3.41: a WIT for another key", "signature_invalid", { wit: await issuer.issue(TOOLS, other.publicJwk) }],
  ["HSIG-3.41: a WIT too large", "wit_too_large", { wit: "a".repeat(20_000) }],
  [
    "CREDS-1.3.02, ID-5.01, ID-5.02: another workload",
    "response_workload_unexpected",
    { wit: await issuer.issue(`${TOOLS}2`, serviceKey.publicJwk) },
  ],
  ["HSIG-3.19: content without digest", "content_digest_missing", { digest: null }],
  ["HSIG-3.20: a digest of other content", "content_digest_mismatch", { digest: digestOf("43") }],
  ["HSIG-3.20: a digest of content, and none came", "content_digest_mismatch", { digest: digestOf("42"), body: null }],
  ["a digest that cannot be read", "content_digest_malformed", { digest: "sha-256" }],
  ["R9530-2.03: a digest of an algorithm that is not known", "content_digest_unsupported", { digest: "md5=:AAAA:" }],
  ["content too long", "body_too_large", { body: "x".repeat(65) }],
  [
    "content that is said to be too long",
    "body_too_large",
    { lines: [["Content-Length", "65"]], covered: without("content-type") },
  ],
];

describe("HSIG-3.5.08: a signature that is there counts, demanded or not", () => {
  it.each(cases)("%s: %s", async (_what, code, parts) => {
    for (const to of [asked, notDemanding]) {
      expect(await answered(parts, to, { maxBodyBytes: 64 })).toBe(code);
      expect(await outcomeOf(judge(fetched(await exchange.answer(to, parts)), to, { maxBodyBytes: 64 }))).toBe(code);
    }
  });

  it("HSIG-3.41: an expired WIT", async () => {
    const parts = { wit: expiringWit, params: { created: String(NOW + 20), expires: String(NOW + 60) } };
    const view = await exchange.answer(asked, parts);
    runtime.setTime(NOW + 20);
    expect(await outcomeOf(judge(view))).toBe("wit_expired");
    runtime.setTime(NOW);
  });

  it("the times are those of the policy", async () => {
    const late = { params: { created: String(NOW - 70), expires: String(NOW - 10) } };
    expect(await answered(late, asked, { clockTolerance: 11 })).toBe("accepted");
    expect(await answered({ params: { expires: String(NOW + 400) } }, asked, { maxProofLifetime: 400 })).toBe(
      "accepted",
    );
    expect(await answered({}, asked, { maxProofLifetime: 30 })).toBe("signature_lifetime_too_long");
    expect(await answered({}, asked, { maxLifetime: 600 })).toBe("wit_lifetime_too_long");
  });

  it("CREDS-5.1.1.01: two WITs, which fetch makes one that is none", async () => {
    const lines = [["workload-identity-token", service.wit]] as const;
    const view = await exchange.answer(asked, { lines, covered: without("content-type") });
    expect(await outcomeOf(judge(view))).toBe("wit_multiple");
    expect(await outcomeOf(judge(fetched(view)))).toBe("wit_malformed");
  });

  it("HSIG-3.34: two WIMSE signatures", async () => {
    const [first, second] = [await exchange.answer(asked), await exchange.answer(asked, { label: "two" })];
    const view = { ...first, headers: [...first.headers, ...second.headers.slice(-2)] };
    await expect(judge(view)).rejects.toMatchObject({ code: "signature_multiple", requirement: "HSIG-3.34" });
  });

  it("HSIG-3.35, HSIG-5.2.01: a signature of somebody else beside it does no harm", async () => {
    const view = await exchange.answer(asked);
    expect(await outcomeOf(judge({ ...view, headers: [...foreign("cdn", "created=1"), ...view.headers] }))).toBe(
      "accepted",
    );
  });

  it.each<[string, string | null, string]>([
    ["Signature", null, "signature_malformed"],
    ["Signature-Input", null, "signature_malformed"],
    ["Signature", "wimse=:AAAA:", "signature_invalid"],
    ["Signature", "other=:AAAA:", "signature_malformed"],
    ["Signature", "wimse=1", "signature_malformed"],
    ["Signature-Input", "(", "signature_malformed"],
  ])("with %s: %s: %s", async (name, value, code) => {
    expect(await outcomeOf(judge(withLine(await exchange.answer(asked), name, value)))).toBe(code);
  });

  it("ID-7.1.03: a head too large", async () => {
    const view = await exchange.answer(asked);
    const lines = Array.from({ length: 257 }, (): [string, string] => ["X-A", "1"]);
    expect(await outcomeOf(judge({ ...view, headers: [...lines, ...view.headers] }))).toBe("response_malformed");
  });
});

describe("HSIG-5.2.03: what somebody changed on the way", () => {
  const swap = (view: HttpResponseView, name: string, value: string) => ({
    ...view,
    headers: view.headers.map(([line, old]) => [line, line === name ? value : old] as const),
  });
  it.each<[string, (view: HttpResponseView) => HttpResponseView, string]>([
    ["the status", (view) => ({ ...view, status: 201 }), "signature_invalid"],
    ["the content", (view) => ({ ...view, body: Buffer.from("43") }), "content_digest_mismatch"],
    [
      "content and digest",
      (view) => ({ ...swap(view, "Content-Digest", digestOf("43")), body: Buffer.from("43") }),
      "signature_invalid",
    ],
    ["the content, taken away", ({ status, headers }) => ({ status, headers }), "content_digest_mismatch"],
    ["the digest, taken away", (view) => withLine(view, "Content-Digest", null), "signature_component_invalid"],
    [
      "a second digest",
      (view) => ({ ...view, headers: [...view.headers, ["Content-Digest", "a=1"]] }),
      "signature_invalid",
    ],
    ["the Content-Type", (view) => swap(view, "Content-Type", "text/html"), "signature_invalid"],
    [
      "a second Content-Type",
      (view) => ({ ...view, headers: [...view.headers, ["Content-Type", "text/html"]] }),
      "signature_invalid",
    ],
    [
      "the signature parameters",
      (view) => swap(view, "Signature-Input", lineOf(view, "Signature-Input").replace("expires=", "expires=1")),
      "signature_lifetime_too_long",
    ],
    [
      "the lifetime",
      (view) => swap(view, "Signature-Input", lineOf(view, "Signature-Input").replace(`${NOW + 60}`, `${NOW + 61}`)),
      "signature_invalid",
    ],
    [
      "the signature, taken away",
      (view) => withLine(withLine(view, "Signature", null), "Signature-Input", null),
      "response_signature_required",
    ],
  ])("%s: %#", async (_what, change, code) => {
    expect(await outcomeOf(judge(change(await exchange.answer(asked))))).toBe(code);
  });

  it("a field that is not covered, and nobody sees it: HSIG-6.3.01", async () => {
    expect(await outcomeOf(judge(withLine(await exchange.answer(asked), "Cache-Control", "public")))).toBe("accepted");
  });

  it("content without a digest in a signature that covered none", async () => {
    const view = await exchange.answer(asked, { body: null });
    expect(await outcomeOf(judge({ ...view, body: Buffer.from("planted") }))).toBe("content_digest_missing");
  });
});

it("content that does not come is given up with the signal of the request", async () => {
  const controller = new AbortController();
  const to = await exchange.ask({}, new Request(AUDIENCE, { signal: controller.signal }));
  const { status, headers } = await exchange.answer(to);
  const init = { status, headers: headers.map(([name, value]): [string, string] => [name, value]) };
  const judging = judge(new Response(new ReadableStream(), init), to);
  controller.abort();
  await expect(judging).rejects.toMatchObject({ name: "AbortError" }); // the caller's own reason, as for any fetch
});
