// @ts-check
import { at, inBothFamilies, LIMIT, withPolicy } from "../cases.mjs";
import { makeSigned, SIGNED_CONTEXT, SPEC, signedAccepted, signedRejected } from "../signed.mjs";
import { NOW } from "../tokens.mjs";

const END = "HSIG-3.23 HSIG-5.1.05";
const START = "HSIG-3.22 HSIG-5.1.05";
const LIFETIME = "HSIG-3.24 HSIG-5.1.04";

/** @type {import("../cases.mjs").VectorFile} */
export const signedTimes = {
  suite: "http-signature",
  name: "times",
  spec: SPEC,
  description:
    "When a request signature counts: valid while now < expires + tolerance, from now >= created - tolerance, and never longer than the recipient accepts.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    /** @param {number} created @param {number} expires seconds counted from now @param {import("../tokens.mjs").WitChanges} [wit] */
    const from = (created, expires, wit = {}) =>
      makeSigned(family, {
        wit,
        sign: { parameters: { created: String(NOW + created), expires: String(NOW + expires) } },
      });
    const plain = makeSigned(family);
    const exact = withPolicy({ clockTolerance: 0 });
    const short = withPolicy({ clockTolerance: 0, maxProofLifetime: 60 });
    const tooLong = "signature_lifetime_too_long";
    return [
      signedAccepted("before-end", "the last second", END, plain, { context: { now: NOW + 59, ...exact.context } }),
      signedRejected("end", "the second of expires", END, "signature_expired", plain, {
        context: { now: NOW + 60, ...exact.context },
      }),
      signedAccepted("tolerated-after-end", "after expires, within the tolerance", END, plain, at(64)),
      signedRejected("after-tolerance", "the tolerance is over", END, "signature_expired", plain, at(65)),
      signedRejected(
        "long-expired",
        "an hour after expires, the WIT valid still",
        "HSIG-3.40",
        "signature_expired",
        plain,
        at(3599),
      ),
      signedAccepted("start", "the second of created", START, plain, exact),
      signedRejected("before-start", "the second before created", START, "signature_not_yet_valid", plain, {
        context: { now: NOW - 1, ...exact.context },
      }),
      signedAccepted("tolerated-before-start", "before created, within the tolerance", START, plain, at(-5)),
      signedRejected(
        "before-tolerance",
        "a second before the tolerance",
        START,
        "signature_not_yet_valid",
        plain,
        at(-6),
      ),
      signedAccepted("longest", "300 seconds and the tolerance", LIFETIME, from(0, 305)),
      signedRejected("too-long", "a second more", LIFETIME, tooLong, from(0, 306), { note: LIMIT }),
      signedAccepted("longest-exact", "60 seconds where no more are accepted", LIFETIME, from(0, 60), short),
      signedRejected("too-long-exact", "61 seconds", LIFETIME, tooLong, from(0, 61), { ...short, note: LIMIT }),
      signedRejected(
        "made-in-advance",
        "an hour from created to expires, a minute of it left",
        LIFETIME,
        tooLong,
        from(-3540, 60),
      ),
      signedRejected(
        "far-ahead",
        "created within the tolerance, and expires too far from now",
        LIFETIME,
        tooLong,
        from(5, 306),
        { note: LIMIT },
      ),
      signedRejected("for-ever", "expires in the year 9999", LIFETIME, tooLong, from(0, 253402300799 - NOW)),
      signedAccepted(
        "longer-than-wit",
        "expires after the exp of the WIT, both of them ahead",
        "HSIG-3.40",
        from(0, 60, { claims: { exp: NOW + 30 } }),
      ),
      signedRejected(
        "wit-expired",
        "a WIT that expired, under a signature that has not",
        "HSIG-3.40 HSIG-3.41",
        "wit_expired",
        from(0, 60, { claims: { exp: NOW - 5 } }),
      ),
    ];
  }),
};
