// @ts-check
import { inBothFamilies } from "../cases.mjs";
import {
  inPlaceOf,
  makeSigned,
  SIGNED_CONTEXT,
  SPEC,
  signedAccepted,
  signedRejected,
  withMore,
  without,
} from "../signed.mjs";

/** @typedef {import("../cases.mjs").Line} Line */
/** @typedef {[id: string, requirements: string, component: string, parts: import("../signed.mjs").SignedRequestParts]} Row */

const TXN_TOKEN = "eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.eyJ0eG4iOiI5N2I0In0.c2lnbmF0dXJl";
const CONTENT = { body: "two cones" };
const BEARER = { lines: [/** @type {Line} */ (["Authorization", "Bearer mF_9.B5f-4.1JqM"])] };

/** What has to be covered. @type {Row[]} */
const REQUIRED = [
  ["method", "HSIG-3.01", '"@method"', {}],
  ["path", "HSIG-3.02", '"@path"', {}],
  ["query", "HSIG-3.03", '"@query"', {}],
  ["wit", "HSIG-3.11", '"workload-identity-token"', {}],
  ["content-type", "HSIG-3.07", '"content-type"', CONTENT],
  ["content-digest", "HSIG-3.08", '"content-digest"', CONTENT],
  ["authorization", "HSIG-3.09", '"authorization"', BEARER],
  ["txn-token", "HSIG-3.10", '"txn-token"', { lines: [["Txn-Token", TXN_TOKEN]] }],
];

const COVERED = "signature_component_missing";

