// @ts-check
import { acceptWith, inBothFamilies, makeCase, rejectWith, REQUEST_CONTEXT } from "../cases.mjs";
import { AUDIENCE, hashOf, makeWit, makeWpt, NOW } from "../tokens.mjs";

/** @typedef {import("../cases.mjs").Json} Json */
/** @typedef {import("../cases.mjs").Line} Line */

const RANDOM = "000102030405060708090a0b0c0d0e0f";
const URL = `${AUDIENCE}?x=1#top`;
const TXN_TOKEN = "eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.eyJ0eG4iOiI5N2I0In0.c2lnbmF0dXJl";
const SECURE = "WPT-3.1.1.01 CREDS-9.6.01 WITSVID-7.3.01";

/** @type {import("../cases.mjs").VectorFile} */
export const signing = {
  suite: "wpt",
  name: "signing",
  spec: "draft-ietf-wimse-wpt-02",
  description:
    "What a workload signs, and what it refuses to sign. Where the algorithm makes one signature only of the same bytes, the output is given; another order of members is as good, and is verified instead of compared.",
  context: {
    ...REQUEST_CONTEXT,
    policy: { ...REQUEST_CONTEXT.policy, understoodTokens: ["x-user-token"] },
    runtime: { now: NOW, random: RANDOM },
  },
  cases: inBothFamilies((family) => {
    const wit = makeWit(family);
    const key = family.agent.privateJwk;
    const exact = family.alg === "Ed25519";
    /** @param {Json} claims */
    const wptWith = (claims) =>
      makeWpt(family, { claims: { jti: Buffer.from(RANDOM, "hex").toString("base64url"), ...claims } });
    /** @param {Json} [changes] */
    const input = ({ request, ...changes } = {}) => ({
      request: { audience: AUDIENCE, .../** @type {Json} */ (request) },
      wit,
      key,
      options: {},
      ...changes,
    });
    /** @param {string} id @param {string} description @param {string} requirements @param {Json} input @param {Json} [claims] */
    const signed = (id, description, requirements, input, claims = {}) =>
      makeCase("signWpt", id, description, requirements, input, acceptWith(exact ? { wpt: wptWith(claims) } : {}));
    /** @param {string} id @param {string} description @param {string} requirements @param {string | string[]} codes @param {Json} input @param {Json} [context] */
    const refused = (id, description, requirements, codes, input, context) =>
      makeCase("signWpt", id, description, requirements, input, rejectWith(codes), context && { context });

    /** @param {Json} [changes] */
    const request = (changes) => ({
      method: "GET",
      url: URL,
      headers: [],
      wit,
      key,
      options: { proof: "wpt" },
      ...changes,
    });
    /** @param {string} id @param {string} description @param {string} requirements @param {Json} input @param {Json} [claims] */
    const signedRequest = (id, description, requirements, input, claims = {}) => {
      const headers = [
        ["authorization", `WPT ${wptWith(claims)}`],
        ["workload-identity-token", wit],
      ];
      return makeCase("signRequest", id, description, requirements, input, acceptWith(exact ? { headers } : {}));
    };
    /** @param {string} id @param {string} description @param {string} requirements @param {string | string[]} codes @param {Json} input @param {Json} [context] */
    const refusedRequest = (id, description, requirements, codes, input, context) =>
      makeCase("signRequest", id, description, requirements, input, rejectWith(codes), context && { context });
    return [
      signed(
        "plain",
        "a proof for an audience",
        "WPT-2.05 WPT-2.06 WPT-2.07 WPT-2.08 WPT-2.09 WPT-2.10 WPT-2.11 WPT-2.12 WPT-2.13 WPT-2.14 WPT-3.1.2.01 WPT-3.2.03 CREDS-5.1.14 CREDS-9.3.2.01 CREDS-9.5.03 WITSVID-7.2.01 WITSVID-7.2.02",
        input(),
      ),
      signed("lifetime", "a lifetime of its own", "WPT-2.11 WITSVID-7.2.02", input({ options: { lifetime: 300 } }), {
        exp: NOW + 300,
      }),
      signed("txn-token", "a Txn-Token", "WPT-2.15 WPT-2.16", input({ request: { txnToken: TXN_TOKEN } }), {
        tth: hashOf(TXN_TOKEN),
      }),
      signed(
        "other-token",
        "another token, whose field name is written with capitals",
        "WPT-2.17 WPT-2.18 WPT-2.19",
        input({ request: { otherTokens: { "X-User-Token": "user" } } }),
        { oth: { "x-user-token": hashOf("user") } },
      ),
      signed(
        "other-token-trimmed",
        "another token with white space around it",
        "WPT-2.18",
        input({ request: { otherTokens: { "x-user-token": " user " } } }),
        { oth: { "x-user-token": hashOf("user") } },
      ),
      refused(
        "no-audience",
        "no audience",
        "WPT-2.08",
        "configuration_invalid",
        input({ request: { audience: undefined } }),
      ),
      refused(
        "lifetime-too-long",
        "a lifetime of more than five minutes",
        "WPT-2.11",
        "configuration_invalid",
        input({ options: { lifetime: 301 } }),
      ),
      refused(
        "lifetime-hours",
        "a lifetime of hours",
        "WPT-2.11 WITSVID-7.2.02",
        "configuration_invalid",
        input({ options: { lifetime: 7200 } }),
      ),
      refused(
        "expired-wit",
        "a WIT that has expired",
        "WPT-3.2.03 CREDS-9.5.03",
        "credential_expired",
        input({ wit: makeWit(family, { claims: { exp: NOW } }) }),
      ),
      refused(
        "key-of-another",
        "a key that the WIT does not bind",
        "CREDS-5.1.10 CREDS-5.1.14 WPT-2.05",
        ["credential_key_mismatch", "configuration_invalid"],
        input({ key: family.neighbour.privateJwk }),
      ),
      refused(
        "two-names-for-a-field",
        "one field under two names",
        "WPT-2.19",
        "configuration_invalid",
        input({ request: { otherTokens: { "X-User-Token": "a", "x-user-token": "b" } } }),
      ),
      refused(
        "txn-token-of-two",
        "two Txn-Tokens in one value",
        "WPT-2.16",
        "configuration_invalid",
        input({ request: { txnToken: `${TXN_TOKEN}, ${TXN_TOKEN}` } }),
      ),

      signedRequest(
        "request",
        "a request: the audience is its target URI without query and fragment",
        `WPT-2.01 WPT-2.09 WPT-2.2.01 WPT-2.2.02 WITSVID-5.04 ${SECURE}`,
        request(),
      ),
      signedRequest(
        "request-audience",
        "a request with an audience of its own",
        "WPT-2.09",
        request({ options: { proof: "wpt", audience: AUDIENCE } }),
      ),
      signedRequest(
        "request-with-token",
        "a request with another token that is to be bound",
        "WPT-2.17 WPT-2.19",
        request({ headers: [["X-User-Token", "user"]], options: { proof: "wpt", boundTokens: ["X-User-Token"] } }),
        { oth: { "x-user-token": hashOf("user") } },
      ),
      signedRequest(
        "request-with-txn-token",
        "a request with a Txn-Token, which is always bound",
        "WPT-2.15 WPT-2.2.05",
        request({ headers: [["Txn-Token", TXN_TOKEN]] }),
        { tth: hashOf(TXN_TOKEN) },
      ),
      refusedRequest(
        "request-token-missing",
        "a token is to be bound that the request does not have",
        "WPT-2.17",
        "configuration_invalid",
        request({ options: { proof: "wpt", boundTokens: ["x-user-token"] } }),
      ),
      refusedRequest(
        "request-with-authorization",
        "a request with a bearer token, which is not replaced",
        "WPT-2.2.01 WPT-2.2.02",
        "configuration_invalid",
        request({ headers: [["Authorization", "Bearer mF_9.B5f-4.1JqM"]] }),
      ),
      refusedRequest(
        "request-over-http",
        "a request over plain http",
        SECURE,
        "credential_insecure_target",
        request({ url: "http://svc.example.com/orders/42" }),
      ),
      refusedRequest(
        "request-expired-wit",
        "a request with a WIT that has expired",
        "WPT-3.2.03 CREDS-9.5.03",
        "credential_expired",
        request({ wit: makeWit(family, { claims: { exp: NOW } }) }),
      ),
    ];
  }),
};
