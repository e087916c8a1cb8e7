// @ts-check
import {
  at,
  inBothFamilies,
  LIMIT,
  makeRequest,
  REQUEST_CONTEXT,
  requestAccepted,
  requestRejected,
  withPolicy,
} from "../cases.mjs";
import { NOW } from "../tokens.mjs";

const EXPIRY = "WPT-2.29 WPT-3.1.2.02 CREDS-9.3.2.02";
const LIFETIME = "WPT-2.30 WPT-2.11";
const START = "WPT-3.1.2.02 CREDS-9.3.2.02";

/** @type {import("../cases.mjs").VectorFile} */
export const wptTimes = {
  suite: "wpt",
  name: "times",
  spec: "draft-ietf-wimse-wpt-02",
  description:
    "Times of a WPT, on both sides of each boundary. It is valid while now < exp + clockTolerance, from now >= nbf - clockTolerance on, and exp - now is at most maxProofLifetime + clockTolerance.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    /** @param {import("../cases.mjs").Json} claims */
    const withClaims = (claims) => makeRequest(family, { wpt: { claims } });
    /** @param {string} exp as it is written */
    const written = (exp) =>
      makeRequest(family, {
        wpt: { claims: { exp: undefined }, claimsText: (text) => text.replace(/}$/, `,"exp":${exp}}`) },
      });
    const minute = withClaims({});
    return [
      requestAccepted("before-exp", "the last second before exp", EXPIRY, minute, at(59)),
      requestAccepted("in-tolerance", "the last second of the tolerance", EXPIRY, minute, at(64)),
      requestRejected("after-tolerance", "the tolerance is over", EXPIRY, "wpt_expired", minute, at(65)),
      requestAccepted(
        "before-exp-exact",
        "the last second, without tolerance",
        EXPIRY,
        minute,
        withPolicy({ clockTolerance: 0 }, { now: NOW + 59 }),
      ),
      requestRejected(
        "at-exp-exact",
        "the second of exp, without tolerance",
        EXPIRY,
        "wpt_expired",
        minute,
        withPolicy({ clockTolerance: 0 }, { now: NOW + 60 }),
      ),
      requestAccepted(
        "in-longest-tolerance",
        "the last second of a tolerance of 120",
        EXPIRY,
        minute,
        withPolicy({ clockTolerance: 120 }, { now: NOW + 179 }),
      ),
      requestRejected(
        "after-longest-tolerance",
        "a tolerance of 120 is over",
        EXPIRY,
        "wpt_expired",
        minute,
        withPolicy({ clockTolerance: 120 }, { now: NOW + 180 }),
      ),
      requestRejected(
        "exp-missing",
        "no exp",
        "WPT-2.10 WPT-2.29 WPT-3.1.2.01 CREDS-9.3.2.01",
        "wpt_expiration_missing",
        withClaims({ exp: undefined }),
      ),
      requestRejected(
        "exp-null",
        "exp null",
        "WPT-2.10 WPT-2.29",
        ["wpt_claim_invalid", "wpt_expiration_missing"],
        withClaims({ exp: null }),
      ),
      requestRejected(
        "exp-string",
        "exp as a string",
        "WPT-2.10 WPT-2.29",
        "wpt_claim_invalid",
        withClaims({ exp: String(NOW + 60) }),
      ),
      requestRejected(
        "exp-array",
        "exp in an array",
        "WPT-2.10 WPT-2.29",
        "wpt_claim_invalid",
        withClaims({ exp: [NOW + 60] }),
      ),
      requestRejected("exp-boolean", "exp true", "WPT-2.10 WPT-2.29", "wpt_claim_invalid", withClaims({ exp: true })),
      requestRejected(
        "exp-overflow",
        "exp beyond every number",
        "WPT-2.10 WPT-2.30 WPT-2.29",
        ["wpt_claim_invalid", "wpt_lifetime_too_long", "wpt_malformed"],
        written("1e999"),
      ),
      requestRejected("exp-zero", "exp 0", EXPIRY, "wpt_expired", withClaims({ exp: 0 })),
      requestAccepted("exp-fraction", "exp with a fraction", "WPT-2.10", withClaims({ exp: NOW + 0.5 })),
      requestAccepted("exp-exponent", "exp written with an exponent", "WPT-2.10", written("1.79000006e9")),

      requestAccepted(
        "lifetime",
        "exp as far ahead as the policy and the tolerance allow",
        LIFETIME,
        withClaims({ exp: NOW + 305 }),
      ),
      requestRejected(
        "lifetime-too-long",
        "exp a second further ahead",
        LIFETIME,
        "wpt_lifetime_too_long",
        withClaims({ exp: NOW + 306 }),
        { note: LIMIT },
      ),
      requestRejected(
        "lifetime-hour",
        "exp an hour ahead",
        LIFETIME,
        "wpt_lifetime_too_long",
        withClaims({ exp: NOW + 3600 }),
        { note: LIMIT },
      ),
      requestRejected(
        "lifetime-day",
        "exp a day ahead, in a WIT's lifetime",
        LIFETIME,
        "wpt_lifetime_too_long",
        makeRequest(family, { wit: { claims: { exp: NOW + 86400 } }, wpt: { claims: { exp: NOW + 86400 } } }),
        { note: LIMIT },
      ),
      requestAccepted(
        "configured-lifetime",
        "exp as far ahead as a stricter policy allows",
        LIFETIME,
        withClaims({ exp: NOW + 35 }),
        withPolicy({ maxProofLifetime: 30 }),
      ),
      requestRejected(
        "longer-than-configured",
        "exp a second further ahead than a stricter policy allows",
        LIFETIME,
        "wpt_lifetime_too_long",
        withClaims({ exp: NOW + 36 }),
        { ...withPolicy({ maxProofLifetime: 30 }), note: LIMIT },
      ),
      requestAccepted(
        "lifetime-beyond-wit",
        "exp after that of the WIT, while both are valid",
        LIFETIME,
        makeRequest(family, { wit: { claims: { exp: NOW + 30 } } }),
      ),

      requestAccepted("nbf-now", "nbf is now", START, withClaims({ nbf: NOW })),
      requestAccepted("nbf-in-tolerance", "nbf ahead by the tolerance", START, withClaims({ nbf: NOW + 5 })),
      requestRejected("nbf-ahead", "nbf ahead by more", START, "wpt_not_yet_valid", withClaims({ nbf: NOW + 6 })),
      requestRejected(
        "nbf-ahead-exact",
        "nbf ahead by a second, without tolerance",
        START,
        "wpt_not_yet_valid",
        withClaims({ nbf: NOW + 1 }),
        withPolicy({ clockTolerance: 0 }),
      ),
      requestRejected("nbf-string", "nbf as a string", START, "wpt_claim_invalid", withClaims({ nbf: String(NOW) })),
      requestAccepted(
        "iat-ahead",
        "iat in the future, which limits nothing",
        "WPT-2.3.04",
        withClaims({ iat: NOW + 600 }),
      ),
    ];
  }),
};
