// @ts-check
import { inBothFamilies, trustIn, withPolicy } from "../cases.mjs";
import { ed25519Family, es256 } from "../keys.mjs";
import {
  inPlaceOf,
  makeSigned,
  SIGNED_CONTEXT,
  SPEC,
  signedAccepted,
  signedRejected,
  withMore,
  without,
} from "../signed.mjs";
import { makeWit, makeWpt, ORIGIN } from "../tokens.mjs";

const BOTH = "HSIG-5.1.01";
const OLDER = "HSIG-3.05";
const WIT_FIRST = "HSIG-3.41";

/** `@request-target` in the place of path and query. @param {string[]} usual */
const olderComponents = (usual) => without('"@query"')(inPlaceOf('"@path"', '"@request-target"')(usual));

/** @type {import("../cases.mjs").VectorFile} */
export const signedPresentation = {
  suite: "http-signature",
  name: "presentation",
  spec: SPEC,
  description: "The WIT of a signed request, a WPT beside the signature, and signatures of an earlier revision.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    const other = family === es256 ? ed25519Family : es256;
    const wit = makeWit(family);
    const bothProofs = withPolicy({ proofs: ["http-signature", "wpt"] });
    const wptOnly = withPolicy({ proofs: ["wpt"] });
    const compat = withPolicy({ compat: ["http-signature-06"] });
    /** @param {import("../tokens.mjs").WptChanges} [wpt] @param {import("../signed.mjs").SignatureChanges | null} [sign] */
    const withWpt = (wpt = {}, sign = {}) =>
      makeSigned(family, { wit, lines: [["Authorization", `WPT ${makeWpt(family, { wit, ...wpt })}`]], sign });
    const older = makeSigned(family, { sign: { components: olderComponents } });
    /** @param {string[]} algorithms */
    const accepting = (...algorithms) => ({
      context: { trust: { [ORIGIN]: { ...trustIn(es256, ed25519Family)[ORIGIN], algorithms } } },
    });
    return [
      signedRejected("wit-missing", "no WIT", "HSIG-3.11", "wit_missing", makeSigned(family, { wit: null })),
      signedRejected(
        "wit-of-stranger",
        "a WIT of an issuer that nobody trusts, under a good signature",
        WIT_FIRST,
        "wit_signature_invalid",
        makeSigned(family, { wit: { key: family.stranger } }),
      ),
      signedRejected(
        "wit-type",
        "another type of token in the place of the WIT",
        WIT_FIRST,
        "wit_type_mismatch",
        makeSigned(family, { wit: { header: { typ: "JWT" } } }),
      ),
      signedRejected(
        "wit-without-confirmation",
        "a WIT without a key",
        `${WIT_FIRST} CREDS-5.1.08`,
        "wit_confirmation_invalid",
        makeSigned(family, { wit: { claims: { cnf: undefined } } }),
      ),
      signedRejected(
        "wit-twice",
        "the WIT in two lines",
        "HSIG-3.11",
        "wit_multiple",
        makeSigned(family, { wit, lines: [["workload-identity-token", wit]] }),
      ),
      signedAccepted(
        "algorithm-allowed",
        "the one algorithm that is accepted from the trust domain",
        "HSIG-3.1.05",
        makeSigned(family),
        accepting(family.alg),
      ),
      signedRejected(
        "algorithm-not-allowed",
        "a workload's key with an algorithm that is not accepted from the trust domain",
        "HSIG-3.1.05 CREDS-3.06",
        ["wit_confirmation_invalid", "wit_algorithm_not_allowed"],
        makeSigned({ ...family, agent: other.agent }),
        accepting(family.alg),
      ),

      signedAccepted("wpt-beside", "a WPT beside the signature, both accepted", BOTH, withWpt(), bothProofs),
      signedAccepted(
        "wpt-beside-not-accepted",
        "a WPT where none is accepted is a value of Authorization",
        "HSIG-3.09",
        withWpt(),
        { output: { tokens: ["authorization"] } },
      ),
      signedAccepted(
        "wpt-broken-not-accepted",
        "such a value is not looked into",
        "HSIG-3.09",
        withWpt({ key: family.stranger }),
        { output: { tokens: ["authorization"] } },
      ),
      signedRejected(
        "wpt-broken",
        "a broken WPT beside a good signature, both accepted",
        BOTH,
        "wpt_signature_invalid",
        withWpt({ key: family.stranger }),
        bothProofs,
      ),
      signedRejected(
        "wpt-of-other-wit",
        "a WPT that was made for another WIT beside a good signature",
        BOTH,
        "wpt_wit_hash_mismatch",
        withWpt({ wit: makeWit(family, { claims: { scope: "admin" } }) }),
        bothProofs,
      ),
      signedRejected(
        "signature-broken",
        "a broken signature beside a good WPT, both accepted",
        `${BOTH} HSIG-3.42`,
        "signature_invalid",
        withWpt({}, { key: family.stranger }),
        bothProofs,
      ),
      signedRejected(
        "wpt-not-covered",
        "a WPT that the signature beside it does not cover",
        "HSIG-3.09",
        "signature_component_missing",
        withWpt({}, { components: without('"authorization"') }),
        bothProofs,
      ),
      signedRejected(
        "wpt-alone",
        "a WPT in the place of a signature, where none is accepted",
        BOTH,
        ["proof_not_accepted", "proof_missing"],
        withWpt({}, null),
      ),
      signedRejected(
        "signature-alone",
        "a signature in the place of a WPT, where none is accepted",
        BOTH,
        ["proof_not_accepted", "proof_missing"],
        makeSigned(family),
        wptOnly,
      ),
      signedAccepted(
        "older-wpt-beside",
        "the field of earlier WPTs beside the signature is not looked at",
        BOTH,
        makeSigned(family, { lines: [["Workload-Proof-Token", "a.b.c"]] }),
        withPolicy({ proofs: ["http-signature", "wpt"], compat: ["wpt-01"] }),
      ),

      signedRejected(
        "older-signature",
        "@request-target in the place of path and query, as in revision 06",
        OLDER,
        ["signature_revision_unsupported", "signature_component_missing"],
        older,
      ),
      signedRejected(
        "older-signature-other-compat",
        "the same where another older format is accepted",
        OLDER,
        ["signature_revision_unsupported", "signature_component_missing"],
        older,
        withPolicy({ proofs: ["http-signature", "wpt"], compat: ["wpt-01"] }),
      ),
      signedAccepted("older-signature-accepted", "the same where it is accepted", OLDER, older, {
        ...compat,
        output: { revision: "http-signature-06" },
      }),
      signedAccepted(
        "current-with-compat",
        "a signature of now where both are accepted",
        OLDER,
        makeSigned(family),
        compat,
      ),
      signedAccepted(
        "both-targets-with-compat",
        "whoever covers @path, too, is of the present revision",
        OLDER,
        makeSigned(family, { sign: { components: withMore('"@request-target"') } }),
        compat,
      ),
      signedRejected(
        "both-targets-without-query",
        "@request-target and @path, and no @query",
        `${OLDER} HSIG-3.03`,
        "signature_component_missing",
        makeSigned(family, { sign: { components: inPlaceOf('"@query"', '"@request-target"') } }),
        compat,
      ),
      signedRejected(
        "older-without-wit",
        "a signature of revision 06 that does not cover the WIT",
        `${OLDER} HSIG-3.11`,
        "signature_component_missing",
        makeSigned(family, {
          sign: { components: (usual) => without('"workload-identity-token"')(olderComponents(usual)) },
        }),
        compat,
      ),
    ];
  }),
};
