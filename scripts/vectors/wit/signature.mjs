// @ts-check
import { inBothFamilies, WIT_CONTEXT, witRejected } from "../cases.mjs";
import { ed25519Family, es256 } from "../keys.mjs";
import { AGENT, makeWit, withFlippedBit } from "../tokens.mjs";

const INVALID = "wit_signature_invalid";
const SIGNATURE = "CREDS-5.1.4.05";

const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** @type {import("../cases.mjs").VectorFile} */
export const witSignature = {
  suite: "wit",
  name: "signature",
  spec: "draft-ietf-wimse-workload-creds-03",
  description: "Signatures that are not those of the selected key over the token.",
  context: WIT_CONTEXT,
  cases: [
    ...inBothFamilies((family) => {
      return [
        witRejected(
          "signed-by-stranger",
          "signed with a key that nobody trusts",
          SIGNATURE,
          INVALID,
          makeWit(family, { key: family.stranger }),
        ),

        witRejected(
          "signature-flipped-bit",
          "one bit of the signature changed",
          SIGNATURE,
          INVALID,
          makeWit(family, { signature: withFlippedBit }),
        ),
        witRejected(
          "signature-short",
          "the last byte of the signature left out",
          SIGNATURE,
          INVALID,
          makeWit(family, { signature: (bytes) => bytes.slice(0, -1) }),
        ),
        witRejected(
          "signature-long",
          "a byte after the signature",
          SIGNATURE,
          INVALID,
          makeWit(family, { signature: (bytes) => Uint8Array.of(...bytes, 0) }),
        ),
        witRejected(
          "signature-zero",
          "a signature of zeros",
          SIGNATURE,
          INVALID,
          makeWit(family, { signature: (bytes) => bytes.fill(0) }),
        ),
        witRejected(
          "claims-exchanged",
          "claims exchanged after signing",
          SIGNATURE,
          INVALID,
          withClaimsOf(makeWit(family), makeWit(family, { claims: { sub: `${AGENT}2` } })),
        ),
        witRejected(
          "header-exchanged",
          "header exchanged after signing",
          SIGNATURE,
          INVALID,
          withHeaderOf(makeWit(family), makeWit(family, { header: { "x-ver": 1 } })),
        ),
      ];
    }),
    witRejected(
      "ecdsa-der",
      "an ECDSA signature as an ASN.1 structure",
      SIGNATURE,
      INVALID,
      makeWit(es256, { signature: derOf }),
    ),
    witRejected(
      "ecdsa-r-zero",
      "an ECDSA signature with r = 0",
      SIGNATURE,
      INVALID,
      makeWit(es256, { signature: (bytes) => bytes.fill(0, 0, 32) }),
    ),
    witRejected(
      "ecdsa-s-zero",
      "an ECDSA signature with s = 0",
      SIGNATURE,
      INVALID,
      makeWit(es256, { signature: (bytes) => bytes.fill(0, 32) }),
    ),
    witRejected(
      "ed25519-s-too-large",
      "an Ed25519 signature with the order of the group added to s",
      SIGNATURE,
      INVALID,
      makeWit(ed25519Family, { signature: withLargerS }),
    ),
  ],
};

/** @param {string} token @param {string} other */
function withClaimsOf(token, other) {
  const [header, , signature] = token.split(".");
  return [header, other.split(".")[1], signature].join(".");
}

/** @param {string} token @param {string} other */
function withHeaderOf(token, other) {
  const [, claims, signature] = token.split(".");
  return [other.split(".")[0], claims, signature].join(".");
}

/** The ASN.1 form of an ECDSA signature. @param {Uint8Array} signature */
function derOf(signature) {
  const integers = [signature.slice(0, 32), signature.slice(32)].map((value) => {
    const bytes = value.slice(value.findIndex((byte) => byte !== 0));
    const signed = (bytes[0] ?? 0) < 128 ? [...bytes] : [0, ...bytes];
    return [2, signed.length, ...signed];
  });
  const content = integers.flat();
  return Uint8Array.of(48, content.length, ...content);
}

/** The same signature to whoever does not look at the range of s. @param {Uint8Array} signature of Ed25519 */
function withLargerS(signature) {
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString("hex")}`) + GROUP_ORDER;
  const bytes = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
  return Uint8Array.of(...signature.slice(0, 32), ...bytes);
}
