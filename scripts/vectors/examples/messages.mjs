// @ts-check
import { makeCase, rejectWith, requestAccepted, witAccepted, witRejected } from "../cases.mjs";
import { issuerKeys, wits, wpts } from "./published.mjs";

/** @typedef {import("../cases.mjs").Line} Line */

/** @param {import("../cases.mjs").Json} key */
const trusting = (key) => ({ "wimse://example.com": { keys: [key] } });

/** @param {Line[]} lines */
const post = (...lines) => ({
  method: "POST",
  scheme: "https",
  target: "/path",
  headers: [
    /** @type {Line} */ (["Host", "workload.example.com"]),
    /** @type {Line} */ (["Content-Type", "application/json"]),
    ...lines,
  ],
  body: Buffer.from('{"do stuff":"please"}').toString("base64"),
});

/** A request of revision 02 and later. @param {string} wit @param {string} wpt */
const current = (wit, wpt) => post(["Workload-Identity-Token", wit], ["Authorization", `WPT ${wpt}`]);

/** A request of earlier revisions. @param {string} wit @param {string} wpt */
const older = (wit, wpt) =>
  post(
    ["Authorization", "Bearer 16_mAd0GiwaZokU26_0902100"],
    ["Workload-Identity-Token", wit],
    ["Workload-Proof-Token", wpt],
  );

const SOUND = "CREDS-5.1.4.02 CREDS-5.1.4.03 CREDS-5.1.4.04 CREDS-5.1.4.05 CREDS-5.1.4.06";
const EARLY_TYPE = "CREDS-5.1.03 CREDS-5.1.4.04";
const BEFORE_EXPIRY = 1745509716;

/** @type {import("../cases.mjs").VectorFile} */
export const publishedWits = {
  suite: "examples",
  name: "wit",
  spec: "draft-ietf-wimse-workload-creds-03",
  description:
    "WITs that the drafts publish, as they are. Those of early drafts differ from today's in more than one thing; the code is that of the first check.",
  context: { now: BEFORE_EXPIRY, trust: trusting(issuerKeys.first), policy: { clockTolerance: 0, maxLifetime: 86400 } },
  cases: [
    witAccepted("workload-creds-02", "draft-ietf-wimse-workload-creds-02", SOUND, wits["workload-creds-02"]),
    witAccepted(
      "workload-creds-03",
      "draft-ietf-wimse-workload-creds-03, editor's copy",
      SOUND,
      wits["workload-creds-03"],
    ),
    witAccepted(
      "workload-creds-03-ed25519",
      "the same of 22 September 2026, with the algorithm name Ed25519",
      SOUND,
      wits["workload-creds-03-ed25519"],
    ),
    witAccepted("workload-creds-03-last-second", "its last second", "CREDS-5.1.4.08", wits["workload-creds-03"], {
      context: { now: 1745512509 },
    }),
    witRejected("workload-creds-03-expired", "its end", "CREDS-5.1.4.08", "wit_expired", wits["workload-creds-03"], {
      context: { now: 1745512510 },
    }),
    witRejected(
      "workload-creds-03-other-key",
      "under an issuer key of another draft with the same kid",
      "CREDS-5.1.4.05",
      "wit_signature_invalid",
      wits["workload-creds-03"],
      { context: { trust: trusting(issuerKeys.third) } },
    ),
    witRejected(
      "s2s-protocol-05",
      "draft-ietf-wimse-s2s-protocol-05 and -06: another typ",
      EARLY_TYPE,
      "wit_type_mismatch",
      wits["s2s-protocol-05"],
      { context: { trust: trusting(issuerKeys.third) } },
    ),
    witRejected(
      "s2s-protocol-03",
      "draft-ietf-wimse-s2s-protocol-03: another typ, and no alg in cnf.jwk",
      EARLY_TYPE,
      ["wit_type_mismatch", "wit_confirmation_invalid"],
      wits["s2s-protocol-03"],
      { context: { now: 1740754748, trust: trusting(issuerKeys.second) } },
    ),
    witRejected(
      "s2s-protocol-00",
      "draft-ietf-wimse-s2s-protocol-00 to -02: another typ, and no alg in cnf.jwk",
      EARLY_TYPE,
      ["wit_type_mismatch", "wit_confirmation_invalid"],
      wits["s2s-protocol-00"],
      { context: { now: 1717612400 } },
    ),
  ],
};

/** @type {import("../cases.mjs").VectorFile} */
export const publishedRequests = {
  suite: "examples",
  name: "wpt",
  spec: "draft-ietf-wimse-wpt-02",
  description:
    "Requests with WPTs that the drafts publish, as they are. Those of earlier revisions have the proof in a field of its own.",
  context: {
    now: BEFORE_EXPIRY,
    trust: trusting(issuerKeys.first),
    policy: {
      audience: ["https://workload.example.com/path"],
      proofs: ["wpt"],
      compat: [],
      clockTolerance: 0,
      maxLifetime: 86400,
      maxProofLifetime: 300,
      maxBodyBytes: 1048576,
      understoodTokens: [],
      allow: null,
      replay: "memory",
    },
  },
  cases: [
    requestAccepted(
      "wpt-02",
      "draft-ietf-wimse-wpt-02",
      "WPT-2.01 WPT-2.23 WPT-2.26 WPT-2.28 WPT-2.31",
      current(wits["workload-creds-03"], wpts["wpt-02"]),
    ),
    requestAccepted(
      "wpt-03",
      "draft-ietf-wimse-wpt, editor's copy of 22 September 2026, with the algorithm name Ed25519",
      "WPT-2.01 WPT-2.25 WPT-2.26",
      current(wits["workload-creds-03-ed25519"], wpts["wpt-03"]),
    ),
    makeCase(
      "verifyRequest",
      "wpt-01",
      "draft-ietf-wimse-wpt-00 and -01, draft-ietf-wimse-s2s-protocol-07",
      "WPT-2.01 WPT-2.23",
      older(wits["workload-creds-02"], wpts["wpt-01"]),
      rejectWith(["wpt_revision_unsupported", "proof_missing"]),
    ),
    makeCase(
      "verifyRequest",
      "s2s-protocol-03",
      "draft-ietf-wimse-s2s-protocol-03",
      "WPT-2.01 WPT-2.23",
      older(wits["s2s-protocol-03"], wpts["s2s-protocol-03"]),
      rejectWith(["wpt_revision_unsupported", "proof_missing", "wit_type_mismatch"]),
      { context: { now: 1740754748, trust: trusting(issuerKeys.second) } },
    ),
  ],
};
