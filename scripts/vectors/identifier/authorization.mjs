// @ts-check
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected, trustIn } from "../cases.mjs";
import { inKeySet } from "../keys.mjs";
import { AGENT, makeWit } from "../tokens.mjs";

const WHOLE = "ID-4.3.03 CREDS-9.2.01 ID-P-4.4.08";
const DOMAIN = "CREDS-7.01 CREDS-9.1.01 ID-4.2.01";

/** @type {import("../cases.mjs").VectorFile} */
export const workload = {
  suite: "identifier",
  name: "authorization",
  spec: "draft-ietf-wimse-identifier",
  description: "Who may call: identifiers count when they are authenticated, as a whole, within their trust domain.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const request = makeRequest(family);
    /** @param {string} sub */
    const from = (sub) => makeRequest(family, { wit: { claims: { sub } } });
    /** @param {unknown} allow @param {import("../cases.mjs").Json} [trust] */
    const allowing = (allow, trust = trustIn(family)) => ({ context: { trust, policy: { allow } } });
    /** @param {string} id @param {string} description @param {string} requirements @param {import("../cases.mjs").HttpRequest} request @param {unknown} allow @param {import("../cases.mjs").Json} [trust] */
    const allowed = (id, description, requirements, request, allow, trust) =>
      requestAccepted(id, description, requirements, request, allowing(allow, trust));
    /** @param {string} id @param {string} description @param {string} requirements @param {import("../cases.mjs").HttpRequest} request @param {unknown} allow @param {import("../cases.mjs").Json} [trust] */
    const refused = (id, description, requirements, request, allow, trust) =>
      requestRejected(id, description, requirements, "workload_not_authorized", request, allowing(allow, trust));
    const keys = [inKeySet(family.issuer)];
    const spiffe = { ...trustIn(family), "spiffe://example.com": { keys } };
    const partner = { ...trustIn(family), "wimse://partner.example": { keys: [inKeySet(family.partner)] } };
    const fromPartner = makeRequest(family, {
      wit: { key: family.partner, claims: { sub: "wimse://partner.example/agent" } },
    });
    /** @type {import("../cases.mjs").Line} */
    const claimed = ["X-Workload-Id", AGENT];
    return [
      allowed(
        "exactly",
        "exactly this workload",
        `${WHOLE} ID-P-4.4.09 ID-P-7.1.01 ID-P-7.1.03 ID-P-7.1.04 ID-7.2.01 ID-7.2.03`,
        request,
        { exactly: AGENT },
      ),
      refused("exactly-another", "exactly another workload", WHOLE, request, { exactly: "wimse://example.com/agent2" }),
      refused("exactly-letter-case", "a workload whose path differs in letter case", `${WHOLE} ID-P-4.4.07`, request, {
        exactly: "wimse://example.com/Agent",
      }),
      refused(
        "exactly-path-of-other-domain",
        "the same path in another trust domain",
        `${WHOLE} ${DOMAIN}`,
        fromPartner,
        { exactly: AGENT },
        partner,
      ),
      refused(
        "exactly-path-of-other-scheme",
        "the same trust domain and path under another scheme",
        `${WHOLE} ${DOMAIN}`,
        from("spiffe://example.com/agent"),
        { exactly: AGENT },
        spiffe,
      ),
      allowed(
        "other-domain",
        "a workload of the other trust domain where that one may call",
        `${DOMAIN} ID-7.3.01 ID-7.3.02 ID-7.3.03`,
        fromPartner,
        { exactly: "wimse://partner.example/agent" },
        partner,
      ),
      allowed("member", "every workload of a trust domain", DOMAIN, request, { memberOf: "wimse://example.com" }),
      refused("member-of-another", "every workload of another trust domain", DOMAIN, request, {
        memberOf: "wimse://partner.example",
      }),
      refused("member-of-subdomain", "every workload of a trust domain below", DOMAIN, request, {
        memberOf: "wimse://sub.example.com",
      }),
      refused(
        "member-under-other-scheme",
        "every workload of a trust domain with the same name under another scheme",
        DOMAIN,
        request,
        { memberOf: "spiffe://example.com" },
      ),
      allowed("under-itself", "a workload and all below it: the workload", "ID-7.6.01", request, { under: AGENT }),
      allowed("under", "a workload below", "ID-7.6.01", from("wimse://example.com/agent/7"), { under: AGENT }),
      refused(
        "under-longer-segment",
        "a workload whose segment only begins alike",
        "ID-7.6.01",
        from("wimse://example.com/agents"),
        { under: AGENT },
      ),
      refused("under-above", "a workload above", "ID-7.6.01", from("wimse://example.com/team"), {
        under: "wimse://example.com/team/agent",
      }),
      refused(
        "exactly-is-no-prefix",
        "a workload below one that may call",
        "ID-7.6.01",
        from("wimse://example.com/agent/7"),
        { exactly: AGENT },
      ),
      allowed("any-of", "one of two rules", "CREDS-9.2.01", request, {
        anyOf: [{ under: "wimse://example.com/x" }, { exactly: AGENT }],
      }),
      refused("any-of-none", "no rule, so nobody", "CREDS-9.2.01", request, { anyOf: [] }),

      requestAccepted(
        "header-ignored",
        "an identifier in a field is no identity, whatever it says",
        "ID-7.2.02 ID-5.05",
        makeRequest(family, { lines: [["X-Workload-Id", "wimse://example.com/admin"]] }),
      ),
      requestRejected(
        "header-alone",
        "an identifier in a field, and no credential",
        "ID-7.2.01 ID-7.2.02 ID-7.2.03",
        "wit_missing",
        makeRequest(family, { wit: null, wpt: null, lines: [claimed] }),
      ),
      refused(
        "header-of-allowed-workload",
        "the identifier of a workload that may call in a field",
        "ID-7.2.02",
        makeRequest(family, { wit: { claims: { sub: "wimse://example.com/other" } }, lines: [claimed] }),
        { exactly: AGENT },
      ),
      requestRejected(
        "unverified",
        "a WIT that decodes and does not verify",
        "ID-7.2.01 ID-7.2.03",
        "wit_signature_invalid",
        makeRequest(family, { wit: makeWit(family, { key: family.stranger }) }),
      ),
      requestRejected(
        "no-subject",
        "a WIT without subject, from a host that has a name",
        "ID-5.05 CREDS-7.02",
        "wit_subject_invalid",
        makeRequest(family, { wit: { claims: { sub: undefined, client_host: "agent.example.com" } } }),
      ),
    ];
  }),
};
