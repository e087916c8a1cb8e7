// @ts-check
import { inBothFamilies, makeCase, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected } from "../cases.mjs";
import { hashOf } from "../tokens.mjs";

/** @typedef {import("../cases.mjs").Line} Line */

const TXN_TOKEN = "eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.eyJ0eG4iOiI5N2I0In0.c2lnbmF0dXJl";
const USER_TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl";
/** @type {Line} */
const TXN_LINE = ["Txn-Token", TXN_TOKEN];

const TXN = "WPT-2.15 WPT-2.16 WPT-2.33";
const TXN_MISMATCH = "wpt_txn_token_hash_mismatch";

/** @type {import("../cases.mjs").VectorFile} */
export const txnToken = {
  suite: "wpt",
  name: "txn-token",
  spec: "draft-ietf-wimse-wpt-02",
  description: "The Txn-Token of a request, which a WPT binds with tth.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    /** @param {unknown} tth @param {Line[]} lines */
    const txn = (tth, ...lines) => makeRequest(family, { wpt: { claims: { tth } }, lines });
    /** @param {string} id @param {string} description @param {unknown} tth */
    const wrongTxn = (id, description, tth) =>
      requestRejected(`tth-${id}`, description, TXN, TXN_MISMATCH, txn(tth, TXN_LINE));
    return [
      requestAccepted("tth", "a Txn-Token and its hash", `${TXN} WPT-2.2.05`, txn(hashOf(TXN_TOKEN), TXN_LINE), {
        output: { tokens: ["txn-token"] },
      }),
      requestAccepted(
        "tth-field-name",
        "the field name in another letter case",
        "WPT-2.33",
        txn(hashOf(TXN_TOKEN), ["txn-TOKEN", TXN_TOKEN]),
        { output: { tokens: ["txn-token"] } },
      ),
      requestAccepted(
        "tth-white-space",
        "white space around the Txn-Token",
        "WPT-2.16",
        txn(hashOf(TXN_TOKEN), ["Txn-Token", `  ${TXN_TOKEN}\t`]),
        { output: { tokens: ["txn-token"] } },
      ),
      requestRejected("tth-missing", "a Txn-Token and no tth", TXN, TXN_MISMATCH, txn(undefined, TXN_LINE)),
      wrongTxn("of-other-token", "the hash of another Txn-Token", hashOf(`${TXN_TOKEN}x`)),
      wrongTxn("padded", "the hash with padding", `${hashOf(TXN_TOKEN)}=`),
      wrongTxn("hex", "the hash in hexadecimal digits", Buffer.from(hashOf(TXN_TOKEN), "base64url").toString("hex")),
      wrongTxn("empty", "an empty tth", ""),
      wrongTxn("token-itself", "the token in the place of its hash", TXN_TOKEN),
      requestRejected(
        "tth-null",
        "tth null",
        "WPT-2.15 WPT-2.33",
        ["wpt_claim_invalid", TXN_MISMATCH],
        txn(null, TXN_LINE),
      ),
      requestRejected(
        "txn-token-swapped",
        "a Txn-Token that was put in the place of another",
        "WPT-2.33",
        TXN_MISMATCH,
        txn(hashOf(TXN_TOKEN), ["Txn-Token", USER_TOKEN]),
      ),
      requestRejected(
        "txn-token-twice",
        "the same Txn-Token in two lines",
        "WPT-2.16 WPT-2.2.05",
        ["request_malformed", TXN_MISMATCH],
        txn(hashOf(TXN_TOKEN), TXN_LINE, TXN_LINE),
      ),
      requestRejected(
        "txn-tokens-joined",
        "two Txn-Tokens in one line",
        "WPT-2.16 WPT-2.2.05",
        ["request_malformed", TXN_MISMATCH],
        txn(hashOf(`${TXN_TOKEN}, ${TXN_TOKEN}`), ["Txn-Token", `${TXN_TOKEN}, ${TXN_TOKEN}`]),
      ),
      requestRejected(
        "txn-token-empty",
        "an empty Txn-Token",
        "WPT-2.16",
        ["request_malformed", TXN_MISMATCH],
        txn(hashOf(""), ["Txn-Token", ""]),
      ),
      requestRejected(
        "txn-token-in-authorization",
        "a Txn-Token in a second Authorization line",
        "WPT-2.2.05",
        "wpt_multiple",
        txn(undefined, ["Authorization", `Bearer ${TXN_TOKEN}`]),
      ),
      makeCase(
        "verifyRequest",
        "tth-without-token",
        "tth, and no Txn-Token: somebody may have taken it away",
        "WPT-2.33",
        { ...txn(hashOf(TXN_TOKEN)) },
        { result: "either" },
        { note: "The draft says what tth is compared with, and not what follows when there is nothing to compare." },
      ),
    ];
  }),
};
