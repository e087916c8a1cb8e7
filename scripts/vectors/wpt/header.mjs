// @ts-check
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestRejected } from "../cases.mjs";
import { ed25519Family, es256, keyOf } from "../keys.mjs";
import { makeWpt, withFlippedBit } from "../tokens.mjs";

const TYPE = "WPT-2.07 WPT-2.27";
const ALGORITHM = "WPT-2.05 WPT-2.06 WPT-2.25 CREDS-5.1.14";
const SIGNATURE = "WPT-2.26";
const CRITICAL = "wpt_critical_header_unsupported";

/** @type {import("../cases.mjs").VectorFile} */
export const wptHeader = {
  suite: "wpt",
  name: "header-and-signature",
  spec: "draft-ietf-wimse-wpt-02",
  description: "Type, algorithm, critical parameters and signature of a WPT.",
  context: REQUEST_CONTEXT,
  cases: [
    ...inBothFamilies((family) => {
      const other = family === es256 ? ed25519Family : es256;
      /** @param {string} id @param {string} description @param {unknown} typ */
      const typ = (id, description, typ) =>
        requestRejected(
          `typ-${id}`,
          description,
          TYPE,
          "wpt_type_mismatch",
          makeRequest(family, { wpt: { header: { typ } } }),
        );
      /** @param {string} id @param {string} description @param {unknown} alg */
      const alg = (id, description, alg) =>
        requestRejected(
          `alg-${id}`,
          description,
          ALGORITHM,
          "wpt_algorithm_mismatch",
          makeRequest(family, { wpt: { header: { alg } } }),
        );
      /** @param {string} id @param {string} description @param {import("../cases.mjs").Json} header */
      const critical = (id, description, header) =>
        requestRejected(id, description, "WPT-2.24", CRITICAL, makeRequest(family, { wpt: { header } }));
      /** @param {string} id @param {string} description @param {import("../tokens.mjs").WptChanges} wpt */
      const signature = (id, description, wpt) =>
        requestRejected(
          `signature-${id}`,
          description,
          SIGNATURE,
          "wpt_signature_invalid",
          makeRequest(family, { wpt }),
        );
      return [
        typ("missing", "no typ", undefined),
        typ("jwt", "typ JWT", "JWT"),
        typ("wit", "typ of a WIT", "wit+jwt"),
        typ("dpop", "typ of another proof", "dpop+jwt"),
        typ("of-early-drafts", "typ of early drafts", "wimse-proof+jwt"),
        typ("other-tree", "typ with another top-level type", "text/wpt+jwt"),
        typ("number", "typ that is a number", 1),
        alg("missing", "no alg", undefined),
        alg("none", "alg none", "none"),
        alg("hs256", "a MAC", "HS256"),
        alg("encryption", "an encryption algorithm", "ECDH-ES"),
        alg(
          "letter-case",
          "the algorithm of the WIT's key in another letter case",
          family === es256 ? "es256" : "ed25519",
        ),
        requestRejected(
          "alg-of-other-key",
          "signed with another key and its algorithm",
          ALGORITHM,
          "wpt_algorithm_mismatch",
          makeRequest(family, { wpt: { key: other.agent } }),
        ),
        critical("crit-unknown", "a critical parameter that nobody knows", { crit: ["x-ver"], "x-ver": 1 }),
        critical("crit-empty", "an empty list of critical parameters", { crit: [] }),
        critical("b64", "b64, which changes what is signed", { b64: false }),
        signature("of-neighbour", "signed with the key of another workload", { key: family.neighbour }),
        signature("of-issuer", "signed with the key of the issuer", { key: family.issuer }),
        signature("with-embedded-key", "signed with a key that the header brings along", {
          key: family.stranger,
          header: { jwk: family.stranger.publicJwk },
        }),
        signature("flipped-bit", "one bit of the signature changed", { signature: withFlippedBit }),
        signature("short", "the last byte of the signature left out", { signature: (bytes) => bytes.slice(0, -1) }),
        signature("zero", "a signature of zeros", { signature: (bytes) => bytes.fill(0) }),
        requestRejected(
          "claims-exchanged",
          "claims exchanged after signing",
          SIGNATURE,
          "wpt_signature_invalid",
          makeRequest(family, {
            wpt: withClaimsOf(makeWpt(family), makeWpt(family, { claims: { jti: "another-proof-000000" } })),
          }),
        ),
      ];
    }),
    requestRejected(
      "alg-eddsa-for-ed25519",
      "alg EdDSA, where the WIT's key says Ed25519",
      ALGORITHM,
      "wpt_algorithm_mismatch",
      makeRequest(ed25519Family, { wpt: { header: { alg: "EdDSA" } } }),
    ),
    requestRejected(
      "alg-ed25519-for-eddsa",
      "alg Ed25519, where the WIT's key says EdDSA",
      ALGORITHM,
      "wpt_algorithm_mismatch",
      makeRequest(ed25519Family, { wit: { claims: { cnf: { jwk: keyOf("EdDSA", "agent").publicJwk } } } }),
    ),
    requestRejected(
      "alg-ps256-for-rs256",
      "alg PS256, where the WIT's key says RS256",
      ALGORITHM,
      "wpt_algorithm_mismatch",
      makeRequest(es256, {
        wit: { claims: { cnf: { jwk: keyOf("RS256", "agent").publicJwk } } },
        wpt: { key: keyOf("PS256", "agent") },
      }),
    ),
    requestRejected(
      "ps256-as-rs256",
      "a PS256 signature under the name RS256",
      SIGNATURE,
      "wpt_signature_invalid",
      makeRequest(es256, {
        wit: { claims: { cnf: { jwk: keyOf("RS256", "agent").publicJwk } } },
        wpt: { key: keyOf("PS256", "agent"), header: { alg: "RS256" } },
      }),
    ),
  ],
};

/** @param {string} token @param {string} other */
function withClaimsOf(token, other) {
  const [header, , signature] = token.split(".");
  return [header, other.split(".")[1], signature].join(".");
}
