// @ts-check
import { inBothFamilies, withPolicy } from "../cases.mjs";
import { makeSigned, SIGNED_CONTEXT, SPEC, signedAccepted, signedRejected } from "../signed.mjs";
import { makeWit, makeWpt, NOW, withFlippedBit } from "../tokens.mjs";

const SEEN = "HSIG-3.38 HSIG-3.39 HSIG-5.1.06 HSIG-6.4.01";

/** @type {import("../cases.mjs").VectorFile} */
export const signedReplay = {
  suite: "http-signature",
  name: "replay",
  spec: SPEC,
  description: "Signed requests that come again. The nonces of one sender are told apart from those of another.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    const plain = makeSigned(family);
    const wit = makeWit(family);
    const other = { ...family, agent: family.neighbour };
    const bothProofs = withPolicy({ proofs: ["http-signature", "wpt"] });
    /** @param {string} nonce @param {string} jti */
    const withWpt = (nonce, jti) =>
      makeSigned(family, {
        wit,
        lines: [["Authorization", `WPT ${makeWpt(family, { wit, claims: { jti } })}`]],
        sign: { parameters: { nonce: `"${nonce}"` } },
      });
    return [
      signedAccepted("first", "a request for the first time", SEEN, plain),
      signedRejected("again", "the same request again", SEEN, "signature_replayed", plain, { after: "first" }),
      signedRejected("third", "and again", SEEN, "signature_replayed", plain, { after: "again" }),
      signedAccepted("first-of-two", "a request for the first time", SEEN, plain),
      signedAccepted(
        "other-nonce",
        "the same request with another nonce",
        SEEN,
        makeSigned(family, { sign: { parameters: { nonce: '"abcd1111"' } } }),
        { after: "first-of-two" },
      ),
      signedAccepted("first-request", "a request for the first time", SEEN, plain),
      signedRejected(
        "other-request-same-nonce",
        "another request with the nonce",
        SEEN,
        "signature_replayed",
        makeSigned(family, {
          method: "DELETE",
          sign: { parameters: { expires: String(NOW + 50) } },
        }),
        { after: "first-request" },
      ),
      signedAccepted("first-with-label", "a request for the first time", SEEN, plain),
      signedRejected(
        "other-label-same-nonce",
        "the same request under another label",
        SEEN,
        "signature_replayed",
        makeSigned(family, { sign: { label: "sig2" } }),
        { after: "first-with-label" },
      ),
      signedAccepted("first-wit", "a request for the first time", SEEN, plain),
      signedRejected(
        "renewed-wit-same-nonce",
        "the nonce with a renewed WIT of the sender",
        SEEN,
        "signature_replayed",
        makeSigned(family, { wit: { claims: { exp: NOW + 7200 } } }),
        { after: "first-wit" },
      ),
      signedAccepted("first-sender", "a request for the first time", SEEN, plain),
      signedAccepted(
        "other-sender-same-nonce",
        "another sender that happens to use the nonce",
        SEEN,
        makeSigned(other, { wit: { claims: { sub: "wimse://example.com/reporter" } } }),
        { after: "first-sender" },
      ),
      signedRejected(
        "broken-first",
        "a broken signature with a nonce",
        "HSIG-3.42",
        "signature_invalid",
        makeSigned(family, { sign: { signature: withFlippedBit } }),
      ),
      signedAccepted("good-after-broken", "does not use it up", `HSIG-3.42 ${SEEN}`, plain, { after: "broken-first" }),
      signedRejected("content-first", "content that was exchanged", "HSIG-3.42 HSIG-3.20", "content_digest_mismatch", {
        ...makeSigned(family, { body: "two cones" }),
        body: Buffer.from("six cones").toString("base64"),
      }),
      signedAccepted(
        "good-after-content",
        "does not use up the nonce either",
        `HSIG-3.42 ${SEEN}`,
        makeSigned(family, { body: "two cones" }),
        { after: "content-first" },
      ),
      signedAccepted("at-the-start", "a request for the first time", SEEN, plain),
      signedRejected(
        "in-tolerance",
        "again, after expires and within the tolerance",
        SEEN,
        "signature_replayed",
        plain,
        {
          after: "at-the-start",
          context: { now: NOW + 64 },
        },
      ),
      signedAccepted(
        "unchecked",
        "a request where nobody remembers",
        "HSIG-3.38",
        plain,
        withPolicy({ replay: "unchecked" }),
      ),
      signedAccepted("unchecked-again", "is accepted again", "HSIG-3.38", plain, {
        ...withPolicy({ replay: "unchecked" }),
        after: "unchecked",
      }),
      signedAccepted("both-proofs", "a signature and a WPT", SEEN, withWpt("nonce-1", "jti-1"), bothProofs),
      signedRejected(
        "both-proofs-new-wpt",
        "the nonce again, beside a new WPT",
        SEEN,
        "signature_replayed",
        withWpt("nonce-1", "jti-2"),
        { ...bothProofs, after: "both-proofs" },
      ),
      signedAccepted("both-proofs-again", "a signature and a WPT", SEEN, withWpt("nonce-1", "jti-1"), bothProofs),
      signedRejected(
        "both-proofs-new-nonce",
        "a new nonce, beside the WPT again",
        SEEN,
        ["signature_replayed", "wpt_replayed"],
        withWpt("nonce-2", "jti-1"),
        { ...bothProofs, after: "both-proofs-again" },
      ),
    ];
  }),
};
