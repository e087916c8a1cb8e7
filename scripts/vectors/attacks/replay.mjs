// @ts-check
import {
  at,
  inBothFamilies,
  makeRequest,
  REQUEST_CONTEXT,
  requestAccepted,
  requestRejected,
  withPolicy,
} from "../cases.mjs";
import { es256 } from "../keys.mjs";
import { makeWit, makeWpt, NOW, withOtherS, withStrayBits } from "../tokens.mjs";

const REPLAY = "WPT-2.32 WPT-3.1.4.01 CREDS-9.3.4.01";

/** @type {import("../cases.mjs").VectorFile} */
export const replayAttacks = {
  suite: "attacks",
  name: "replay",
  spec: "draft-ietf-wimse-wpt-02",
  description:
    "Using an overheard request again: as it was, changed where nothing is signed, at another time, at another recipient.",
  context: REQUEST_CONTEXT,
  cases: [
    ...inBothFamilies((family) => {
      const overheard = makeRequest(family);
      const wit = makeWit(family);
      const wpt = makeWpt(family);
      /** @param {number} exp */
      const longLived = (exp) => makeRequest(family, { wpt: { claims: { exp: NOW + exp } } });
      const OTHER = { audience: ["https://other.example/orders/42"] };
      return [
        requestAccepted("original", "the request that is overheard", REPLAY, overheard),
        requestRejected("at-once", "the same request at once", REPLAY, "wpt_replayed", overheard, {
          after: "original",
        }),
        requestRejected(
          "within-window",
          "the same request before its proof expires",
          REPLAY,
          "wpt_replayed",
          overheard,
          { after: "at-once", ...at(59) },
        ),
        requestRejected(
          "within-tolerance",
          "the same request in the tolerance after that",
          REPLAY,
          "wpt_replayed",
          overheard,
          { after: "within-window", ...at(64) },
        ),
        requestRejected(
          "outside-window",
          "the same request after that",
          "WPT-2.29 CREDS-9.3.2.02",
          "wpt_expired",
          overheard,
          { after: "within-tolerance", ...at(65) },
        ),
        requestRejected(
          "next-day",
          "the same request a day later",
          "WPT-2.29 CREDS-9.3.2.02",
          ["wpt_expired", "wit_expired"],
          makeRequest(family, { wit: { claims: { exp: NOW + 86400 } } }),
          at(86000),
        ),

        requestAccepted("long-lived", "a proof that lives as long as the policy allows", REPLAY, longLived(305)),
        requestRejected(
          "long-lived-late",
          "the same proof in its last second",
          REPLAY,
          "wpt_replayed",
          longLived(305),
          { after: "long-lived", ...at(309) },
        ),

        requestAccepted("get", "a request for reading", REPLAY, makeRequest(family)),
        requestRejected(
          "as-delete",
          "its proof with a request for deleting",
          REPLAY,
          "wpt_replayed",
          makeRequest(family, { method: "DELETE" }),
          { after: "get" },
        ),

        requestAccepted("plain-spelling", "a request", REPLAY, makeRequest(family, { wit, wpt })),
        requestRejected(
          "scheme-in-lower-case",
          "the same proof with the scheme in lower case and more spaces",
          REPLAY,
          "wpt_replayed",
          makeRequest(family, { wit, authorization: `wpt   ${wpt}` }),
          { after: "plain-spelling" },
        ),
        requestRejected(
          "stray-bits",
          "the same proof with its signature spelled otherwise",
          "WPT-2.24",
          "wpt_malformed",
          makeRequest(family, { wit, wpt: withStrayBits(wpt) }),
          { after: "scheme-in-lower-case" },
        ),
        requestRejected(
          "padding",
          "the same proof with padding",
          "WPT-2.24",
          "wpt_malformed",
          makeRequest(family, { wit, wpt: `${wpt}==` }),
          { after: "stray-bits" },
        ),
        requestRejected(
          "wit-stray-bits",
          "the same proof with the WIT's signature spelled otherwise",
          "CREDS-5.1.4.02",
          "wit_malformed",
          makeRequest(family, { wit: withStrayBits(wit), wpt }),
          { after: "padding" },
        ),

        requestRejected(
          "elsewhere",
          "the request at a recipient for which it was not made",
          "WPT-2.28 WPT-3.1.7.01",
          "wpt_audience_mismatch",
          overheard,
          withPolicy(OTHER),
        ),
        requestRejected(
          "elsewhere-first",
          "a proof for another recipient",
          "WPT-2.28",
          "wpt_audience_mismatch",
          makeRequest(family, { wpt: { claims: { aud: "https://other.example/orders/42" } } }),
        ),
        requestRejected(
          "prepared",
          "a proof that was made to be used in an hour",
          "WPT-2.30",
          "wpt_lifetime_too_long",
          longLived(3600),
        ),
        requestRejected(
          "prepared-with-nbf",
          "a proof that becomes valid in a minute",
          "WPT-3.1.2.02",
          "wpt_not_yet_valid",
          makeRequest(family, { wpt: { claims: { nbf: NOW + 60, exp: NOW + 120 } } }),
        ),

        requestRejected(
          "burnt-by-stranger",
          "an overheard id in a proof of somebody without the key",
          "WPT-2.26",
          "wpt_signature_invalid",
          makeRequest(family, { wpt: { key: family.stranger } }),
        ),
        requestRejected(
          "burnt-at-other-recipient",
          "an overheard proof for another recipient",
          "WPT-2.28",
          "wpt_audience_mismatch",
          makeRequest(family, { wpt: { claims: { aud: "https://other.example/orders/42" } } }),
          { after: "burnt-by-stranger" },
        ),
        requestAccepted("not-burnt", "the genuine proof after these", "WPT-2.32 WPT-3.1.4.01", overheard, {
          after: "burnt-at-other-recipient",
        }),
        requestAccepted(
          "id-taken-by-neighbour",
          "a proof of another workload with an overheard id",
          "WPT-3.1.4.01",
          makeRequest(family, {
            wit: { claims: { sub: "wimse://example.com/neighbour", cnf: { jwk: family.neighbour.publicJwk } } },
            wpt: { key: family.neighbour },
          }),
        ),
        requestAccepted("id-not-taken", "the genuine proof after that", "WPT-3.1.4.01", overheard, {
          after: "id-taken-by-neighbour",
        }),
      ];
    }),
    requestAccepted("one-s", "a proof with an ECDSA signature", REPLAY, makeRequest(es256)),
    requestRejected(
      "other-s",
      "the same proof with the other signature that verifies",
      REPLAY,
      "wpt_replayed",
      makeRequest(es256, { wpt: { signature: withOtherS } }),
      { after: "one-s" },
    ),
  ],
};
