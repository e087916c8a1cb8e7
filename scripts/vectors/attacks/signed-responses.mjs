// @ts-check
import { inBothFamilies } from "../cases.mjs";
import {
  answerAccepted,
  answerRejected,
  makeAnswer,
  makeSigned,
  SERVICE,
  SIGNED_CONTEXT,
  SPEC,
  serviceWit,
} from "../signed.mjs";
import { makeWit } from "../tokens.mjs";
import { bodyOf, exchanged, stripped } from "./on-the-way.mjs";

const invalid = "signature_invalid";
const uncovered = "signature_component_missing";

/** @type {import("../cases.mjs").VectorFile} */
export const signedResponseAttacks = {
  suite: "attacks",
  name: "signed-responses",
  spec: SPEC,
  description: "Signed responses that were changed on the way, belong to another request, or come from somebody else.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    const answer = makeAnswer(family, { body: "two cones" });
    const demanding = { sign: { parameters: { "wimse-sign-response": "" } } };
    return [
      answerAccepted("answered", "a response as it was signed", "HSIG-3.5.08", answer),
      answerRejected(
        "answer-stripped",
        "a response without its signature",
        "HSIG-3.5.05 HSIG-6.4.02",
        "response_signature_required",
        stripped(answer, "Signature", "Signature-Input"),
      ),
      answerRejected("answer-status", "a refusal that was turned into a success", "HSIG-3.12", invalid, {
        ...makeAnswer(family, { status: 403 }),
        status: 200,
      }),
      answerRejected("answer-body", "another content", "HSIG-3.21", "content_digest_mismatch", {
        ...answer,
        body: bodyOf("six cones"),
      }),
      answerRejected("answer-to-method", "the response to a request with another method", "HSIG-3.13", invalid, {
        ...answer,
        request: makeSigned(family, { method: "DELETE", ...demanding }),
      }),
      answerRejected("answer-to-path", "the response to a request for another path", "HSIG-3.14", invalid, {
        ...answer,
        request: makeSigned(family, { target: "/orders/43?x=1", ...demanding }),
      }),
      answerRejected("answer-to-query", "the response to a request with another query", "HSIG-3.15", invalid, {
        ...answer,
        request: makeSigned(family, { target: "/orders/42?x=2", ...demanding }),
      }),
      answerRejected(
        "answer-to-nonce",
        "the response to the same request with another nonce",
        "HSIG-3.4.03 HSIG-3.5.09",
        "signature_request_nonce_mismatch",
        {
          ...answer,
          request: makeSigned(family, { sign: { parameters: { nonce: '"abcd1111"', "wimse-sign-response": "" } } }),
        },
      ),
      answerRejected(
        "answer-of-another",
        "a good response of another workload of the trust domain",
        "CREDS-1.3.02 ID-5.01",
        "response_workload_unexpected",
        makeAnswer(family, { wit: { claims: { sub: "wimse://example.com/mallory" } } }),
      ),
      answerRejected(
        "answer-with-stolen-wit",
        "the WIT of the expected workload under a signature of another",
        "HSIG-3.5.01",
        invalid,
        makeAnswer(family, { wit: serviceWit(family), sign: { key: family.stranger } }),
      ),
      answerRejected(
        "answer-wit-exchanged",
        "another WIT for the same key in the place of the one that was signed",
        "HSIG-3.18",
        invalid,
        exchanged(
          makeAnswer(family, { wit: { claims: { sub: "wimse://example.com/mallory" } } }),
          "Workload-Identity-Token",
          makeWit(family, { claims: { sub: SERVICE, cnf: { jwk: family.neighbour.publicJwk } } }),
        ),
      ),
      answerRejected(
        "request-sent-back",
        "WIT and signature of the request sent back in the response",
        "HSIG-3.29 HSIG-3.4.02",
        ["signature_parameter_missing", uncovered, "signature_component_invalid"],
        {
          ...makeAnswer(family, { wit: null, sign: null, expect: null }),
          headers: makeSigned(family, demanding).headers.filter(([name]) => name !== "Host"),
        },
      ),
    ];
  }),
};
