// @ts-check
// What the WIMSE profile covers, in its present revision and the one before.

import { baseAccepted } from "../../bases.mjs";
import { es256 } from "../../keys.mjs";
import { ANSWER_NONCE, makeAnswer, makeSigned, NONCE, requestParameters, TAG, usualComponents } from "../../signed.mjs";
import { componentValue, parametersText, quoted } from "../../signatures.mjs";
import { NOW } from "../../tokens.mjs";

/** @typedef {import("../../cases.mjs").Line} Line */
/** @typedef {import("../../signatures.mjs").Message} Message */

const REQUEST = "HSIG-3.01 HSIG-3.02 HSIG-3.03 HSIG-3.11 R9421-2.5.02";
const OLDER_REQUEST = "HSIG-3.01 HSIG-3.11 R9421-2.5.02";
const CONTENT = "HSIG-3.07 HSIG-3.08";
const RESPONSE = "HSIG-3.12 HSIG-3.13 HSIG-3.14 HSIG-3.15 HSIG-3.18 R9421-2.4.01";
const OLDER_RESPONSE = "HSIG-3.12 HSIG-3.13 HSIG-3.18 R9421-2.4.01";
const ANSWER_CONTENT = "HSIG-3.16 HSIG-3.17";
const BODY = "two cones";
const TXN_TOKEN = "eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.eyJ0eG4iOiI5N2I0In0.c2lnbmF0dXJl";

const OF_REQUEST = ['"@method";req', '"@path";req', '"@query";req'];
const OF_OLDER_REQUEST = ['"@method";req', '"@request-target";req'];

/** `@request-target` in the place of path and query. @param {string[]} components */
const older = (components) =>
  components.filter((one) => one !== '"@query"').map((one) => (one === '"@path"' ? '"@request-target"' : one));

/** What is covered, with its values. @param {string[]} components @param {Message} message @param {Message} [request] */
const linesOf = (components, message, request) =>
  components.map((one) => /** @type {const} */ ([one, componentValue(one, message, request)]));

/** @param {import("../../signed.mjs").SignedRequestParts} [parts] */
const unsigned = (parts) => makeSigned(es256, { ...parts, sign: null });

/**
 * The base of a request.
 *
 * @param {string} id @param {string} description @param {string} requirements
 * @param {import("../../signed.mjs").SignedRequestParts} [parts]
 * @param {(components: string[]) => string[]} [covered]
 * @param {import("../../signatures.mjs").Parameters} [parameters]
 */
function ofRequest(id, description, requirements, parts, covered = (components) => components, parameters = {}) {
  const message = unsigned(parts);
  const lines = linesOf(covered(usualComponents(message.headers)), message);
  return baseAccepted(id, description, requirements, message, lines, {
    parameters: parametersText(requestParameters(parameters)),
  });
}

const ASKED = unsigned();
const ANSWER_PARAMETERS = parametersText({
  created: String(NOW),
  expires: String(NOW + 60),
  nonce: quoted(ANSWER_NONCE),
  tag: quoted(TAG),
  "wimse-req-nonce": quoted(NONCE),
});

/**
 * The base of a response.
 *
 * @param {string} id @param {string} description @param {string} requirements
 * @param {string[]} components
 * @param {import("../../signed.mjs").AnswerParts} [parts]
 */
function ofResponse(id, description, requirements, components, parts) {
  const { status, headers, body } = makeAnswer(es256, { ...parts, request: ASKED, sign: null });
  const message = { status, headers, ...(body !== undefined && { body }) };
  const lines = linesOf(components, message, ASKED);
  return baseAccepted(id, description, requirements, message, lines, {
    request: ASKED,
    parameters: ANSWER_PARAMETERS,
  });
}

const OWN = ['"@status"', '"workload-identity-token"'];
const OWN_CONTENT = ['"content-type"', '"content-digest"'];
/** @type {Line[]} */
const TOKENS = [
  ["Authorization", "Bearer mF_9.B5f-4.1JqM"],
  ["Txn-Token", TXN_TOKEN],
];

export const profileBases = [
  ofRequest("profile-request", "a request without content", REQUEST),
  ofRequest("profile-request-content", "a request with content", `${REQUEST} ${CONTENT}`, { body: BODY }),
  ofRequest("profile-request-no-query", "a request without a query", "HSIG-3.04 R9421-2.2.7.01", {
    target: "/orders/42",
  }),
  ofRequest("profile-request-tokens", "a request with further tokens", "HSIG-3.09 HSIG-3.10", { lines: TOKENS }),
  ofRequest(
    "profile-request-demanding",
    "a request that demands a signed response: the parameter has no value",
    "HSIG-3.3.01 R9421-2.3.03",
    {},
    undefined,
    { "wimse-sign-response": "" },
  ),
  ofRequest("profile-06-request", "a request of revision 06", OLDER_REQUEST, {}, older),
  ofRequest(
    "profile-06-request-content",
    "a request of revision 06 with content",
    `${OLDER_REQUEST} ${CONTENT}`,
    { body: BODY },
    older,
  ),
  ofResponse("profile-response", "a response without content", RESPONSE, [...OWN, ...OF_REQUEST]),
  ofResponse(
    "profile-response-content",
    "a response with content",
    `${RESPONSE} ${ANSWER_CONTENT}`,
    [...OWN, ...OWN_CONTENT, ...OF_REQUEST],
    { body: BODY },
  ),
  ofResponse(
    "profile-response-error",
    "an error response, which covers the WIT of its request, too",
    "HSIG-3.12 HSIG-3.18 R9421-2.4.01 R9421-2.4.03",
    [...OWN, ...OWN_CONTENT, ...OF_REQUEST, '"workload-identity-token";req'],
    { status: 403, body: BODY },
  ),
  ofResponse("profile-06-response", "a response of revision 06", OLDER_RESPONSE, [...OWN, ...OF_OLDER_REQUEST]),
  ofResponse(
    "profile-06-response-content",
    "a response of revision 06 with content",
    `${OLDER_RESPONSE} ${ANSWER_CONTENT}`,
    [...OWN, ...OWN_CONTENT, ...OF_OLDER_REQUEST],
    { body: BODY },
  ),
];
