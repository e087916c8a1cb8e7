// @ts-check
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted } from "../cases.mjs";
import { ed25519Family, es256, inKeySet, keyOf } from "../keys.mjs";
import { makeWit, NOW, ORIGIN } from "../tokens.mjs";

const SOUND =
  "WPT-2.01 WPT-2.02 WPT-2.04 WPT-2.05 WPT-2.06 WPT-2.07 WPT-2.08 WPT-2.09 WPT-2.10 WPT-2.12 WPT-2.14 WPT-2.22 WPT-2.23 WPT-2.24 WPT-2.25 WPT-2.26 WPT-2.27 WPT-2.28 WPT-2.29 WPT-2.30 WPT-2.31 WPT-2.2.02 WPT-3.1.01 WPT-3.1.2.01 WPT-3.1.2.02 WPT-3.1.7.01 WPT-3.1.7.03 CREDS-5.1.10 CREDS-5.1.11 CREDS-5.1.14 CREDS-5.1.1.01 CREDS-7.02 CREDS-9.3.01 CREDS-9.3.2.01 CREDS-9.3.2.02";

/** Algorithms of the workload beside those of the families. */
const OTHER_ALGORITHMS = ["ES384", "ES512", "EdDSA", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/** @param {string} alg */
function provedWith(alg) {
  const key = keyOf(alg, "agent");
  const parts = { wit: { claims: { cnf: { jwk: key.publicJwk } } }, wpt: { key } };
  return requestAccepted(
    `proved-with-${alg.toLowerCase()}`,
    `a proof with ${alg}`,
    "WPT-2.05 WPT-2.06 CREDS-5.1.14",
    makeRequest(es256, parts),
  );
}

/** @type {import("../cases.mjs").VectorFile} */
export const acceptedRequests = {
  suite: "wpt",
  name: "accepted",
  spec: "draft-ietf-wimse-wpt-02",
  description: "Requests that are let in: a WIT and a Workload Proof Token for it.",
  context: REQUEST_CONTEXT,
  cases: [
    ...inBothFamilies((family) => [
      requestAccepted("plain", "nothing but what is required", SOUND, makeRequest(family)),
      requestAccepted(
        "post-with-body",
        "a request with content, which the proof does not cover",
        "WPT-2.01",
        makeRequest(family, { method: "POST", body: '{"order":42}', lines: [["Content-Type", "application/json"]] }),
      ),
      requestAccepted(
        "absolute-form",
        "a target in absolute form",
        "WPT-2.01",
        makeRequest(family, { target: "https://svc.example.com/orders/42?x=1" }),
      ),
      requestAccepted(
        "unknown-claims",
        "claims that a proof does not know, ath of earlier revisions among them",
        "WPT-2.3.04",
        makeRequest(family, {
          wpt: { claims: { ath: "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo", iss: "x", sub: "x", htm: "POST" } },
        }),
      ),
      requestAccepted(
        "unknown-header",
        "header parameters that a proof does not know, kid among them",
        "WPT-2.24",
        makeRequest(family, { wpt: { header: { kid: "agent", "x-ver": 1 } } }),
      ),
      requestAccepted(
        "typ-as-media-type",
        "typ with application/",
        "WPT-2.07 WPT-2.27",
        makeRequest(family, { wpt: { header: { typ: "application/wpt+jwt" } } }),
      ),
      requestAccepted(
        "typ-in-capitals",
        "typ in another letter case",
        "WPT-2.27",
        makeRequest(family, { wpt: { header: { typ: "WPT+JWT" } } }),
      ),
      requestAccepted(
        "audience-in-array",
        "one audience in an array",
        "WPT-2.08",
        makeRequest(family, { wpt: { claims: { aud: ["https://svc.example.com/orders/42"] } } }),
      ),
      requestAccepted(
        "iat-and-nbf",
        "iat and nbf besides",
        "WPT-2.3.04 WPT-3.1.2.02",
        makeRequest(family, { wpt: { claims: { iat: NOW - 1, nbf: NOW - 1 } } }),
      ),
      requestAccepted(
        "other-scheme",
        "a workload of the spiffe scheme",
        "CREDS-5.1.19 CREDS-7.02",
        makeRequest(family, { wit: { claims: { sub: "spiffe://example.org/agent" } } }),
        { context: { trust: { "spiffe://example.org": { keys: [inKeySet(family.issuer)] } } } },
      ),
      requestAccepted(
        "wit-without-kid",
        "a WIT without kid, and one key for its algorithm",
        "CREDS-3.08",
        makeRequest(family, { wit: { header: { kid: undefined } } }),
        { context: { trust: { [ORIGIN]: { keys: [inKeySet(family.issuer)] } } } },
      ),
      requestAccepted(
        "long-subject",
        "a workload whose identifier has 2048 bytes",
        "ID-4.1.08 ID-7.1.04",
        makeRequest(family, { wit: makeWit(family, { claims: { sub: "wimse://example.com/".padEnd(2048, "x") } }) }),
      ),
    ]),
    requestAccepted(
      "mixed-families",
      "a WIT signed with ES256, a proof with Ed25519",
      "WPT-2.05 CREDS-5.1.14",
      makeRequest(es256, {
        wit: { claims: { cnf: { jwk: ed25519Family.agent.publicJwk } } },
        wpt: { key: ed25519Family.agent },
      }),
    ),
    ...OTHER_ALGORITHMS.map(provedWith),
  ],
};
