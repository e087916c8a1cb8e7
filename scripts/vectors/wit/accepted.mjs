// @ts-check
import { inBothFamilies, witAccepted, WIT_CONTEXT } from "../cases.mjs";
import { ed25519Family, es256, inKeySet, keyOf } from "../keys.mjs";
import { makeWit, NOW, ORIGIN, withOtherS } from "../tokens.mjs";

const SOUND =
  "CREDS-3.01 CREDS-3.03 CREDS-3.04 CREDS-3.06 CREDS-3.07 CREDS-4.01 CREDS-5.1.01 CREDS-5.1.02 CREDS-5.1.03 CREDS-5.1.05 CREDS-5.1.06 CREDS-5.1.08 CREDS-5.1.09 CREDS-5.1.12 CREDS-5.1.13 CREDS-5.1.15 CREDS-5.1.16 CREDS-5.1.17 CREDS-5.1.4.01 CREDS-5.1.4.02 CREDS-5.1.4.03 CREDS-5.1.4.04 CREDS-5.1.4.05 CREDS-5.1.4.06 CREDS-5.1.4.08 CREDS-9.3.1.01 CREDS-9.3.1.02 CREDS-1.3.01";

/** A trust domain with one key and nothing else. @param {import("../keys.mjs").Key} key */
const trusting = (key) => ({ context: { trust: { [ORIGIN]: { keys: [inKeySet(key)] } } } });

