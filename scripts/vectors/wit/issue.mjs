// @ts-check
import { acceptWith, inBothFamilies, makeCase, rejectWith, trustIn } from "../cases.mjs";
import { ed25519Family, es256, FAMILIES } from "../keys.mjs";
import { AGENT, jws, NOW } from "../tokens.mjs";

/** @typedef {import("../cases.mjs").Json} Json */
/** @typedef {import("../keys.mjs").Family} Family */

/** Algorithms that make one signature only of the same bytes. */
const DETERMINISTIC = ["Ed25519", "RS256"];

/**
 * What is asked of an issuer.
 *
 * @param {Family} family @param {{ sub?: unknown; cnf?: Json; claims?: Json; options?: Json }} [changes]
 */
export function issueInput({ issuer, agent }, { sub = AGENT, cnf = agent.publicJwk, claims = {}, options = {} } = {}) {
  return { wit: { sub, cnf, claims }, options: { kid: issuer.kid, ...options }, key: issuer.privateJwk };
}

/**
 * A WIT that is issued. Its bytes are given where the algorithm settles them.
 *
 * @param {string} id @param {string} description @param {string} requirements
 * @param {Family} family @param {ReturnType<typeof issueInput>} input
 */
export function issued(id, description, requirements, family, input) {
  const { sub, cnf, claims } = input.wit;
  const lifetime = /** @type {Json} */ (input.options)["lifetime"] ?? 3600;
  const header = { alg: family.alg, kid: input.options.kid, typ: "wit+jwt" };
  const wit = jws(header, { iat: NOW, ...claims, sub, exp: NOW + Number(lifetime), cnf: { jwk: cnf } }, family.issuer);
  const output = DETERMINISTIC.includes(family.alg) ? { wit } : {};
  return makeCase("issueWit", id, description, requirements, input, acceptWith(output));
}

/**
 * Something that an issuer must not put into a WIT.
 *
 * @param {string} id @param {string} description @param {string} requirements @param {Json} input
 */
export function notIssued(id, description, requirements, input) {
  return makeCase("issueWit", id, description, requirements, input, rejectWith("configuration_invalid"));
}

export const ISSUER_CONTEXT = {
  now: NOW,
  runtime: { now: NOW, random: "000102030405060708090a0b0c0d0e0f" },
  trust: trustIn(...FAMILIES),
};

/** @type {import("../cases.mjs").VectorFile} */
export const issuing = {
  suite: "wit",
  name: "issuing",
  spec: "draft-ietf-wimse-workload-creds-03",
  description:
    "What an issuer signs, and what it refuses to sign. Where the algorithm makes one signature only of the same bytes, the token is given; another order of members is as good, and is verified instead of compared.",
  context: ISSUER_CONTEXT,
  cases: inBothFamilies((family) => {
    const { publicJwk, privateJwk } = family.agent;
    const other = family === es256 ? ed25519Family : es256;
    /** @param {Json} cnf */
    const binding = (cnf) => issueInput(family, { cnf });
    return [
      issued(
        "plain",
        "a workload and its key",
        "CREDS-4.01 CREDS-5.1.01 CREDS-5.1.03 CREDS-5.1.05 CREDS-5.1.06 CREDS-5.1.08 CREDS-5.1.09 CREDS-5.1.12 CREDS-9.3.1.01 ID-4.4.02 ID-P-4.1.02 ID-P-4.4.05",
        family,
        issueInput(family),
      ),
      issued(
        "claims",
        "iss, nbf, jti and a claim of its own",
        "CREDS-5.1.04 CREDS-5.1.07 CREDS-5.1.3.01",
        family,
        issueInput(family, { claims: { iss: "https://issuer.example.com", nbf: NOW, jti: "wit-1", team: ["a"] } }),
      ),
      issued(
        "lifetime",
        "a lifetime of ten minutes",
        "CREDS-5.1.06 CREDS-9.3.1.02",
        family,
        issueInput(family, { options: { lifetime: 600 } }),
      ),
      issued(
        "lifetime-day",
        "a lifetime of a day",
        "CREDS-9.3.1.02",
        family,
        issueInput(family, { options: { lifetime: 86400 } }),
      ),
      issued(
        "other-key",
        "a key of another kind than the issuer's",
        "CREDS-5.1.13",
        family,
        binding(other.agent.publicJwk),
      ),
      issued(
        "subject-2048",
        "a subject of 2048 bytes",
        "ID-4.1.09 SPIFFEID-2.3.02",
        family,
        issueInput(family, { sub: "wimse://example.com/".padEnd(2048, "x") }),
      ),

      notIssued(
        "lifetime-too-long",
        "a lifetime of more than a day",
        "CREDS-9.3.1.02",
        issueInput(family, { options: { lifetime: 86401 } }),
      ),
      notIssued(
        "lifetime-year",
        "a lifetime of a year",
        "CREDS-9.3.1.02 CREDS-5.1.06",
        issueInput(family, { options: { lifetime: 31536000 } }),
      ),
      notIssued(
        "subject-not-canonical",
        "a subject in capitals",
        "ID-P-4.1.02",
        issueInput(family, { sub: "wimse://EXAMPLE.com/agent" }),
      ),
      notIssued(
        "subject-pchar",
        "a path character that is not unreserved",
        "ID-P-4.4.05",
        issueInput(family, { sub: "wimse://example.com/a:b" }),
      ),
      notIssued(
        "subject-port",
        "a subject with a port",
        "ID-4.4.02 CREDS-5.1.05",
        issueInput(family, { sub: "wimse://example.com:443/agent" }),
      ),
      notIssued(
        "subject-2049",
        "a subject of 2049 bytes",
        "ID-4.1.09 SPIFFEID-2.3.02",
        issueInput(family, { sub: "wimse://example.com/".padEnd(2049, "x") }),
      ),
      notIssued("two-subjects", "two subjects", "CREDS-4.01", issueInput(family, { sub: [AGENT, `${AGENT}2`] })),
      notIssued(
        "subject-among-claims",
        "a second sub among the claims",
        "CREDS-4.01",
        issueInput(family, { claims: { sub: `${AGENT}2` } }),
      ),
      notIssued("private-key", "the private key of the workload", "CREDS-5.1.09", binding(privateJwk)),
      notIssued("no-alg", "a key without alg", "CREDS-5.1.12", binding({ ...publicJwk, alg: undefined })),
      notIssued("alg-none", "a key with alg none", "CREDS-5.1.15", binding({ ...publicJwk, alg: "none" })),
      notIssued(
        "alg-symmetric",
        "a key with a symmetric algorithm",
        "CREDS-5.1.16",
        binding({ ...publicJwk, alg: "HS256" }),
      ),
      notIssued(
        "alg-encryption",
        "a key with an encryption algorithm",
        "CREDS-5.1.17",
        binding({ ...publicJwk, alg: "ECDH-ES" }),
      ),
      notIssued(
        "iss-number",
        "an iss that is a number",
        "CREDS-5.1.04 CREDS-5.1.3.01",
        issueInput(family, { claims: { iss: 1 } }),
      ),
      notIssued("jti-number", "a jti that is a number", "CREDS-5.1.07", issueInput(family, { claims: { jti: 1 } })),
    ];
  }),
};
