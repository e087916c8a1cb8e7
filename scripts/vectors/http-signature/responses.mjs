// @ts-check
import { inBothFamilies } from "../cases.mjs";
import {
  answerAccepted,
  answerRejected,
  digestOf,
  inPlaceOf,
  makeAnswer,
  makeSigned,
  SERVICE,
  SIGNED_CONTEXT,
  SPEC,
  withMore,
  without,
} from "../signed.mjs";

/** @typedef {[id: string, requirements: string, component: string]} Row */

/** What has to be covered. @type {Row[]} */
const REQUIRED = [
  ["status", "HSIG-3.12", '"@status"'],
  ["method", "HSIG-3.13", '"@method";req'],
  ["path", "HSIG-3.14", '"@path";req'],
  ["query", "HSIG-3.15", '"@query";req'],
  ["content-type", "HSIG-3.16", '"content-type"'],
  ["content-digest", "HSIG-3.17", '"content-digest"'],
  ["wit", "HSIG-3.18", '"workload-identity-token"'],
];

const PLAIN =
  "HSIG-3.12 HSIG-3.13 HSIG-3.14 HSIG-3.15 HSIG-3.18 HSIG-3.22 HSIG-3.23 HSIG-3.25 HSIG-3.26 HSIG-3.29 HSIG-3.30 HSIG-3.31 HSIG-3.41 HSIG-3.4.01 HSIG-3.4.02 HSIG-3.4.03 HSIG-3.5.01 HSIG-3.5.02 HSIG-3.5.05 HSIG-3.5.08 HSIG-3.5.09 HSIG-6.4.02 HSIG-7.1.01";
const MISSING = "signature_component_missing";