/** The further algorithms of the IANA registry, with RSA keys of 2048 bits. */
const OTHER_ALGORITHMS = ["ES384", "ES512", "EdDSA", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/** @param {string} alg */
function signedWith(alg) {
  const issuer = keyOf(alg, "issuer", "issuer");
  const wit = makeWit(es256, { key: issuer });
  return witAccepted(
    `signed-with-${alg.toLowerCase()}`,
    `signed with ${alg}`,
    "CREDS-5.1.01 CREDS-3.06",
    wit,
    trusting(issuer),
  );
}

/** @param {string} alg */
function binding(alg) {
  const wit = makeWit(es256, { claims: { cnf: { jwk: keyOf(alg, "agent").publicJwk } } });
  return witAccepted(`binds-${alg.toLowerCase()}`, `binds a key for ${alg}`, "CREDS-5.1.09 CREDS-5.1.13", wit);
}

/** @type {import("../cases.mjs").VectorFile} */
export const acceptedWits = {
  suite: "wit",
  name: "accepted",
  spec: "draft-ietf-wimse-workload-creds-03",
  description: "Workload Identity Tokens that verify.",
  context: WIT_CONTEXT,
  cases: [
    ...inBothFamilies((family) => [
      witAccepted("plain", "nothing but what is required", SOUND, makeWit(family)),
      witAccepted(
        "registered-claims",
        "iss, iat, nbf and jti besides",
        "CREDS-5.1.04 CREDS-5.1.07 CREDS-5.1.3.01",
        makeWit(family, { claims: { iss: "https://issuer.example.com", iat: NOW - 60, nbf: NOW - 60, jti: "wit-1" } }),
      ),
      witAccepted(
        "no-iss",
        "no iss: identity and trust domain come from sub",
        "CREDS-5.1.3.02 CREDS-5.1.04 CREDS-5.1.3.01",
        makeWit(family),
      ),
      witAccepted("no-jti", "no jti", "CREDS-5.1.07", makeWit(family)),
      witAccepted(
        "unknown-claims",
        "claims that nobody knows, one of them named like a claim of others",
        "CREDS-5.1.2.04 CREDS-5.1.4.07",
        makeWit(family, {
          claims: {
            "https://example.com/team": ["a", { b: 1 }],
            scope: "admin",
            act: { sub: "wimse://other.example/x" },
          },
        }),
      ),
      witAccepted(
        "audience",
        "aud, which a WIT does not know",
        "CREDS-5.1.4.07",
        makeWit(family, { claims: { aud: "https://other.example" } }),
      ),
      witAccepted(
        "unknown-header",
        "header parameters that nobody knows",
        "CREDS-5.1.4.01",
        makeWit(family, { header: { "x-ver": 2, cty: "x" } }),
      ),
      witAccepted(
        "unknown-jwk-members",
        "members of cnf and of the key that nobody knows",
        "CREDS-5.1.4.07 CREDS-5.1.09",
        makeWit(family, {
          claims: {
            cnf: { kid: "1", jwk: { ...family.agent.publicJwk, kid: "1", use: "sig", key_ops: ["verify"], ext: true } },
          },
        }),
      ),
      witAccepted(
        "typ-as-media-type",
        "typ with application/",
        "CREDS-5.1.03 CREDS-5.1.4.04 CREDS-11.1.01",
        makeWit(family, { header: { typ: "application/wit+jwt" } }),
      ),
      witAccepted(
        "typ-in-capitals",
        "typ in another letter case",
        "CREDS-5.1.4.04 CREDS-11.1.01",
        makeWit(family, { header: { typ: "WIT+JWT" } }),
      ),
      witAccepted("wimse-subject", "a subject of the wimse scheme", "CREDS-5.1.19 CREDS-5.1.05", makeWit(family)),
      witAccepted(
        "spiffe-subject",
        "a subject of the spiffe scheme, without the profile of WIT-SVID",
        "CREDS-5.1.19",
        makeWit(family, { claims: { sub: "spiffe://example.org/agent" } }),
        { context: { trust: { "spiffe://example.org": { keys: [inKeySet(family.issuer)] } } } },
      ),
      witAccepted(
        "other-scheme",
        "a subject of a scheme of the deployment's own",
        "CREDS-5.1.19 ID-4.1.10",
        makeWit(family, { claims: { sub: "example://workloads.example/the%20agent" } }),
        { context: { trust: { "example://workloads.example": { keys: [inKeySet(family.issuer)] } } } },
      ),
      witAccepted(
        "second-key",
        "two keys of one algorithm, told apart by kid",
        "CREDS-3.05 CREDS-3.07",
        makeWit(family, { key: keyOf(family.alg, "partner", "next") }),
        {
          context: {
            trust: { [ORIGIN]: { keys: [inKeySet(family.issuer), inKeySet(keyOf(family.alg, "partner", "next"))] } },
          },
        },
      ),
      witAccepted(
        "no-kid",
        "no kid, and one key for the algorithm",
        "CREDS-3.08",
        makeWit(family, { header: { kid: undefined } }),
      ),
      witAccepted(
        "key-without-kid",
        "no kid, and a key that has none",
        "CREDS-3.08",
        makeWit(family, { header: { kid: undefined } }),
        {
          context: { trust: { [ORIGIN]: { keys: [family.issuer.publicJwk] } } },
        },
      ),
      witAccepted(
        "key-without-alg",
        "a key of the trust domain that does not say its algorithm",
        "CREDS-3.06 CREDS-3.07",
        makeWit(family),
        {
          context: { trust: { [ORIGIN]: { keys: [{ ...inKeySet(family.issuer), alg: undefined }] } } },
        },
      ),
      witAccepted(
        "key-with-use",
        "a key of the trust domain for signatures, beside one for encryption",
        "CREDS-3.05",
        makeWit(family),
        {
          context: {
            trust: {
              [ORIGIN]: {
                keys: [
                  { ...inKeySet(family.issuer), use: "sig", key_ops: ["verify"] },
                  { ...inKeySet(keyOf("ES256", "stranger", "enc")), alg: "ECDH-ES", use: "enc" },
                ],
              },
            },
          },
        },
      ),
      witAccepted("key-with-wit-svid-use", "a key of the trust domain for WIT-SVIDs", "CREDS-3.07", makeWit(family), {
        context: { trust: { [ORIGIN]: { keys: [{ ...inKeySet(family.issuer), use: "wit-svid" }] } } },
      }),
      witAccepted("algorithm-list", "an algorithm that the trust domain lists", "CREDS-3.06", makeWit(family), {
        context: { trust: { [ORIGIN]: { keys: [inKeySet(family.issuer)], algorithms: [family.alg] } } },
      }),
      witAccepted(
        "listed-issuer",
        "an https iss that the configuration lists",
        "CREDS-5.1.3.03 CREDS-9.1.02 CREDS-3.03",
        makeWit(family, { claims: { iss: "https://issuer.example.com" } }),
        {
          context: {
            trust: {
              [ORIGIN]: { keys: [inKeySet(family.issuer)], issuers: ["urn:example:a", "https://issuer.example.com"] },
            },
          },
        },
      ),
      witAccepted(
        "subject-2048",
        "a subject of 2048 bytes",
        "ID-4.1.08 ID-7.1.04 ID-P-4.1.05",
        makeWit(family, { claims: { sub: "wimse://example.com/".padEnd(2048, "x") } }),
      ),
    ]),
    witAccepted("es256", "ES256, which everybody implements", "CREDS-5.1.18", makeWit(es256)),
    witAccepted(
      "mixed-families",
      "signed with ES256, binding a key for Ed25519",
      "CREDS-5.1.01 CREDS-5.1.13",
      makeWit(es256, { claims: { cnf: { jwk: ed25519Family.agent.publicJwk } } }),
    ),
    witAccepted(
      "high-s",
      "an ECDSA signature with the larger of the two values of s",
      "CREDS-5.1.4.05",
      makeWit(es256, { signature: withOtherS }),
    ),
    witAccepted(
      "eddsa-key-without-alg",
      "alg EdDSA, and a key that does not say its algorithm",
      "CREDS-3.06 CREDS-3.07",
      makeWit(ed25519Family, { header: { alg: "EdDSA" } }),
      { context: { trust: { [ORIGIN]: { keys: [{ ...inKeySet(ed25519Family.issuer), alg: undefined }] } } } },
    ),
    ...OTHER_ALGORITHMS.map(signedWith),
    ...OTHER_ALGORITHMS.map(binding),
  ],
};
