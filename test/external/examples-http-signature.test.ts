import { describe, expect, it } from "vitest";
import { utf8Bytes } from "../../src/base/bytes.js";
import { createSigner } from "../../src/crypto/signer.js";
import type { ExpectedAnswer } from "../../src/exchange/signed-request.js";
import type { ReceivedAnswer } from "../../src/exchange/verify-response.js";
import { type ProfileRevision, requestCoverage, responseCoverage } from "../../src/httpsig/profile.js";
import { buildSignatureBase, createMessageSignature, parseSignatures, verifyContentDigest } from "../../src/httpsig.js";
import {
  createVerifier,
  exactly,
  type HttpRequestView,
  type OlderFormat,
  type VerifyPolicy,
  type WorkloadMatcher,
} from "../../src/index.js";
import { fixedRuntime } from "../../src/testing.js";
import { outcomeOf } from "../support/wpt-fixtures.js";
import {
  askedBy,
  EVERYONE,
  type Exchange,
  judge,
  originOf,
  policyOf,
  present,
  requestOf,
  responseOf,
  signedExchanges,
  trustIn,
  unsigned,
} from "./signed-examples.js";

interface Outcomes {
  /** Of the request, where the recipient accepts revision 07 alone. */
  readonly present: string;
  /** Of the request, where it accepts revision 06 too. */
  readonly withOlder: string;
  /** Of the response, in the revision of its request. */
  readonly response?: string;
}

/** What is made of each of the examples, as they are. */
const OUTCOMES: Readonly<Record<string, Outcomes>> = {
  "http-signature-07 #1": { present: "accepted", withOlder: "accepted", response: "accepted" },
  "http-signature-07 #2": { present: "accepted", withOlder: "accepted", response: "accepted" },
  "http-signature-06": older("accepted", "accepted"),

  // the form of revision 07 already; EdDSA, the older name of its algorithm, is understood
  "http-signature-07-pre-0506d58e": { present: "accepted", withOlder: "accepted", response: "accepted" },
  // nothing tells these two requests from one of revision 06; the response of 03 has no wimse-req-nonce
  "http-signature-05": older("accepted", "accepted"),
  "http-signature-03": older("accepted", "signature_parameter_missing"),
  // no wimse-aud, which a field Wimse-Audience does not replace
  "http-signature-02": older("signature_parameter_missing", "signature_parameter_missing"),
  "http-signature-00": older("signature_parameter_missing", "signature_parameter_missing"),
  "s2s-07-sigs #2": older("signature_parameter_missing", "signature_parameter_missing"),
  // wimse-id+jwt
  "s2s-07-sigs #1": older("wit_type_mismatch", "wit_type_mismatch"),
  "branch-thin-sigs-2025": older("wit_type_mismatch"),
  // a placeholder in place of the WIT
  "s2s-03-sigs": older("wit_malformed", "wit_malformed"),
  // the tag wimse-service-to-service: no signature of the profile is there
  "s2s-00-sigs": {
    present: "proof_missing",
    withOlder: "proof_missing",
    response: "response_signature_required",
  },
};

/** `@request-target` in place of path and query. */
function older(withOlder: string, response?: string): Outcomes {
  return { present: "signature_revision_unsupported", withOlder, ...(response !== undefined && { response }) };
}

/** Up to revision 04 the field has the digest of nothing at all, whatever the content is. */
const DIGEST_OF_NOTHING = [
  "http-signature-03",
  "http-signature-02",
  "http-signature-00",
  "s2s-07-sigs #1",
  "s2s-07-sigs #2",
  "s2s-03-sigs",
  "s2s-00-sigs",
];

/** The revision of those that are accepted in full. */
const REVISIONS: Readonly<Record<string, ProfileRevision>> = {
  "http-signature-07 #1": "http-signature-07",
  "http-signature-07 #2": "http-signature-07",
  "http-signature-06": "http-signature-06",
};

const STRANGER = exactly("wimse://example.com/svcX");