/** @type {import("../cases.mjs").VectorFile} */
export const signedCoverage = {
  suite: "http-signature",
  name: "coverage",
  spec: SPEC,
  description:
    "What the signature of a request has to cover. Where something is not covered, or another form of it, everything else is in order, and the signature is good.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => [
    ...REQUIRED.map(([id, requirements, component, parts]) =>
      signedRejected(
        `${id}-missing`,
        `a signature that does not cover ${component}`,
        requirements,
        COVERED,
        makeSigned(family, { ...parts, sign: { components: without(component) } }),
      ),
    ),
    signedRejected(
      "query-missing-without-query",
      "no @query for a request without a query",
      "HSIG-3.04 HSIG-3.03",
      COVERED,
      makeSigned(family, { target: "/orders/42", sign: { components: without('"@query"') } }),
    ),
    signedRejected(
      "query-signed-as-nothing",
      "the query of a request without one is signed as nothing in the place of ?",
      "HSIG-3.04",
      "signature_invalid",
      makeSigned(family, { target: "/orders/42", sign: { values: { '"@query"': "" } } }),
    ),
    signedRejected(
      "query-signed-without-mark",
      "the query is signed without its question mark",
      "HSIG-3.03",
      "signature_invalid",
      makeSigned(family, { sign: { values: { '"@query"': "x=1" } } }),
    ),
    signedRejected(
      "nothing-covered",
      "a signature that covers its parameters only",
      "HSIG-3.01",
      COVERED,
      makeSigned(family, { sign: { components: () => [] } }),
    ),
    signedRejected(
      "empty-authorization-missing",
      "an empty Authorization is one",
      "HSIG-3.09",
      COVERED,
      makeSigned(family, { lines: [["Authorization", ""]], sign: { components: without('"authorization"') } }),
    ),
    signedRejected(
      "target-uri-in-place",
      "@target-uri in the place of path and query",
      "HSIG-3.02",
      COVERED,
      makeSigned(family, {
        sign: { components: (usual) => without('"@query"')(inPlaceOf('"@path"', '"@target-uri"')(usual)) },
      }),
    ),
    signedRejected(
      "query-param-in-place",
      "the one query parameter in the place of the query",
      "HSIG-3.03",
      COVERED,
      makeSigned(family, {
        sign: {
          components: inPlaceOf('"@query"', '"@query-param";name="x"'),
          values: { '"@query-param";name="x"': "1" },
        },
      }),
    ),
    signedRejected(
      "digest-member-in-place",
      "a member of Content-Digest in the place of the field",
      "HSIG-3.08",
      COVERED,
      makeSigned(family, {
        ...CONTENT,
        sign: { components: inPlaceOf('"content-digest"', '"content-digest";key="sha-256"') },
      }),
    ),
    signedRejected(
      "digest-sf-in-place",
      "Content-Digest with sf",
      "HSIG-3.08",
      COVERED,
      makeSigned(family, {
        ...CONTENT,
        sign: { components: inPlaceOf('"content-digest"', '"content-digest";sf') },
      }),
    ),
    signedRejected(
      "wit-bs-in-place",
      "the WIT with bs",
      "HSIG-3.11",
      COVERED,
      makeSigned(family, {
        sign: { components: inPlaceOf('"workload-identity-token"', '"workload-identity-token";bs') },
      }),
    ),
    signedRejected(
      "authorization-bs-in-place",
      "Authorization with bs",
      "HSIG-3.09",
      COVERED,
      makeSigned(family, {
        ...BEARER,
        sign: { components: inPlaceOf('"authorization"', '"authorization";bs') },
      }),
    ),
    signedRejected(
      "method-req-in-place",
      "@method with req, which a request does not have",
      "HSIG-3.01",
      [COVERED, "signature_component_invalid"],
      makeSigned(family, { sign: { components: inPlaceOf('"@method"', '"@method";req') } }),
    ),
    signedRejected(
      "wit-req-in-place",
      "the WIT with req",
      "HSIG-3.11",
      [COVERED, "signature_component_invalid"],
      makeSigned(family, {
        sign: { components: inPlaceOf('"workload-identity-token"', '"workload-identity-token";req') },
      }),
    ),
    signedRejected(
      "wit-trailer-in-place",
      "the WIT with tr, as if it were in the trailers",
      "HSIG-3.11",
      [COVERED, "signature_component_invalid"],
      makeSigned(family, {
        sign: { components: inPlaceOf('"workload-identity-token"', '"workload-identity-token";tr') },
      }),
    ),
    signedRejected(
      "req-beside",
      "@method with req beside the one without",
      "HSIG-3.01 R9421-2.4.05",
      "signature_component_invalid",
      makeSigned(family, { sign: { components: withMore('"@method";req') } }),
    ),
    signedRejected(
      "unknown-derived",
      "a derived component that does not exist",
      "HSIG-3.01 R9421-2.5.03",
      ["signature_component_unsupported", "signature_component_invalid"],
      makeSigned(family, { sign: { components: withMore('"@everything"'), values: { '"@everything"': "" } } }),
    ),
    signedRejected(
      "unknown-component-parameter",
      "a parameter of a component that does not exist",
      "HSIG-3.01 R9421-2.5.03",
      ["signature_component_unsupported", "signature_component_invalid"],
      makeSigned(family, { sign: { components: withMore('"host";lower') } }),
    ),
    signedRejected(
      "status-in-request",
      "@status in a request",
      "HSIG-3.01 R9421-2.2.9.01",
      "signature_component_invalid",
      makeSigned(family, { sign: { components: withMore('"@status"'), values: { '"@status"': "200" } } }),
    ),
    signedRejected(
      "signature-params-covered",
      "@signature-params among what is covered",
      "HSIG-3.01 R9421-2.3.01",
      "signature_component_invalid",
      makeSigned(family, { sign: { components: withMore('"@signature-params"') } }),
    ),
    signedRejected(
      "component-twice",
      "a component that is covered twice",
      "HSIG-3.01 R9421-2.02",
      "signature_component_invalid",
      makeSigned(family, { sign: { components: withMore('"@method"') } }),
    ),
    signedRejected(
      "component-in-capitals",
      "a field name in capitals",
      "HSIG-3.01 R9421-2.1.01",
      ["signature_component_invalid", COVERED],
      makeSigned(family, { sign: { components: withMore('"Host"') } }),
    ),
    signedRejected(
      "absent-field",
      "a field that is covered and not there",
      "HSIG-3.01 R9421-2.5.03",
      "signature_component_invalid",
      makeSigned(family, { sign: { components: withMore('"x-note"') } }),
    ),
    signedAccepted(
      "empty-field",
      "a field that is covered and empty",
      "HSIG-3.01",
      makeSigned(family, { lines: [["X-Note", ""]], sign: { components: withMore('"x-note"') } }),
    ),
    signedAccepted(
      "field-of-two-lines",
      "a field of two lines is covered as one value",
      "HSIG-3.01",
      makeSigned(family, {
        lines: [
          ["X-Note", " a "],
          ["x-note", "b"],
        ],
        sign: { components: withMore('"x-note"') },
      }),
    ),
    signedRejected(
      "authority-changed",
      "@authority is covered, and a proxy changed Host",
      "HSIG-3.06",
      "signature_invalid",
      makeSigned(family, {
        host: "10.0.0.7:8443",
        sign: { components: withMore('"@authority"'), values: { '"@authority"': "svc.example.com" } },
      }),
    ),
  ]),
};