/** @type {import("../cases.mjs").VectorFile} */
export const answers = {
  suite: "http-signature",
  name: "responses",
  spec: SPEC,
  description:
    "Responses as the client of a signed request gets them: what their signatures cover, and who they are expected from. The WIT of the request may be covered, too.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    const content = { body: "two cones" };
    const requestWit = withMore('"workload-identity-token";req');
    /** @param {string} target */
    const asked = (target) => makeSigned(family, { target, sign: { parameters: { "wimse-sign-response": "" } } });
    /** @param {import("../signed.mjs").AnswerParts} parts @param {(usual: string[]) => string[]} components */
    const covering = (parts, components) => makeAnswer(family, { ...parts, sign: { components } });
    const posted = makeSigned(family, { method: "POST", sign: { parameters: { "wimse-sign-response": "" } } });
    const head = makeSigned(family, { method: "HEAD", sign: { parameters: { "wimse-sign-response": "" } } });
    const expected = "CREDS-1.3.02 ID-5.01 ID-5.02";
    const tampered = makeAnswer(family, content);
    return [
      answerAccepted("plain", "a response without content", PLAIN, makeAnswer(family)),
      answerAccepted(
        "request-wit",
        "the same, and the WIT of the request is covered, too",
        PLAIN,
        covering({}, requestWit),
      ),
      answerAccepted(
        "content",
        "a response with content",
        "HSIG-3.16 HSIG-3.17 HSIG-3.19 HSIG-3.20 HSIG-3.21",
        makeAnswer(family, content),
      ),
      answerAccepted(
        "content-request-wit",
        "the same, and the WIT of the request is covered, too",
        "HSIG-3.16 HSIG-3.17 HSIG-3.19 HSIG-3.20 HSIG-3.21",
        covering(content, requestWit),
      ),
      answerAccepted("error", "a signed error", "HSIG-3.12", makeAnswer(family, { ...content, status: 404 })),
      answerAccepted(
        "no-query",
        "the response to a request without a query",
        "HSIG-3.15 HSIG-3.04",
        makeAnswer(family, { request: asked("/orders/42") }),
      ),
      answerAccepted("to-post", "the response to a POST", "HSIG-3.13", makeAnswer(family, { request: posted })),
      answerAccepted(
        "more-components",
        "more components than have to be covered",
        "HSIG-3.12",
        makeAnswer(family, {
          lines: [["Cache-Control", "no-store"]],
          sign: { components: withMore('"cache-control"', '"@authority";req', '"@target-uri";req') },
        }),
      ),
      answerAccepted(
        "content-type-alone",
        "a Content-Type without content",
        "HSIG-3.16",
        makeAnswer(family, { type: "text/plain" }),
      ),
      answerAccepted(
        "to-head",
        "the response to HEAD, with the digest of content that is not sent",
        "HSIG-3.17 HSIG-3.20",
        makeAnswer(family, { request: head, digest: digestOf("two cones") }),
      ),
      answerRejected(
        "to-head-with-other-content",
        "the same with content all the same, another than that of the digest",
        "HSIG-3.20 HSIG-3.21",
        ["content_digest_mismatch", "response_malformed"],
        makeAnswer(family, { request: head, digest: digestOf("two cones"), body: "six cones" }),
      ),
      answerAccepted(
        "not-modified",
        "a 304, with the digest of content that is not sent",
        "HSIG-3.17 HSIG-3.20",
        makeAnswer(family, { status: 304, digest: digestOf("two cones") }),
      ),
      answerRejected(
        "not-modified-with-other-content",
        "the same with content all the same, another than that of the digest",
        "HSIG-3.20 HSIG-3.21",
        ["content_digest_mismatch", "response_malformed"],
        makeAnswer(family, { status: 304, digest: digestOf("two cones"), body: "six cones" }),
      ),
      ...REQUIRED.map(([id, requirements, component]) =>
        answerRejected(
          `${id}-missing`,
          `a signature that does not cover ${component}`,
          requirements,
          MISSING,
          covering(content, without(component)),
        ),
      ),
      answerRejected(
        "query-missing-without-query",
        "no @query for the request without a query",
        "HSIG-3.15 HSIG-3.04",
        MISSING,
        makeAnswer(family, { request: asked("/orders/42"), sign: { components: without('"@query";req') } }),
      ),
      answerRejected(
        "digest-of-request",
        "the Content-Digest of the request in the place of the response's",
        "HSIG-3.17",
        MISSING,
        makeAnswer(family, {
          ...content,
          request: makeSigned(family, { body: "two cones" }),
          required: false,
          sign: { components: inPlaceOf('"content-digest"', '"content-digest";req') },
        }),
      ),
      answerRejected(
        "wit-of-request",
        "the WIT of the request in the place of the response's",
        "HSIG-3.18",
        MISSING,
        covering({}, inPlaceOf('"workload-identity-token"', '"workload-identity-token";req')),
      ),
      answerRejected(
        "wit-bs-in-place",
        "the WIT with bs",
        "HSIG-3.18",
        MISSING,
        covering({}, inPlaceOf('"workload-identity-token"', '"workload-identity-token";bs')),
      ),
      answerRejected(
        "digest-sf-in-place",
        "Content-Digest with sf",
        "HSIG-3.17",
        MISSING,
        covering(content, inPlaceOf('"content-digest"', '"content-digest";sf')),
      ),
      answerRejected(
        "method-without-req",
        "@method without req, which a response does not have",
        "HSIG-3.13",
        [MISSING, "signature_component_invalid"],
        makeAnswer(family, {
          sign: { components: inPlaceOf('"@method";req', '"@method"'), values: { '"@method"': "GET" } },
        }),
      ),
      answerRejected(
        "status-of-request",
        "@status with req, which a request does not have",
        "HSIG-3.12",
        [MISSING, "signature_component_invalid"],
        covering({}, inPlaceOf('"@status"', '"@status";req')),
      ),
      answerRejected(
        "wit-not-there",
        "no WIT under a signature",
        "HSIG-3.18 HSIG-3.41",
        "wit_missing",
        makeAnswer(family, { wit: null }),
      ),
      answerRejected(
        "status-changed",
        "a status that was changed on the way",
        "HSIG-3.12 HSIG-3.5.08",
        "signature_invalid",
        { ...makeAnswer(family), status: 201 },
      ),
      answerRejected(
        "content-missing-digest",
        "content without a digest",
        "HSIG-3.19",
        "content_digest_missing",
        makeAnswer(family, { ...content, digest: null }),
      ),
      answerRejected(
        "content-exchanged",
        "content that was exchanged",
        "HSIG-3.20 HSIG-3.21",
        "content_digest_mismatch",
        { ...tampered, body: Buffer.from("six cones").toString("base64") },
      ),
      answerRejected(
        "content-and-digest-exchanged",
        "content that was exchanged with its digest",
        "HSIG-3.17",
        "signature_invalid",
        {
          ...tampered,
          headers: tampered.headers.map(([name, value]) => [
            name,
            name === "Content-Digest" ? digestOf("six cones") : value,
          ]),
          body: Buffer.from("six cones").toString("base64"),
        },
      ),
      answerRejected(
        "digest-outdated",
        "a digest with an outdated algorithm only",
        "HSIG-3.20",
        "content_digest_unsupported",
        makeAnswer(family, { ...content, digest: digestOf("two cones", "sha") }),
      ),

      answerAccepted("expected", "of the workload that is expected", expected, makeAnswer(family, { expect: SERVICE })),
      answerAccepted(
        "anybody",
        "where nobody in particular is expected",
        "ID-5.02",
        makeAnswer(family, { expect: null }),
      ),
      answerRejected(
        "unexpected",
        "of another workload of the trust domain than is expected",
        expected,
        "response_workload_unexpected",
        makeAnswer(family, { expect: "wimse://example.com/orders" }),
      ),
      answerRejected(
        "unexpected-below",
        "of a workload below the one that is expected",
        expected,
        "response_workload_unexpected",
        makeAnswer(family, { wit: { claims: { sub: `${SERVICE}/staging` } } }),
      ),
    ];
  }),
};
