// @ts-check
import {
  inBothFamilies,
  makeCase,
  makeRequest,
  REQUEST_CONTEXT,
  requestAccepted,
  requestRejected,
  withPolicy,
} from "../cases.mjs";
import { hashOf, makeWpt } from "../tokens.mjs";

/** @typedef {import("../cases.mjs").Line} Line */

const OLDER = "WPT-2.01";
const TXN_TOKEN = "eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.eyJ0eG4iOiI5N2I0In0.c2lnbmF0dXJl";

/** @type {import("../cases.mjs").VectorFile} */
export const downgradeAttacks = {
  suite: "attacks",
  name: "downgrade",
  spec: "draft-ietf-wimse-wpt-02",
  description: "Getting by with an older or weaker proof, or with tokens that were added, exchanged or taken away.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const current = makeWpt(family);
    /** @type {Line} */
    const older = ["Workload-Proof-Token", current];
    /** @type {Line} */
    const bearer = ["Authorization", "Bearer mF_9.B5f-4.1JqM"];
    /** @param {Line[]} lines */
    const withoutProof = (...lines) => makeRequest(family, { wpt: null, lines });
    const signature = /** @type {Line[]} */ ([
      [
        "Signature-Input",
        'sig1=("@method" "@path" "@query" "workload-identity-token");created=1790000000;expires=1790000060;nonce="abcd1111";tag="wimse-workload-to-workload";wimse-aud="https://svc.example.com/orders/42"',
      ],
      ["Signature", `sig1=:${Buffer.alloc(64, 1).toString("base64")}:`],
    ]);
    const bound = { claims: { tth: hashOf(TXN_TOKEN) } };
    return [
      requestRejected(
        "older-field",
        "a good proof in the field of earlier revisions",
        OLDER,
        ["wpt_revision_unsupported", "proof_missing"],
        withoutProof(older),
      ),
      requestRejected(
        "older-field-with-bearer",
        "the same beside a bearer token",
        `${OLDER} WPT-2.2.04`,
        ["wpt_revision_unsupported", "proof_missing"],
        withoutProof(bearer, older),
      ),
      requestRejected(
        "older-field-other-compat",
        "the same where another older format is accepted",
        OLDER,
        ["wpt_revision_unsupported", "proof_missing"],
        withoutProof(older),
        withPolicy({ compat: ["http-signature-06"] }),
      ),
      requestRejected(
        "older-field-beside-broken",
        "a good proof in the older field beside a broken one in the current",
        OLDER,
        "wpt_signature_invalid",
        makeRequest(family, { wpt: { key: family.stranger }, lines: [older] }),
      ),
      requestAccepted(
        "older-field-beside-current",
        "a proof in each: the older field is not looked at",
        OLDER,
        makeRequest(family, { lines: [["Workload-Proof-Token", "a.b.c"]] }),
      ),
      requestRejected(
        "bearer-alone",
        "a WIT beside a bearer token",
        "WPT-2.2.04 WPT-2.23",
        "proof_missing",
        withoutProof(bearer),
      ),
      requestRejected(
        "signature-alone",
        "a WIT under a message signature, where a WPT is required",
        "CREDS-5.1.10 WPT-2.23",
        ["proof_not_accepted", "proof_missing"],
        withoutProof(...signature),
      ),
      requestAccepted(
        "signature-beside",
        "a message signature beside the proof is left alone",
        "WPT-2.01",
        makeRequest(family, { lines: signature }),
      ),

      requestAccepted(
        "bearer-elsewhere",
        "a bearer token in another field is nobody's identity",
        "WPT-2.2.04 WPT-2.37",
        makeRequest(family, {
          lines: [
            ["X-Authorization", "Bearer mF_9.B5f-4.1JqM"],
            ["X-Forwarded-Access-Token", "mF_9"],
          ],
        }),
      ),
      requestAccepted(
        "certificate-header",
        "a client certificate in a field is nobody's identity",
        "ID-7.2.02",
        makeRequest(family, {
          lines: [["X-Forwarded-Client-Cert", "By=spiffe://example.com/x;URI=wimse://example.com/admin"]],
        }),
      ),
      requestAccepted(
        "token-added",
        "a token that was added on the way stays unseen",
        "WPT-2.37",
        makeRequest(family, { lines: [["X-User-Token", "admin"]] }),
        withPolicy({ understoodTokens: ["x-user-token"] }),
      ),
      requestRejected(
        "txn-token-added",
        "a Txn-Token that was added on the way",
        "WPT-2.33",
        "wpt_txn_token_hash_mismatch",
        makeRequest(family, { lines: [["Txn-Token", TXN_TOKEN]] }),
      ),
      requestRejected(
        "txn-token-exchanged",
        "a Txn-Token that was exchanged on the way",
        "WPT-2.33",
        "wpt_txn_token_hash_mismatch",
        makeRequest(family, { wpt: bound, lines: [["Txn-Token", `${TXN_TOKEN}x`]] }),
      ),
      requestRejected(
        "txn-token-doubled",
        "a second Txn-Token that was added on the way",
        "WPT-2.33 WPT-2.16",
        ["request_malformed", "wpt_txn_token_hash_mismatch"],
        makeRequest(family, {
          wpt: bound,
          lines: [
            ["Txn-Token", TXN_TOKEN],
            ["txn-token", `${TXN_TOKEN}x`],
          ],
        }),
      ),
      makeCase(
        "verifyRequest",
        "txn-token-removed",
        "a Txn-Token that was removed on the way",
        "WPT-2.33",
        { ...makeRequest(family, { wpt: bound }) },
        { result: "either" },
        { note: "The draft says what tth is compared with, and not what follows when there is nothing to compare." },
      ),
      requestRejected(
        "token-removed",
        "a token under oth that was removed on the way",
        "WPT-2.35",
        "wpt_other_token_hash_mismatch",
        makeRequest(family, { wpt: { claims: { oth: { "x-user-token": hashOf("user") } } } }),
        withPolicy({ understoodTokens: ["x-user-token"] }),
      ),
    ];
  }),
};
