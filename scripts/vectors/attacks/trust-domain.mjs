// @ts-check
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected, trustIn } from "../cases.mjs";
import { inKeySet, keyOf } from "../keys.mjs";
import { makeWit, ORIGIN } from "../tokens.mjs";

const DOMAIN = "CREDS-3.01 CREDS-3.04 ID-7.3.02";

/** @type {import("../cases.mjs").VectorFile} */
export const trustAttacks = {
  suite: "attacks",
  name: "trust-domain",
  spec: "draft-ietf-wimse-wpt-02",
  description:
    "Being a workload of another trust domain: with an issuer that is genuine for its own names only, or with a key that is not there.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const { partner, stranger } = family;
    const partnerTrust = { ...trustIn(family), "wimse://partner.example": { keys: [inKeySet(partner)] } };
    const spiffeTrust = { ...trustIn(family), "spiffe://example.com": { keys: [inKeySet(partner)] } };
    /** @param {import("../cases.mjs").Json} trust */
    const trusting = (trust) => ({ context: { trust } });
    /** @param {import("../cases.mjs").Json} header */
    const signedByIssuer = (header) => makeWit(family, { header });
    return [
      requestAccepted(
        "partner",
        "a workload of another trust domain, whose issuer uses the same kid",
        DOMAIN,
        makeRequest(family, { wit: { key: partner, claims: { sub: "wimse://partner.example/agent" } } }),
        trusting(partnerTrust),
      ),
      requestRejected(
        "partner-signs-for-us",
        "the issuer of that trust domain signs for a workload of ours",
        DOMAIN,
        "wit_signature_invalid",
        makeRequest(family, { wit: { key: partner } }),
        trusting(partnerTrust),
      ),
      requestRejected(
        "we-sign-for-partner",
        "our issuer signs for a workload of that trust domain",
        DOMAIN,
        "wit_signature_invalid",
        makeRequest(family, { wit: { claims: { sub: "wimse://partner.example/agent" } } }),
        trusting(partnerTrust),
      ),
      requestRejected(
        "partner-with-iss",
        "the other issuer signs for a workload of ours and says who it is",
        `${DOMAIN} CREDS-3.03`,
        "wit_signature_invalid",
        makeRequest(family, { wit: { key: partner, claims: { iss: "https://partner.example" } } }),
        trusting(partnerTrust),
      ),
      requestRejected(
        "partner-own-kid",
        "the other issuer signs for a workload of ours, under a kid that only it has",
        DOMAIN,
        "wit_key_not_found",
        makeRequest(family, { wit: { key: { ...partner, kid: "partner" } } }),
        trusting({
          ...trustIn(family),
          "wimse://partner.example": { keys: [inKeySet({ ...partner, kid: "partner" })] },
        }),
      ),
      requestRejected(
        "partner-no-kid",
        "the other issuer signs for a workload of ours, without kid",
        `${DOMAIN} CREDS-3.08`,
        "wit_signature_invalid",
        makeRequest(family, { wit: { key: partner, header: { kid: undefined } } }),
        trusting(partnerTrust),
      ),
      requestRejected(
        "other-scheme",
        "our trust domain under another scheme, signed with our key",
        `ID-4.2.01 ${DOMAIN}`,
        "wit_signature_invalid",
        makeRequest(family, { wit: { claims: { sub: "spiffe://example.com/agent" } } }),
        trusting(spiffeTrust),
      ),
      requestRejected(
        "other-scheme-unknown",
        "our trust domain under a scheme that is not configured",
        "ID-4.2.01 ID-7.3.01",
        "wit_trust_domain_unknown",
        makeRequest(family, { wit: { claims: { sub: "spiffe://example.com/agent" } } }),
      ),
      requestRejected(
        "longer-domain",
        "a trust domain that begins with the name of ours",
        "ID-7.3.01",
        "wit_trust_domain_unknown",
        makeRequest(family, { wit: { key: stranger, claims: { sub: "wimse://example.com.evil.example/agent" } } }),
      ),
      requestRejected(
        "userinfo",
        "our trust domain as a user name",
        "ID-7.1.01",
        "wit_subject_invalid",
        makeRequest(family, { wit: { claims: { sub: "wimse://example.com@evil.example/agent" } } }),
      ),
      requestAccepted(
        "before-withdrawal",
        "a key that is still in the key set",
        "CREDS-3.07 CREDS-3.01",
        makeRequest(family),
      ),
      requestRejected(
        "withdrawn-key",
        "a key that was withdrawn after it was used",
        "CREDS-3.07 CREDS-3.01",
        "wit_key_not_found",
        makeRequest(family, { wpt: { claims: { jti: "another-proof-000000" } } }),
        {
          after: "before-withdrawal",
          ...trusting({ [ORIGIN]: { keys: [inKeySet(keyOf(family.alg, "partner", "next"))] } }),
        },
      ),

      requestRejected(
        "kid-as-path",
        "a kid that is a path to a file",
        "CREDS-3.07",
        "wit_key_not_found",
        makeRequest(family, { wit: signedByIssuer({ kid: "../../../../dev/null" }) }),
      ),
      requestRejected(
        "kid-as-query",
        "a kid that is a query",
        "CREDS-3.07",
        "wit_key_not_found",
        makeRequest(family, { wit: signedByIssuer({ kid: "x' OR '1'='1" }) }),
      ),
      requestRejected(
        "kid-as-member",
        "a kid that is named like something that objects have",
        "CREDS-3.07",
        "wit_key_not_found",
        makeRequest(family, { wit: signedByIssuer({ kid: "__proto__" }) }),
      ),
    ];
  }),
};
