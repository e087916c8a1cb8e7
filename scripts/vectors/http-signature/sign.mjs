// @ts-check
import { acceptWith, inBothFamilies, makeCase, rejectWith } from "../cases.mjs";
import { makeAnswer, makeSigned, serviceWit, SIGNED_CONTEXT, SPEC, withMore } from "../signed.mjs";
import { AUDIENCE, makeWit, NOW } from "../tokens.mjs";

/** @typedef {import("../cases.mjs").Json} Json */
/** @typedef {import("../cases.mjs").Line} Line */

const RANDOM = "000102030405060708090a0b0c0d0e0f";
const NEW_NONCE = `"${Buffer.from(RANDOM, "hex").toString("base64url")}"`;
const SECURE = "HSIG-5.1.02";
const PLAIN =
  "HSIG-3.01 HSIG-3.02 HSIG-3.03 HSIG-3.11 HSIG-3.22 HSIG-3.23 HSIG-3.24 HSIG-3.25 HSIG-3.26 HSIG-3.27 HSIG-3.30 HSIG-3.31 HSIG-3.32 HSIG-3.37 HSIG-3.1.01 HSIG-3.2.03 HSIG-5.1.04";

/** @type {import("../cases.mjs").VectorFile} */
export const signedMessages = {
  suite: "http-signature",
  name: "signing",
  spec: SPEC,
  description:
    "What client and server sign, and what they refuse to sign. Where the algorithm makes one signature only of the same bytes, the output is given; another order of components and parameters is as good, and is verified instead of compared.",
  context: { ...SIGNED_CONTEXT, runtime: { now: NOW, random: RANDOM } },
  cases: inBothFamilies((family) => {
    const wit = makeWit(family);
    const key = family.agent.privateJwk;
    const exact = family.alg === "Ed25519";
    /** @param {Json} [changes] */
    const request = (changes) => ({
      method: "GET",
      url: `${AUDIENCE}?x=1#top`,
      headers: [],
      wit,
      key,
      options: {},
      ...changes,
    });
    /** The lines that signing adds. @param {import("../signed.mjs").SignedRequestParts} parts @param {string[]} names */
    const linesOf = (parts, names) =>
      makeSigned(family, {
        ...parts,
        wit,
        sign: { ...parts.sign, parameters: { nonce: NEW_NONCE, ...parts.sign?.parameters } },
      })
        .headers.filter(([name]) => names.includes(name.toLowerCase()))
        .map(([name, value]) => [name.toLowerCase(), value])
        .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
    const usual = ["signature", "signature-input", "workload-identity-token"];
    /**
     * @param {string} id @param {string} description @param {string} requirements @param {Json} input
     * @param {import("../signed.mjs").SignedRequestParts} [parts] @param {string[]} [names]
     */
    const signed = (id, description, requirements, input, parts = {}, names = usual) =>
      makeCase(
        "signRequest",
        id,
        description,
        requirements,
        input,
        acceptWith(exact ? { headers: linesOf(parts, names) } : {}),
      );
    /** @param {string} id @param {string} description @param {string} requirements @param {string} code @param {Json} input */
    const refused = (id, description, requirements, code, input) =>
      makeCase("signRequest", id, description, requirements, input, rejectWith(code));
    /** @type {Line[]} */
    const bearer = [["Authorization", "Bearer mF_9.B5f-4.1JqM"]];
    /** @type {Line[]} */
    const text = [["Content-Type", "text/plain"]];
    const body = Buffer.from("two cones").toString("base64");

    const asked = makeSigned(family, { sign: { parameters: { "wimse-sign-response": "" } } });
    const answerWit = serviceWit(family);
    /** @param {Json} [changes] */
    const answer = (changes) => ({
      request: asked,
      status: 200,
      headers: [],
      wit: answerWit,
      key: family.neighbour.privateJwk,
      ...changes,
    });
    /** @param {import("../signed.mjs").AnswerParts} parts @param {string[]} names */
    const answerLines = (parts, names) =>
      makeAnswer(family, {
        ...parts,
        wit: answerWit,
        sign: { components: withMore('"workload-identity-token";req'), parameters: { nonce: NEW_NONCE } },
      })
        .headers.filter(([name]) => names.includes(name))
        .sort(([a], [b]) => names.indexOf(a) - names.indexOf(b));
    /** @param {string} id @param {string} description @param {string} requirements @param {Json} input @param {import("../signed.mjs").AnswerParts} parts @param {string[]} names */
    const signedAnswer = (id, description, requirements, input, parts, names) =>
      makeCase(
        "signResponse",
        id,
        description,
        requirements,
        input,
        acceptWith(exact ? { headers: answerLines(parts, names) } : {}),
      );
    return [
      signed(
        "request",
        "a request: the audience is its target URI without query and fragment",
        `${PLAIN} ${SECURE}`,
        request(),
      ),
      signed("request-without-query", "a request without a query", "HSIG-3.04", request({ url: AUDIENCE }), {
        target: "/orders/42",
      }),
      signed(
        "request-demanding",
        "a request that demands a signed response",
        "HSIG-3.28 HSIG-3.3.01 HSIG-3.3.03",
        request({ options: { requireSignedResponse: true } }),
        { sign: { parameters: { "wimse-sign-response": "" } } },
      ),
      signed(
        "request-with-content",
        "a request with content: its digest is added and covered",
        "HSIG-3.07 HSIG-3.08 HSIG-3.19",
        request({ method: "POST", headers: text, body }),
        { body: "two cones" },
        [...usual, "content-digest"],
      ),
      signed(
        "request-with-bearer",
        "a request with a bearer token, which is covered",
        "HSIG-3.09",
        request({ headers: bearer }),
        { lines: bearer },
      ),
      signed(
        "request-with-token",
        "a request with a token of its own, which is to be covered",
        "HSIG-3.01",
        request({ headers: [["X-User-Token", "user"]], options: { boundTokens: ["x-user-token"] } }),
        { lines: [["X-User-Token", "user"]], sign: { components: withMore('"x-user-token"') } },
      ),
      refused(
        "request-over-http",
        "a request over plain http",
        SECURE,
        "credential_insecure_target",
        request({ url: "http://svc.example.com/orders/42" }),
      ),
      refused(
        "request-too-long",
        "a lifetime of more than minutes",
        "HSIG-3.24 HSIG-5.1.04",
        "configuration_invalid",
        request({ options: { lifetime: 86400 } }),
      ),
      refused(
        "request-expired-wit",
        "a WIT that has expired",
        "HSIG-3.40 CREDS-9.5.03",
        "credential_expired",
        request({ wit: makeWit(family, { claims: { exp: NOW } }) }),
      ),
      refused(
        "request-key-of-another",
        "a key that the WIT does not bind",
        "HSIG-3.1.01 CREDS-5.1.10",
        "credential_key_mismatch",
        request({ key: family.neighbour.privateJwk }),
      ),
      refused(
        "request-wrong-digest",
        "a Content-Digest that is not that of the content",
        "HSIG-3.19",
        "configuration_invalid",
        request({ method: "POST", headers: [...text, ["Content-Digest", "sha-256=:AAEC:"]], body }),
      ),
      signedAnswer(
        "response",
        "a response without content; the WIT of the request is covered, too",
        "HSIG-3.12 HSIG-3.13 HSIG-3.14 HSIG-3.15 HSIG-3.18 HSIG-3.29 HSIG-3.37 HSIG-3.4.03 HSIG-3.5.01 HSIG-3.5.02 HSIG-3.5.03",
        answer(),
        {},
        ["Workload-Identity-Token", "Signature-Input", "Signature"],
      ),
      signedAnswer(
        "response-with-content",
        "a response with content: its digest is added and covered",
        "HSIG-3.16 HSIG-3.17 HSIG-3.19",
        answer({ headers: text, body }),
        { body: "two cones" },
        ["Workload-Identity-Token", "Content-Digest", "Signature-Input", "Signature"],
      ),
      makeCase(
        "signResponse",
        "response-to-unsigned",
        "a response to a request without a nonce it could be tied to",
        "HSIG-3.4.03 HSIG-3.5.03",
        answer({ request: makeSigned(family, { sign: null }) }),
        rejectWith("response_signature_unavailable"),
      ),
      makeCase(
        "signResponse",
        "response-stream",
        "a response that has no end",
        "HSIG-3.5.03",
        answer({ headers: [["Content-Type", "text/event-stream"]], body }),
        rejectWith("response_signature_unavailable"),
      ),
    ];
  }),
};
