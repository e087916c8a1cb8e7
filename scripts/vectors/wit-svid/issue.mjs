// @ts-check
import { inFamilies } from "../cases.mjs";
import { inKeySet, keyOf, SVID_FAMILIES } from "../keys.mjs";
import { NOW } from "../tokens.mjs";
import { ISSUER_CONTEXT, issued, issueInput, notIssued } from "../wit/issue.mjs";
import { SPIFFE_AGENT, SVID_CONTEXT } from "./accepted.mjs";

/** @type {import("../cases.mjs").VectorFile} */
export const svidIssuing = {
  suite: "wit-svid",
  name: "issuing",
  spec: "spiffe-wit-svid",
  description: "What an issuer signs as a WIT-SVID, and what it refuses to sign.",
  context: { ...ISSUER_CONTEXT, trust: SVID_CONTEXT.trust },
  cases: inFamilies(SVID_FAMILIES, (family) => {
    /** @param {import("../cases.mjs").Json} changes */
    const input = ({ options, ...changes }) =>
      issueInput(family, {
        sub: SPIFFE_AGENT,
        options: { profile: "wit-svid", .../** @type {object} */ (options) },
        ...changes,
      });
    const ed25519 = { ...family, issuer: keyOf("Ed25519", "issuer") };
    return [
      issued(
        "plain",
        "nothing but what is required, in header and claims",
        "WITSVID-2.1.01 WITSVID-2.2.01 WITSVID-2.3.01 WITSVID-2.4.01 WITSVID-3.1.01 WITSVID-3.2.01 WITSVID-3.2.03 WITSVID-3.2.04 WITSVID-3.4.01 WITSVID-3.8.01 WITSVID-4.01 WITSVID-4.02 WITSVID-4.03 WITSVID-4.04",
        family,
        input({}),
      ),
      issued(
        "optional-claims",
        "jti, nbf and an iss that is no URL",
        "WITSVID-3.3.01 WITSVID-3.5.01 WITSVID-3.6.01 WITSVID-3.7.01 WITSVID-3.7.02 WITSVID-3.8.02 WITSVID-4.05",
        family,
        input({ claims: { jti: "svid-1", nbf: NOW, iss: "spire-server", region: "eu" } }),
      ),
      notIssued(
        "algorithm",
        "an issuer with an Ed25519 key",
        "WITSVID-4.01 WITSVID-2.3.01",
        issueInput(ed25519, { sub: SPIFFE_AGENT, options: { profile: "wit-svid" } }),
      ),
      notIssued("no-kid", "no kid", "WITSVID-4.02 WITSVID-2.1.01", input({ options: { kid: undefined } })),
      notIssued("no-subject", "a subject that is no text", "WITSVID-4.03", input({ sub: null })),
      notIssued(
        "wimse-subject",
        "a Workload Identifier that is no SPIFFE ID",
        "WITSVID-3.1.01",
        input({ sub: "wimse://example.org/agent" }),
      ),
      notIssued(
        "cnf-algorithm",
        "a workload with an Ed25519 key",
        "WITSVID-4.04 WITSVID-3.2.04",
        input({ cnf: keyOf("Ed25519", "agent").publicJwk }),
      ),
      notIssued(
        "cnf-no-alg",
        "a key without alg",
        "WITSVID-3.2.03 WITSVID-4.04",
        input({ cnf: { ...inKeySet(family.agent), alg: undefined } }),
      ),
      notIssued("audience", "an audience", "WITSVID-3.8.01", input({ claims: { aud: "https://svc.example.com" } })),
      notIssued(
        "discoverable-iss",
        "an iss that OpenID Connect could discover",
        "WITSVID-3.7.02",
        input({ claims: { iss: "https://issuer.example.org" } }),
      ),
      notIssued("nbf-string", "nbf as a string", "WITSVID-4.05", input({ claims: { nbf: String(NOW) } })),
    ];
  }),
};
