// @ts-check
import { inBothFamilies, makeCase, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected, withPolicy } from "../cases.mjs";
import { hashOf, makeWpt } from "../tokens.mjs";

/** @typedef {import("../cases.mjs").Line} Line */

const AUTHORITY = "WPT-3.1.7.02 WPT-3.1.7.04 WPT-2.28";
const AUDIENCE_RULE = "WPT-2.28 WPT-3.1.7.01";
const OLDER = "WPT-2.01";
const OTHER = "https://other.example/orders/42";
const TXN_TOKEN = "eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.eyJ0eG4iOiI5N2I0In0.c2lnbmF0dXJl";

/** @type {import("../cases.mjs").VectorFile} */
export const recipientAttacks = {
  suite: "attacks",
  name: "recipient",
  spec: "draft-ietf-wimse-wpt-02",
  description: "Making a recipient believe that a proof is meant for it, that an older or weaker one will do, or that tokens were sent which were not.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const forOther = { claims: { aud: OTHER } };
    /** A proof for another service, and fields that say that this is the one. @param {string} host @param {Line[]} lines */
    const misled = (host, ...lines) => {
      const request = makeRequest(family, { wpt: forOther, lines });
      return { ...request, headers: request.headers.map(([name, value]) => /** @type {Line} */ ([name, name === "Host" ? host : value])) };
    };
    /** @param {string} id @param {string} description @param {string} aud */
    const lookalike = (id, description, aud) =>
      requestRejected(`audience-${id}`, description, AUDIENCE_RULE, "wpt_audience_mismatch", makeRequest(family, { wpt: { claims: { aud } } }));
    const plain = makeRequest(family);
    const behindProxy = { ...plain, headers: plain.headers.map(([name, value]) => /** @type {Line} */ ([name, name === "Host" ? "orders.internal:8080" : value])) };
    const current = makeWpt(family);
    /** @type {Line} */
    const older = ["Workload-Proof-Token", current];
    /** @type {Line} */
    const bearer = ["Authorization", "Bearer mF_9.B5f-4.1JqM"];
    /** @param {Line[]} lines */
    const withoutProof = (...lines) => makeRequest(family, { wpt: null, lines });
    const signature = /** @type {Line[]} */ ([
      ["Signature-Input", 'sig1=("@method" "@path" "@query" "workload-identity-token");created=1790000000;expires=1790000060;nonce="abcd1111";tag="wimse-workload-to-workload";wimse-aud="https://svc.example.com/orders/42"'],
      ["Signature", `sig1=:${Buffer.alloc(64, 1).toString("base64")}:`],
    ]);
    const bound = { claims: { tth: hashOf(TXN_TOKEN) } };
    return [
      requestAccepted("host-behind-proxy", "a Host of the inner network, which does not count", AUTHORITY, behindProxy),
      requestAccepted("forwarded-host-ignored", "a foreign X-Forwarded-Host, which does not count either", AUTHORITY, makeRequest(family, { lines: [["X-Forwarded-Host", "other.example"]] })),
      requestRejected("host", "a proof for another service and a Host to match", AUTHORITY, "wpt_audience_mismatch", misled("other.example")),
      requestRejected("second-host", "a second Host to match", AUTHORITY, ["wpt_audience_mismatch", "request_malformed"], misled("svc.example.com", ["Host", "other.example"])),
      requestRejected("forwarded-host", "X-Forwarded-Host to match", AUTHORITY, "wpt_audience_mismatch", misled("svc.example.com", ["X-Forwarded-Host", "other.example"])),
      requestRejected("forwarded", "Forwarded to match", AUTHORITY, "wpt_audience_mismatch", misled("svc.example.com", ["Forwarded", "host=other.example;proto=https"])),
      requestRejected("original-url", "further fields that tell a URL to match", AUTHORITY, "wpt_audience_mismatch", misled("svc.example.com", ["X-Original-URL", "/orders/42"], ["X-Original-Host", "other.example"])),
      requestRejected("absolute-target", "a target in absolute form to match", AUTHORITY, "wpt_audience_mismatch", { ...misled("other.example"), target: OTHER }),
      requestRejected("audience-header", "a field that names the audience", AUTHORITY, "wpt_audience_mismatch", misled("svc.example.com", ["Wimse-Audience", OTHER])),

      lookalike("longer-host", "a host that begins with ours", "https://svc.example.com.evil.example/orders/42"),
      lookalike("shorter-host", "a host that ends with ours", "https://evil-svc.example.com/orders/42"),
      lookalike("userinfo", "our host as a user name", "https://svc.example.com@evil.example/orders/42"),
      lookalike("backslash", "a backslash, which browsers read as a slash", "https://svc.example.com\\orders\\42"),
      lookalike("parent", "a path that leads to ours", "https://svc.example.com/orders/41/../42"),
      lookalike("double-slash", "a doubled slash", "https://svc.example.com//orders/42"),
      lookalike("encoded-query", "an encoded question mark", "https://svc.example.com/orders/42%3Fx=1"),
      lookalike("encoded-slash", "an encoded slash", "https://svc.example.com/orders%2F42"),
      lookalike("query-with-path", "our audience as the query of another", "https://evil.example/?https://svc.example.com/orders/42"),
      lookalike("full-width", "full-width letters in the host", "https://\uff53\uff56\uff43.example.com/orders/42"),
      lookalike("punycode-dot", "a dot of another script", "https://svc\u3002example.com/orders/42"),
      lookalike("trailing-dot", "a host that ends with a dot", "https://svc.example.com./orders/42"),
      lookalike("line-end", "a line end after it", "https://svc.example.com/orders/42\n"),
      lookalike("star", "a star", "*"),
      requestRejected("audiences-two", "our audience and another", "WPT-2.08", "wpt_claim_invalid", makeRequest(family, { wpt: { claims: { aud: ["https://svc.example.com/orders/42", OTHER] } } })),

      requestRejected("older-field", "a good proof in the field of earlier revisions", OLDER, ["wpt_revision_unsupported", "proof_missing"], withoutProof(older)),
      requestRejected("older-field-with-bearer", "the same beside a bearer token", `${OLDER} WPT-2.2.04`, ["wpt_revision_unsupported", "proof_missing"], withoutProof(bearer, older)),
      requestRejected("older-field-other-compat", "the same where another older format is accepted", OLDER, ["wpt_revision_unsupported", "proof_missing"], withoutProof(older), withPolicy({ compat: ["http-signature-06"] })),
      requestRejected("older-field-beside-broken", "a good proof in the older field beside a broken one in the current", OLDER, "wpt_signature_invalid", makeRequest(family, { wpt: { key: family.stranger }, lines: [older] })),
      requestAccepted("older-field-beside-current", "a proof in each: the older field is not looked at", OLDER, makeRequest(family, { lines: [["Workload-Proof-Token", "a.b.c"]] })),
      requestRejected("bearer-alone", "a WIT beside a bearer token", "WPT-2.2.04 WPT-2.23", "proof_missing", withoutProof(bearer)),
      requestRejected("signature-alone", "a WIT under a message signature, where a WPT is required", "CREDS-5.1.10 WPT-2.23", ["proof_not_accepted", "proof_missing"], withoutProof(...signature)),
      requestAccepted("signature-beside", "a message signature beside the proof is left alone", "WPT-2.01", makeRequest(family, { lines: signature })),

      requestAccepted("bearer-elsewhere", "a bearer token in another field is nobody's identity", "WPT-2.2.04 WPT-2.37", makeRequest(family, { lines: [["X-Authorization", "Bearer mF_9.B5f-4.1JqM"], ["X-Forwarded-Access-Token", "mF_9"]] })),
      requestAccepted("certificate-header", "a client certificate in a field is nobody's identity", "ID-7.2.02", makeRequest(family, { lines: [["X-Forwarded-Client-Cert", "By=spiffe://example.com/x;URI=wimse://example.com/admin"]] })),
      requestAccepted("token-added", "a token that was added on the way stays unseen", "WPT-2.37", makeRequest(family, { lines: [["X-User-Token", "admin"]] }), withPolicy({ understoodTokens: ["x-user-token"] })),
      requestRejected("txn-token-added", "a Txn-Token that was added on the way", "WPT-2.33", "wpt_txn_token_hash_mismatch", makeRequest(family, { lines: [["Txn-Token", TXN_TOKEN]] })),
      requestRejected("txn-token-exchanged", "a Txn-Token that was exchanged on the way", "WPT-2.33", "wpt_txn_token_hash_mismatch", makeRequest(family, { wpt: bound, lines: [["Txn-Token", `${TXN_TOKEN}x`]] })),
      requestRejected("txn-token-doubled", "a second Txn-Token that was added on the way", "WPT-2.33 WPT-2.16", ["request_malformed", "wpt_txn_token_hash_mismatch"], makeRequest(family, { wpt: bound, lines: [["Txn-Token", TXN_TOKEN], ["txn-token", `${TXN_TOKEN}x`]] })),
      makeCase("verifyRequest", "txn-token-removed", "a Txn-Token that was removed on the way", "WPT-2.33", { ...makeRequest(family, { wpt: bound }) }, { result: "either" }, { note: "The draft says what tth is compared with, and not what follows when there is nothing to compare." }),
      requestRejected("token-removed", "a token under oth that was removed on the way", "WPT-2.35", "wpt_other_token_hash_mismatch", makeRequest(family, { wpt: { claims: { oth: { "x-user-token": hashOf("user") } } } }), withPolicy({ understoodTokens: ["x-user-token"] })),
    ];
  }),
};