it("the examples are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

describe.runIf(present)("the signed examples of the drafts", () => {
  const all = signedExchanges();
  const answered = all.filter(([, { response }]) => response !== null);

  it("none is missing here, and none is here that is not there", () => {
    expect(all.map(([name]) => name).sort()).toEqual(Object.keys(OUTCOMES).sort());
    const withResponse = Object.entries(OUTCOMES).filter(([, { response }]) => response !== undefined);
    expect(answered.map(([name]) => name).sort()).toEqual(withResponse.map(([name]) => name).sort());
  });

  it.each(all)("%s: the request", async (name, exchange) => {
    const outcomeWith = (compat: OlderFormat[]): Promise<string> =>
      outcomeOf(createVerifier(policyOf(exchange, { compat })).verify(requestOf(exchange)));
    const { present: alone, withOlder } = OUTCOMES[name] ?? {};
    expect([await outcomeWith([]), await outcomeWith(["http-signature-06"])]).toEqual([alone, withOlder]);
  });

  it.each(answered)("%s: the response", async (name, exchange) => {
    expect(await outcomeOf(judge(exchange))).toBe(OUTCOMES[name]?.response);
  });

  it.each(all)("%s: the signature bases are those that were published", (_name, exchange) => {
    const request = requestOf(exchange);
    expect(basesOf(request)).toEqual(publishedBases(exchange.request));
    if (exchange.response === null) return;
    expect(basesOf(responseOf(exchange), { request })).toEqual(publishedBases(exchange.response));
  });

  it.each(answered)(
    "%s: the digest of the response is that of its content, except in old ones",
    async (name, exchange) => {
      const { headers, body = new Uint8Array() } = responseOf(exchange);
      const field = new Map(headers).get("Content-Digest") ?? "";
      const code = DIGEST_OF_NOTHING.includes(name) ? "content_digest_mismatch" : "accepted";
      expect(await outcomeOf(verifyContentDigest(field, body))).toBe(code);
    },
  );

  describe.each(all.filter(([name]) => REVISIONS[name] !== undefined))("%s", (name, exchange) => {
    const request = requestOf(exchange);
    const response = responseOf(exchange);
    const revision = REVISIONS[name] ?? "http-signature-07";
    const { suggestedClock } = exchange.validityWindow;

    it("tells who asked whom for what, and who answered", async () => {
      const { workload, proof, body, responseSignatureRequired } = await createVerifier(policyOf(exchange)).verify(
        request,
      );
      expect(workload.id.uri).toBe(exchange.request.wit.claims?.sub);
      const audience = originOf(request) + request.target.replace(/\?.*/, "");
      expect(proof).toMatchObject({ type: "http-signature", revision, audience });
      expect(responseSignatureRequired).toBe(true);
      const { body: sent } = exchange.request.message;
      expect(body).toEqual(sent === "" ? undefined : utf8Bytes(sent));
      expect(await judge(exchange)).toBe(exchange.response?.wit.claims?.sub);
    });

    it("HSIG-5.1.03: is accepted once", async () => {
      const verifier = createVerifier(policyOf(exchange));
      expect(await outcomeOf(verifier.verify(request))).toBe("accepted");
      expect(await outcomeOf(verifier.verify(request))).toBe("signature_replayed");
    });

    const otherQuery: HttpRequestView = { ...request, target: `${request.target.replace(/\?.*/, "")}?more=1` };
    const otherNonce: HttpRequestView = {
      ...request,
      headers: request.headers.map(([field, value]) => [field, value.replace(/nonce="abcd/, 'nonce="efgh')]),
    };
    const again = request.headers.filter(([field]) => field.startsWith("Signature"));
    const relabelled = again.map(([field, value]) => [field, value.replace(/^\w+=/, "again=")] as const);
    const twice: HttpRequestView = { ...request, headers: [...request.headers, ...relabelled] };
    const hasDigest = request.headers.some(([field]) => field === "Content-Digest");
    const digestFault = hasDigest ? "content_digest_mismatch" : "content_digest_missing";

    it.each<[string, HttpRequestView, Partial<VerifyPolicy>, string]>([
      ["another method", { ...request, method: "PUT" }, {}, "signature_invalid"],
      ["another query", otherQuery, {}, "signature_invalid"],
      ["another nonce", otherNonce, {}, "signature_invalid"],
      ["other content", { ...request, body: utf8Bytes("other") }, {}, digestFault],
      ["another audience", request, { audience: "https://svca.example.com/" }, "signature_audience_mismatch"],
      ["a later time", request, { runtime: fixedRuntime(suggestedClock + 3600) }, "wit_expired"],
      ["an earlier time", request, { runtime: fixedRuntime(suggestedClock - 60) }, "signature_not_yet_valid"],
      ["another WIT", request, { trust: trustIn([]) }, "wit_signature_invalid"],
      ["another sender", request, { allow: STRANGER }, "workload_not_authorized"],
      ["no signature", unsigned(request), {}, "proof_missing"],
      ["two signatures", twice, {}, "signature_multiple"],
    ])("the request is refused for %s", async (_what, view, changes, code) => {
      expect(await outcomeOf(createVerifier(policyOf(exchange, changes)).verify(view))).toBe(code);
    });

    const expected = askedBy(request);
    const otherRevision: ProfileRevision = revision === "http-signature-07" ? "http-signature-06" : "http-signature-07";
    const askedInOther = {
      ...expected,
      asked: expected.asked && { ...expected.asked, revision: otherRevision },
    } as const;
    it.each<[string, ReceivedAnswer, ExpectedAnswer, WorkloadMatcher, number, string]>([
      ["another status", { ...response, status: 200 }, expected, EVERYONE, 0, "signature_invalid"],
      ["another request", response, askedBy(otherQuery), EVERYONE, 0, "signature_invalid"],
      ["another nonce", response, askedBy(otherNonce), EVERYONE, 0, "signature_request_nonce_mismatch"],
      ["no nonce", response, { ...expected, asked: undefined }, EVERYONE, 0, "signature_request_nonce_mismatch"],
      ["another revision", response, askedInOther, EVERYONE, 0, "signature_component_missing"],
      ["other content", { ...response, body: utf8Bytes("x") }, expected, EVERYONE, 0, "content_digest_mismatch"],
      ["another workload", response, expected, STRANGER, 0, "response_workload_unexpected"],
      ["a later time", response, expected, EVERYONE, 3600, "wit_expired"],
      ["an earlier time", response, expected, EVERYONE, -60, "signature_not_yet_valid"],
      ["no signature", unsigned(response), expected, EVERYONE, 0, "response_signature_required"],
    ])("the response is refused for %s", async (_what, answer, asked, who, later, code) => {
      expect(await outcomeOf(judge(exchange, answer, asked, who, later))).toBe(code);
    });

    it("HSIG-3.5.06: a response without signature is nobody's, where none was demanded", async () => {
      const notRequired = { ...expected, responseSignatureRequired: false };
      expect(await judge(exchange, unsigned(response), notRequired)).toBeUndefined();
    });

    it("covers what is covered here, in the same order", () => {
      const emitted = [requestCoverage(request.headers, revision), responseCoverage(response.headers, revision)];
      const published = [request, response].map((message) => parseSignatures(message)[0]?.components);
      expect(published.map((components) => components?.map(({ identifier }) => identifier))).toEqual(
        emitted.map((coverage) => coverage.map((covered) => `"${covered.name}"${covered.req ? ";req" : ""}`)),
      );
    });

    it.each([
      ["request", request, exchange.callerKey, {}],
      ["response", response, exchange.calleeKey, { request }],
    ] as const)("the published key signs the %s again", async (_what, message, key, context) => {
      const [signature] = parseSignatures(message);
      if (key === null || signature === undefined) throw new Error("an example without key or signature");
      const { label, components, parameters } = signature;
      const options = { label, components, parameters, signer: await createSigner(key), ...context };
      const fields = await createMessageSignature(unsigned(message), options);
      const sent = new Map(message.headers);
      expect(fields.signatureInput).toBe(sent.get("Signature-Input"));
      // an ECDSA signature is another one each time
      if (key.kty === "OKP") expect(fields.signature).toBe(sent.get("Signature"));
    });
  });
});

function basesOf(
  message: Parameters<typeof parseSignatures>[0],
  context: { request?: HttpRequestView } = {},
): string[] {
  return parseSignatures(message).map(({ components, parameters }) =>
    buildSignatureBase(message, components, parameters, context),
  );
}

function publishedBases({ signatures }: Pick<Exchange["request"], "signatures">): string[] {
  return signatures.map(({ signatureBase }) => signatureBase);
}
