// @ts-check
import { at, inBothFamilies, LIMIT, withPolicy, witAccepted, witRejected, WIT_CONTEXT } from "../cases.mjs";
import { makeWit, NOW } from "../tokens.mjs";

const EXPIRY = "CREDS-5.1.4.08 CREDS-9.3.1.01";
const LIFETIME = "CREDS-9.3.1.02";
const CLAIM = "CREDS-5.1.4.01";
const EXP = `CREDS-5.1.06 ${CLAIM}`;

/** @type {import("../cases.mjs").VectorFile} */
export const witTimes = {
  suite: "wit",
  name: "times",
  spec: "draft-ietf-wimse-workload-creds-03",
  description:
    "Times of a WIT, on both sides of each boundary. It is valid while now < exp + clockTolerance, from now >= nbf - clockTolerance on, and exp - min(now, nbf) is at most maxLifetime + clockTolerance.",
  context: WIT_CONTEXT,
  cases: inBothFamilies((family) => {
    const hour = makeWit(family);
    /** @param {number} seconds @param {import("../tokens.mjs").Json} [claims] */
    const expiringIn = (seconds, claims) => makeWit(family, { claims: { exp: NOW + seconds, ...claims } });
    /** @param {number} seconds */
    const startingIn = (seconds) => makeWit(family, { claims: { nbf: NOW + seconds } });
    /** @param {string} name @param {string} written */
    const written = (name, written) =>
      makeWit(family, {
        claimsText: (text) => text.replace(/}$/, `,"${name}":${written}}`),
        claims: { [name]: undefined },
      });
    return [
      witAccepted("before-exp", "the last second before exp", EXPIRY, hour, at(3599)),
      witAccepted("in-tolerance", "the last second of the tolerance", EXPIRY, hour, at(3604)),
      witRejected("after-tolerance", "the tolerance is over", EXPIRY, "wit_expired", hour, at(3605)),
      witAccepted(
        "before-exp-exact",
        "the last second, without tolerance",
        EXPIRY,
        hour,
        withPolicy({ clockTolerance: 0 }, { now: NOW + 3599 }),
      ),
      witRejected(
        "at-exp-exact",
        "the second of exp, without tolerance",
        EXPIRY,
        "wit_expired",
        hour,
        withPolicy({ clockTolerance: 0 }, { now: NOW + 3600 }),
      ),
      witAccepted(
        "in-longest-tolerance",
        "the last second of a tolerance of 120",
        EXPIRY,
        hour,
        withPolicy({ clockTolerance: 120 }, { now: NOW + 3719 }),
      ),
      witRejected(
        "after-longest-tolerance",
        "a tolerance of 120 is over",
        EXPIRY,
        "wit_expired",
        hour,
        withPolicy({ clockTolerance: 120 }, { now: NOW + 3720 }),
      ),
      witRejected("long-expired", "expired for an hour", EXPIRY, "wit_expired", hour, at(7200)),
      witRejected(
        "exp-missing",
        "no exp",
        "CREDS-5.1.06 CREDS-9.3.1.01",
        "wit_expiration_missing",
        makeWit(family, { claims: { exp: undefined } }),
      ),
      witRejected(
        "exp-null",
        "exp null",
        "CREDS-5.1.06",
        ["wit_claim_invalid", "wit_expiration_missing"],
        expiringIn(0, { exp: null }),
      ),
      witRejected(
        "exp-string",
        "exp as a string",
        EXP,
        "wit_claim_invalid",
        expiringIn(0, { exp: String(NOW + 3600) }),
      ),
      witRejected("exp-boolean", "exp true", EXP, "wit_claim_invalid", expiringIn(0, { exp: true })),
      witRejected("exp-array", "exp in an array", EXP, "wit_claim_invalid", expiringIn(0, { exp: [NOW + 3600] })),
      witRejected("exp-zero", "exp 0", EXPIRY, "wit_expired", expiringIn(0, { exp: 0 })),
      witRejected("exp-negative", "a negative exp", EXPIRY, "wit_expired", expiringIn(0, { exp: -(NOW + 3600) })),
      witAccepted("exp-fraction", "exp with a fraction", EXP, expiringIn(3600.5)),
      witRejected(
        "exp-fraction-over",
        "exp with a fraction, which is over",
        EXPIRY,
        "wit_expired",
        expiringIn(-4.5),
        at(0.5),
      ),
      witAccepted("exp-exponent", "exp written with an exponent", CLAIM, written("exp", "1.7900036e9")),
      witRejected(
        "exp-overflow",
        "exp beyond every number",
        EXP,
        ["wit_claim_invalid", "wit_lifetime_too_long", "wit_malformed"],
        written("exp", "1e999"),
      ),

      witAccepted("nbf-now", "nbf is now", CLAIM, startingIn(0)),
      witAccepted("nbf-in-tolerance", "nbf ahead by the tolerance", CLAIM, startingIn(5)),
      witRejected("nbf-ahead", "nbf ahead by more", CLAIM, "wit_not_yet_valid", startingIn(6)),
      witRejected(
        "nbf-ahead-exact",
        "nbf ahead by a second, without tolerance",
        CLAIM,
        "wit_not_yet_valid",
        startingIn(1),
        withPolicy({ clockTolerance: 0 }),
      ),
      witAccepted(
        "nbf-in-longest-tolerance",
        "nbf ahead by a tolerance of 120",
        CLAIM,
        startingIn(120),
        withPolicy({ clockTolerance: 120 }),
      ),
      witRejected(
        "nbf-ahead-of-longest-tolerance",
        "nbf ahead by more than a tolerance of 120",
        CLAIM,
        "wit_not_yet_valid",
        startingIn(121),
        withPolicy({ clockTolerance: 120 }),
      ),
      witRejected(
        "nbf-string",
        "nbf as a string",
        CLAIM,
        "wit_claim_invalid",
        makeWit(family, { claims: { nbf: String(NOW) } }),
      ),
      witRejected("nbf-null", "nbf null", CLAIM, "wit_claim_invalid", makeWit(family, { claims: { nbf: null } })),

      witAccepted("iat-ahead", "iat in the future", CLAIM, makeWit(family, { claims: { iat: NOW + 600 } })),
      witAccepted(
        "iat-long-ago",
        "iat longer ago than a WIT may live, which does not make it live longer",
        LIFETIME,
        makeWit(family, { claims: { iat: NOW - 100000 } }),
      ),
      witRejected(
        "iat-string",
        "iat as a string",
        CLAIM,
        "wit_claim_invalid",
        makeWit(family, { claims: { iat: String(NOW) } }),
      ),

      witAccepted("day", "a day, and the tolerance", LIFETIME, expiringIn(86405)),
      witRejected("longer-than-a-day", "a second more", LIFETIME, "wit_lifetime_too_long", expiringIn(86406), {
        note: LIMIT,
      }),
      witRejected("year", "a year", `${LIFETIME} CREDS-5.1.06`, "wit_lifetime_too_long", expiringIn(31536000), {
        note: LIMIT,
      }),
      witAccepted(
        "day-from-nbf",
        "a day since nbf, and the tolerance",
        LIFETIME,
        expiringIn(3600, { nbf: NOW - 82805 }),
      ),
      witRejected(
        "longer-than-a-day-from-nbf",
        "more than a day since nbf, though little is left",
        LIFETIME,
        "wit_lifetime_too_long",
        expiringIn(3600, { nbf: NOW - 82806 }),
        { note: LIMIT },
      ),
      witAccepted(
        "configured-lifetime",
        "a lifetime that the policy allows",
        LIFETIME,
        expiringIn(600),
        withPolicy({ maxLifetime: 595 }),
      ),
      witRejected(
        "longer-than-configured",
        "a second longer than the policy allows",
        LIFETIME,
        "wit_lifetime_too_long",
        expiringIn(601),
        { ...withPolicy({ maxLifetime: 595 }), note: LIMIT },
      ),
    ];
  }),
};
