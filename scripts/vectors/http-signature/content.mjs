// @ts-check
import { inBothFamilies, LIMIT, withPolicy } from "../cases.mjs";
import { digestOf, makeSigned, SIGNED_CONTEXT, SPEC, signedAccepted, signedRejected } from "../signed.mjs";

const BODY = "two cones";
const CHECKED = "HSIG-3.20 HSIG-3.21";

/** @type {import("../cases.mjs").VectorFile} */
export const signedContent = {
  suite: "http-signature",
  name: "content",
  spec: SPEC,
  description:
    "The content of signed requests and its Content-Digest. The signature is good in all of them: whoever checks nothing else accepts them.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    /** @param {string | null} digest @param {string} [body] */
    const withDigest = (digest, body = BODY) => makeSigned(family, { body, digest });
    const plain = withDigest(digestOf(BODY));
    /** @param {string} body */
    const carrying = (body) => ({ ...plain, body: Buffer.from(body).toString("base64") });
    const { body: _body, ...emptied } = plain;
    const mismatch = "content_digest_mismatch";
    const malformed = "content_digest_malformed";
    return [
      signedAccepted("sha-256", "a digest with SHA-256", `HSIG-3.19 ${CHECKED}`, plain),
      signedAccepted("sha-512", "a digest with SHA-512", `HSIG-3.19 ${CHECKED}`, withDigest(digestOf(BODY, "sha-512"))),
      signedAccepted(
        "both",
        "digests with both",
        CHECKED,
        withDigest(`${digestOf(BODY, "sha-512")}, ${digestOf(BODY)}`),
      ),
      signedAccepted(
        "unknown-beside",
        "a digest with an outdated algorithm beside a good one is ignored",
        CHECKED,
        withDigest(`${digestOf("other", "sha")}, ${digestOf(BODY)}`),
      ),
      signedAccepted(
        "binary",
        "content that is no text",
        CHECKED,
        makeSigned(family, { body: "\0\r\n\u{1f366}", type: "application/octet-stream" }),
      ),
      signedAccepted("empty", "empty content without a digest", "HSIG-3.19", makeSigned(family, { method: "POST" })),
      signedRejected("missing", "content without a digest", "HSIG-3.19", "content_digest_missing", withDigest(null)),
      signedRejected("exchanged", "content that was exchanged", CHECKED, mismatch, carrying("six cones")),
      signedRejected("extended", "content that was added to", CHECKED, mismatch, carrying(`${BODY}!`)),
      signedRejected("cut", "content that was cut", CHECKED, mismatch, carrying("two")),
      signedRejected("emptied", "content that was removed", CHECKED, mismatch, emptied),
      signedRejected(
        "added",
        "content that was added to a request without any",
        "HSIG-3.19",
        "content_digest_missing",
        { ...makeSigned(family), body: Buffer.from(BODY).toString("base64") },
      ),
      signedRejected(
        "both-one-wrong",
        "two digests, the second of something else",
        CHECKED,
        mismatch,
        withDigest(`${digestOf(BODY)}, ${digestOf("six cones", "sha-512")}`),
      ),
      signedRejected(
        "sha-1",
        "a digest with an outdated algorithm only",
        CHECKED,
        "content_digest_unsupported",
        withDigest(digestOf(BODY, "sha")),
      ),
      signedRejected(
        "unknown",
        "a digest with an algorithm that nobody knows",
        CHECKED,
        "content_digest_unsupported",
        withDigest("sha-1024=:AAEC:"),
      ),
      signedRejected("empty-field", "an empty field", CHECKED, [malformed, "content_digest_missing"], withDigest("")),
      signedRejected("no-dictionary", "a field that is no dictionary", CHECKED, malformed, withDigest(":AAEC:")),
      signedRejected(
        "string",
        "a digest as a String",
        CHECKED,
        malformed,
        withDigest(digestOf(BODY).replaceAll(":", '"')),
      ),
      signedRejected("flag", "a digest without a value", CHECKED, malformed, withDigest("sha-256")),
      signedRejected(
        "short-digest",
        "the first bytes of the digest",
        CHECKED,
        mismatch,
        withDigest(`sha-256=:${digestOf(BODY).slice(9, 25)}:`),
      ),
      signedRejected(
        "signed-and-changed",
        "the field changed with the content",
        "HSIG-3.08 HSIG-3.21",
        "signature_invalid",
        {
          ...carrying("six cones"),
          headers: plain.headers.map(([name, value]) => [
            name,
            name === "Content-Digest" ? digestOf("six cones") : value,
          ]),
        },
      ),
      signedAccepted("longest", "as long as is read", "HSIG-3.20", plain, withPolicy({ maxBodyBytes: BODY.length })),
      signedRejected("too-long", "a byte more", "HSIG-3.20", "body_too_large", plain, {
        ...withPolicy({ maxBodyBytes: BODY.length - 1 }),
        note: LIMIT,
      }),
    ];
  }),
};
