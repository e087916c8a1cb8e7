// @ts-check
import { inBothFamilies, withPolicy } from "../cases.mjs";
import { ed25519Family, es256 } from "../keys.mjs";
import { digestOf, makeSigned, SIGNED_CONTEXT, SPEC, signedAccepted, withMore } from "../signed.mjs";
import { makeWit } from "../tokens.mjs";

const TXN_TOKEN = "eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.eyJ0eG4iOiI5N2I0In0.c2lnbmF0dXJl";
const PLAIN =
  "HSIG-3.01 HSIG-3.02 HSIG-3.03 HSIG-3.11 HSIG-3.22 HSIG-3.23 HSIG-3.25 HSIG-3.26 HSIG-3.27 HSIG-3.30 HSIG-3.31 HSIG-3.32 HSIG-3.33 HSIG-3.41 HSIG-3.42 HSIG-3.1.01 HSIG-3.1.03 HSIG-3.1.04 HSIG-3.2.01 HSIG-3.2.02 HSIG-5.1.01 HSIG-7.1.01";

/** @type {import("../cases.mjs").VectorFile} */
export const acceptedSigned = {
  suite: "http-signature",
  name: "accepted",
  spec: SPEC,
  description: "Signed requests that a recipient has to accept, and which of their tokens the signature binds.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    const bearer = /** @type {import("../cases.mjs").Line} */ (["Authorization", "Bearer mF_9.B5f-4.1JqM"]);
    const txnToken = /** @type {import("../cases.mjs").Line} */ (["Txn-Token", TXN_TOKEN]);
    const userToken = /** @type {import("../cases.mjs").Line} */ (["X-User-Token", "user"]);
    const understood = { understoodTokens: ["x-user-token"] };
    const other = family === es256 ? ed25519Family : es256;
    // both workloads have an ES256 key, and one of the issuers an Ed25519 key
    const withEs256 = { ...family, agent: es256.agent };
    const mixed = { ...family, agent: other.agent };
    return [
      signedAccepted("plain", "a request without content", PLAIN, makeSigned(family)),
      signedAccepted(
        "es256",
        "a workload with an ES256 key",
        "HSIG-3.1.02",
        makeSigned(withEs256, { wit: makeWit(withEs256) }),
      ),
      signedAccepted(
        "other-algorithm",
        "issuer and workload use different algorithms",
        "HSIG-3.1.01 HSIG-3.1.04",
        makeSigned(mixed),
      ),
      signedAccepted("no-query", "no query is the query ?", "HSIG-3.04", makeSigned(family, { target: "/orders/42" })),
      signedAccepted(
        "empty-query",
        "an empty query is ? as well",
        "HSIG-3.04",
        makeSigned(family, { target: "/orders/42?" }),
      ),
      signedAccepted(
        "encoded-target",
        "percent-encoding stays as it was sent",
        "HSIG-3.02 HSIG-3.03",
        makeSigned(family, { target: "/orders/%34%32?x=%61&&y" }),
      ),
      signedAccepted(
        "content",
        "a request with content",
        "HSIG-3.07 HSIG-3.08 HSIG-3.19 HSIG-3.20 HSIG-3.21",
        makeSigned(family, { body: "two cones" }),
      ),
      signedAccepted(
        "content-type-alone",
        "a Content-Type without content",
        "HSIG-3.07",
        makeSigned(family, { type: "text/plain" }),
      ),
      signedAccepted(
        "digest-of-nothing",
        "the Content-Digest of no content",
        "HSIG-3.08 HSIG-3.20",
        makeSigned(family, { digest: digestOf("") }),
      ),
      signedAccepted(
        "bearer",
        "a bearer token that the signature binds",
        "HSIG-3.09",
        makeSigned(family, { lines: [bearer] }),
        {
          output: { tokens: ["authorization"] },
        },
      ),
      signedAccepted(
        "txn-token",
        "a Txn-Token that the signature binds",
        "HSIG-3.10",
        makeSigned(family, { lines: [txnToken] }),
        { output: { tokens: ["txn-token"] } },
      ),
      signedAccepted(
        "all-tokens",
        "every kind of token, and content",
        "HSIG-3.08 HSIG-3.09 HSIG-3.10",
        makeSigned(family, {
          body: "two cones",
          lines: [userToken, bearer, txnToken],
          sign: { components: withMore('"x-user-token"') },
        }),
        { ...withPolicy(understood), output: { tokens: ["authorization", "txn-token", "x-user-token"] } },
      ),
      signedAccepted(
        "token-not-covered",
        "a token that the signature does not cover stays unseen",
        "HSIG-3.01",
        makeSigned(family, { lines: [userToken] }),
        withPolicy(understood),
      ),
      signedAccepted(
        "any-order",
        "components in another order",
        "HSIG-3.01 HSIG-3.11",
        makeSigned(family, { body: "two cones", sign: { components: (usual) => usual.toReversed() } }),
      ),
      signedAccepted(
        "more-components",
        "more components than have to be covered",
        "HSIG-3.01 HSIG-3.06",
        makeSigned(family, { sign: { components: withMore('"@authority"', '"@scheme"', '"@target-uri"', '"host"') } }),
      ),
      signedAccepted(
        "request-target-too",
        "@request-target beside @path and @query",
        "HSIG-3.05",
        makeSigned(family, { sign: { components: withMore('"@request-target"') } }),
      ),
      signedAccepted(
        "host-changed",
        "a Host that a proxy changed, and @authority is not covered",
        "HSIG-3.06 HSIG-3.2.05 HSIG-5.2.03",
        makeSigned(family, { host: "10.0.0.7:8443" }),
      ),
      signedAccepted(
        "line-added",
        "a field that an intermediary added",
        "HSIG-5.2.03",
        makeSigned(family, { after: [["Via", "1.1 proxy"]] }),
      ),
      signedAccepted(
        "sign-response",
        "a demand for a signed response",
        "HSIG-3.28 HSIG-3.3.01",
        makeSigned(family, { sign: { parameters: { "wimse-sign-response": "" } } }),
      ),
      signedAccepted(
        "sign-response-written-out",
        "the same as ?1, which is covered as the bare name",
        "HSIG-3.28 HSIG-3.3.01",
        makeSigned(family, {
          sign: { parameters: { "wimse-sign-response": "" }, sentAs: (text) => `${text}=?1` },
        }),
      ),
      signedAccepted(
        "sign-response-false",
        "the parameter as false",
        "HSIG-3.28 HSIG-3.3.02",
        makeSigned(family, { sign: { parameters: { "wimse-sign-response": "?0" } } }),
      ),
      signedAccepted(
        "unknown-parameter",
        "a parameter that nobody knows is covered and ignored",
        "HSIG-3.22",
        makeSigned(family, { sign: { parameters: { "x-note": '"hello"' } } }),
      ),
      signedAccepted(
        "accept-signature",
        "a wish for a signed response",
        "HSIG-3.5.10",
        makeSigned(family, { lines: [["Accept-Signature", 'sig=("@status");created']] }),
      ),
    ];
  }),
};
