// @ts-check
import { inBothFamilies } from "../cases.mjs";
import { ed25519Family, es256 } from "../keys.mjs";
import {
  makeSigned,
  requestParameters,
  SIGNED_CONTEXT,
  SPEC,
  signedAccepted,
  signedRejected,
  usualComponents,
} from "../signed.mjs";
import { signatureLines, signatureMembers } from "../signatures.mjs";
import { withFlippedBit, withOtherS } from "../tokens.mjs";

const TAG_ALONE = "HSIG-3.35 HSIG-3.36 HSIG-5.2.01 HSIG-5.2.02";

/** @type {import("../cases.mjs").VectorFile} */
export const signedSignatures = {
  suite: "http-signature",
  name: "signatures",
  spec: SPEC,
  description:
    "Which signature of a request is the WIMSE signature, where there are several or none, and signatures that are not good.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    const other = family === es256 ? ed25519Family : es256;
    /** @typedef {import("../signed.mjs").Members} Members @typedef {import("../signatures.mjs").Message} Message */
    /** A signature of an intermediary. @param {Message} message @param {string} label @param {string} [tag] */
    const foreign = (message, label, tag) =>
      signatureMembers(message, {
        key: family.stranger,
        label,
        components: ['"@authority"'],
        parameters: { created: "1790000000", keyid: '"proxy-1"', tag: tag && `"${tag}"` },
      });
    /** Another signature of the agent. @param {Message} message @param {string} label @param {import("../signatures.mjs").Parameters} [parameters] */
    const another = (message, label, parameters = {}) =>
      signatureMembers(message, {
        key: family.agent,
        label,
        components: usualComponents(message.headers),
        parameters: requestParameters(parameters),
      });
    /** @param {(own: Members, message: Message) => Members[]} signatures @param {import("../signed.mjs").SignatureChanges} [sign] */
    const signedBy = (signatures, sign = {}) => makeSigned(family, { signatures, sign });
    /** @param {(own: Members) => [string, string][]} lines */
    const inLines = (lines) => {
      const plain = makeSigned(family, { sign: null });
      const own = another(plain, "wimse");
      return { ...plain, headers: [...plain.headers, ...lines(own)] };
    };
    /** @param {import("../signed.mjs").SignatureChanges} sign */
    const changed = (sign) => makeSigned(family, { sign });
    const [, foreignSignature = ["", ""]] = signatureLines(foreign(makeSigned(family, { sign: null }), "proxy"));
    return [
      signedAccepted("label-other", "another label", "HSIG-3.36", changed({ label: "sig1" })),
      signedAccepted("label-odd", "a label of odd characters", "HSIG-3.36", changed({ label: "*a-b_c.d*" })),
      signedAccepted(
        "foreign-before",
        "a signature of an intermediary before it",
        `${TAG_ALONE} HSIG-3.34`,
        signedBy((own, message) => [foreign(message, "proxy"), own]),
      ),
      signedAccepted(
        "foreign-after",
        "a signature of an intermediary behind it, with another tag",
        `${TAG_ALONE} HSIG-3.34`,
        signedBy((own, message) => [own, foreign(message, "proxy", "proxy")]),
      ),
      signedAccepted(
        "foreign-with-usual-label",
        "an intermediary took the label that is usual for the signature",
        TAG_ALONE,
        signedBy((own, message) => [foreign(message, "wimse"), own], { label: "sig2" }),
      ),
      signedAccepted(
        "foreign-unknown-component",
        "a signature of an intermediary over something that nobody knows",
        TAG_ALONE,
        signedBy((own, message) => [
          own,
          signatureMembers(message, {
            key: family.stranger,
            label: "proxy",
            components: ['"@everything"'],
            parameters: {},
            values: { '"@everything"': "" },
          }),
        ]),
      ),
      signedAccepted(
        "fields-of-two-lines",
        "each signature in lines of its own, the labels in another order",
        TAG_ALONE,
        inLines((own) => {
          const proxy = foreign(makeSigned(family, { sign: null }), "proxy");
          return [
            ["Signature-Input", own.input],
            ["Signature", proxy.signature],
            ["signature-input", proxy.input],
            ["signature", own.signature],
          ];
        }),
      ),
      signedRejected(
        "foreign-alone",
        "a signature of an intermediary only, under the usual label",
        "HSIG-3.33 HSIG-3.35 HSIG-3.36 HSIG-5.1.01 HSIG-5.2.02",
        "proof_missing",
        signedBy((_own, message) => [foreign(message, "wimse")]),
      ),
      signedRejected(
        "good-under-other-tag",
        "a broken WIMSE signature beside one of the agent that is good and has another tag",
        "HSIG-3.33 HSIG-3.35 HSIG-5.2.02",
        "signature_invalid",
        signedBy((own, message) => [another(message, "wimse", { tag: '"other"' }), own], {
          label: "sig2",
          signature: withFlippedBit,
        }),
      ),
      signedRejected(
        "two-with-tag",
        "two good signatures with the tag",
        "HSIG-3.32 HSIG-3.34",
        "signature_multiple",
        signedBy((own, message) => [own, another(message, "sig2", { nonce: '"abcd1111"' })]),
      ),
      signedRejected(
        "two-with-tag-one-broken",
        "a good signature and one of a stranger, both with the tag",
        "HSIG-3.34",
        "signature_multiple",
        signedBy((own, message) => [foreign(message, "proxy", "wimse-workload-to-workload"), own]),
      ),
      signedRejected(
        "none",
        "a WIT without a signature",
        "HSIG-5.1.01",
        "proof_missing",
        makeSigned(family, { sign: null }),
      ),
      signedRejected(
        "label-twice",
        "one label twice in both fields",
        "HSIG-3.35 R9421-4.01",
        "signature_malformed",
        signedBy((own, message) => [foreign(message, "wimse"), own]),
      ),
      signedRejected(
        "input-without-signature",
        "Signature-Input alone",
        "HSIG-3.01 R9421-4.02",
        "signature_malformed",
        inLines(({ input }) => [["Signature-Input", input]]),
      ),
      signedRejected(
        "signature-without-input",
        "Signature alone",
        "HSIG-3.01 R9421-4.02",
        ["signature_malformed", "proof_missing"],
        inLines(({ signature }) => [["Signature", signature]]),
      ),
      signedRejected(
        "labels-differ",
        "another label in Signature than in Signature-Input",
        "HSIG-3.01 R9421-4.02",
        "signature_malformed",
        inLines(({ input }) => [
          ["Signature-Input", input],
          ["Signature", foreignSignature[1]],
        ]),
      ),
      signedRejected(
        "input-no-dictionary",
        "a Signature-Input that is no dictionary",
        "HSIG-3.01 R9421-7.5.3.01",
        "signature_malformed",
        changed({ sentAs: (text) => text.replace(")", "") }),
      ),
      signedRejected(
        "input-no-strings",
        "components that are Tokens",
        "HSIG-3.01 R9421-4.1.01",
        "signature_malformed",
        changed({ sentAs: (text) => text.replace('"workload-identity-token"', "workload-identity-token") }),
      ),
      signedRejected(
        "signature-no-bytes",
        "a Signature that is a String",
        "HSIG-3.01 R9421-7.5.3.01",
        "signature_malformed",
        inLines(({ input, signature }) => [
          ["Signature-Input", input],
          ["Signature", signature.replaceAll(":", '"')],
        ]),
      ),

      signedRejected(
        "flipped-bit",
        "a bit of the signature changed",
        "HSIG-3.01 HSIG-3.42",
        "signature_invalid",
        changed({ signature: withFlippedBit }),
      ),
      signedRejected(
        "empty-signature",
        "a signature of no bytes",
        "HSIG-3.01",
        "signature_invalid",
        changed({ signature: () => new Uint8Array() }),
      ),
      signedRejected(
        "zero-signature",
        "a signature of zeros",
        "HSIG-3.01",
        "signature_invalid",
        changed({ signature: () => new Uint8Array(64) }),
      ),
      signedRejected(
        "long-signature",
        "a byte behind the signature",
        "HSIG-3.01",
        "signature_invalid",
        changed({ signature: (bytes) => Uint8Array.from([...bytes, 0]) }),
      ),
      signedRejected(
        "other-key",
        "a signature by another key of the algorithm",
        "HSIG-3.1.04 HSIG-3.42",
        "signature_invalid",
        changed({ key: family.neighbour }),
      ),
      signedRejected(
        "issuer-key",
        "a signature by the key of the WIT's issuer",
        "HSIG-3.1.04",
        "signature_invalid",
        changed({ key: family.issuer }),
      ),
      signedRejected(
        "other-algorithm",
        "a signature by another algorithm than cnf.jwk.alg",
        "HSIG-3.1.01 HSIG-3.1.04",
        "signature_invalid",
        changed({ key: other.agent }),
      ),
      signedRejected(
        "es256-flipped",
        "a workload with an ES256 key, and a bit of its signature changed",
        "HSIG-3.1.02",
        "signature_invalid",
        makeSigned({ ...family, agent: es256.agent }, { sign: { signature: withFlippedBit } }),
      ),
    ].concat(
      family === es256
        ? [
            signedAccepted(
              "other-s",
              "the other signature of ECDSA that verifies",
              "HSIG-3.1.02",
              changed({ signature: withOtherS }),
            ),
          ]
        : [],
    );
  }),
};
