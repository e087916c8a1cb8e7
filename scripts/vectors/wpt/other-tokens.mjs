// @ts-check
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected } from "../cases.mjs";
import { hashOf } from "../tokens.mjs";

/** @typedef {import("../cases.mjs").Line} Line */

const TXN_TOKEN = "eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.eyJ0eG4iOiI5N2I0In0.c2lnbmF0dXJl";
const USER_TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl";
/** @type {Line} */
const TXN_LINE = ["Txn-Token", TXN_TOKEN];
/** @type {Line} */
const USER_LINE = ["X-User-Token", USER_TOKEN];
const UNDERSTOOD = { context: { policy: { understoodTokens: ["x-user-token", "x-consent"] } } };

const TXN = "WPT-2.15 WPT-2.16 WPT-2.33";
const OTHER = "WPT-2.34 WPT-2.35";
const OTHER_MISMATCH = "wpt_other_token_hash_mismatch";
const UNKNOWN = "wpt_other_token_unknown";

/** @type {import("../cases.mjs").VectorFile} */
export const otherTokens = {
  suite: "wpt",
  name: "other-tokens",
  spec: "draft-ietf-wimse-wpt-02",
  description: "Other tokens of a request, which a WPT binds with oth. Only what is bound is shown to the application.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    /** @param {unknown} oth @param {Line[]} lines */
    const other = (oth, ...lines) => makeRequest(family, { wpt: { claims: { oth } }, lines });
    /** @param {string} id @param {string} description @param {unknown} hash */
    const wrongOther = (id, description, hash) =>
      requestRejected(
        `oth-${id}`,
        description,
        OTHER,
        OTHER_MISMATCH,
        other({ "x-user-token": hash }, USER_LINE),
        UNDERSTOOD,
      );
    const hash = hashOf(USER_TOKEN);
    const bound = { "x-user-token": hash };
    return [
      requestAccepted(
        "oth",
        "a token that is understood, and its hash",
        `${OTHER} WPT-2.17 WPT-2.18 WPT-2.19 WPT-2.20 WPT-2.36 WPT-2.2.05`,
        other(bound, USER_LINE),
        { ...UNDERSTOOD, output: { tokens: ["x-user-token"] } },
      ),
      requestAccepted(
        "oth-field-name",
        "the field name in another letter case",
        "WPT-2.19",
        other(bound, ["x-USER-token", USER_TOKEN]),
        { ...UNDERSTOOD, output: { tokens: ["x-user-token"] } },
      ),
      requestAccepted(
        "oth-white-space",
        "white space around the token, which is not part of it",
        "WPT-2.18",
        other(bound, ["X-User-Token", ` \t${USER_TOKEN} `]),
        { ...UNDERSTOOD, output: { tokens: ["x-user-token"] } },
      ),
      requestAccepted(
        "oth-inner-space",
        "a value with a space and a comma inside",
        "WPT-2.18",
        other({ "x-consent": hashOf("granted, until=1790000600 by user") }, [
          "X-Consent",
          "granted, until=1790000600 by user",
        ]),
        { ...UNDERSTOOD, output: { tokens: ["x-consent"] } },
      ),
      requestAccepted(
        "oth-two",
        "two tokens and a Txn-Token",
        `${OTHER} ${TXN} WPT-2.2.05`,
        makeRequest(family, {
          wpt: { claims: { tth: hashOf(TXN_TOKEN), oth: { ...bound, "x-consent": hashOf("yes") } } },
          lines: [TXN_LINE, USER_LINE, ["X-Consent", "yes"]],
        }),
        { ...UNDERSTOOD, output: { tokens: ["txn-token", "x-consent", "x-user-token"] } },
      ),
      requestAccepted("oth-empty", "an empty oth", "WPT-2.18", other({}), UNDERSTOOD),
      requestAccepted(
        "uncovered",
        "a token that no oth covers stays unseen",
        "WPT-2.37 WPT-2.17 WPT-2.34",
        other(undefined, USER_LINE),
        UNDERSTOOD,
      ),
      requestAccepted(
        "uncovered-beside-covered",
        "of two tokens one is covered",
        "WPT-2.37",
        other(bound, USER_LINE, ["X-Consent", "yes"]),
        { ...UNDERSTOOD, output: { tokens: ["x-user-token"] } },
      ),
      wrongOther("of-other-token", "the hash of another token", hashOf(`${USER_TOKEN}x`)),
      wrongOther("of-untrimmed-token", "a hash over the white space too", hashOf(` ${USER_TOKEN}`)),
      wrongOther("padded", "the hash with padding", `${hash}=`),
      wrongOther("empty-hash", "an empty hash", ""),
      requestRejected(
        "oth-swapped",
        "a token that was put in the place of another",
        `${OTHER} WPT-2.17`,
        OTHER_MISMATCH,
        other(bound, ["X-User-Token", TXN_TOKEN]),
        UNDERSTOOD,
      ),
      requestRejected("oth-token-missing", "oth, and no such field", OTHER, OTHER_MISMATCH, other(bound), UNDERSTOOD),
      requestRejected(
        "oth-token-twice",
        "the token in two lines",
        "WPT-2.20",
        OTHER_MISMATCH,
        other(bound, USER_LINE, USER_LINE),
        UNDERSTOOD,
      ),
      requestRejected(
        "oth-token-twice-joined",
        "the token in two lines, and the hash of both joined",
        "WPT-2.20",
        OTHER_MISMATCH,
        other({ "x-user-token": hashOf(`${USER_TOKEN}, ${USER_TOKEN}`) }, USER_LINE, USER_LINE),
        UNDERSTOOD,
      ),
      requestRejected(
        "oth-one-of-two",
        "one right entry, and one wrong",
        "WPT-2.35",
        OTHER_MISMATCH,
        other({ ...bound, "x-consent": hashOf("no") }, USER_LINE, ["X-Consent", "yes"]),
        UNDERSTOOD,
      ),
      requestRejected(
        "oth-unknown",
        "an entry for a field that is not understood",
        "WPT-2.36",
        UNKNOWN,
        other(bound, USER_LINE),
      ),
      requestRejected(
        "oth-unknown-beside-known",
        "an entry that is not understood beside one that is",
        "WPT-2.36",
        UNKNOWN,
        other({ ...bound, "x-other": hashOf("1") }, USER_LINE, ["X-Other", "1"]),
        UNDERSTOOD,
      ),
      requestRejected(
        "oth-capitals",
        "the field name with capitals",
        "WPT-2.19",
        UNKNOWN,
        other({ "X-User-Token": hash }, USER_LINE),
        UNDERSTOOD,
      ),
      requestRejected(
        "oth-prototype",
        "an entry that is named like something that objects have",
        "WPT-2.36",
        UNKNOWN,
        makeRequest(family, {
          wpt: { claimsText: (text) => text.replace(/}$/, `,"oth":{"__proto__":"${hash}"}}`) },
          lines: [USER_LINE],
        }),
        UNDERSTOOD,
      ),
      requestRejected(
        "oth-string",
        "oth of earlier revisions: one hash",
        "WPT-2.18",
        ["wpt_claim_invalid", UNKNOWN],
        other(hash, USER_LINE),
        UNDERSTOOD,
      ),
      requestRejected(
        "oth-array",
        "oth that is an array",
        "WPT-2.18",
        ["wpt_claim_invalid", UNKNOWN],
        other([hash], USER_LINE),
        UNDERSTOOD,
      ),
      requestRejected(
        "oth-null",
        "oth null",
        "WPT-2.18",
        ["wpt_claim_invalid", UNKNOWN],
        other(null, USER_LINE),
        UNDERSTOOD,
      ),
      requestRejected(
        "oth-value-object",
        "a hash that is an object",
        "WPT-2.18",
        ["wpt_claim_invalid", OTHER_MISMATCH],
        other({ "x-user-token": { "sha-256": hash } }, USER_LINE),
        UNDERSTOOD,
      ),
    ];
  }),
};
