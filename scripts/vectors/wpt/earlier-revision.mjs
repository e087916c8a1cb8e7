// @ts-check
import {
  acceptWith,
  at,
  inBothFamilies,
  makeCase,
  makeRequest,
  REQUEST_CONTEXT,
  requestAccepted,
  requestRejected,
} from "../cases.mjs";
import { AGENT, AUDIENCE, hashOf, makeWit, makeWpt, NOW } from "../tokens.mjs";

/** @typedef {import("../cases.mjs").Line} Line */

const CARRIER = "WPT-2.01 WPT-2.23";
const ACCESS_TOKEN = "mF_9.B5f-4.1JqM";
/** @type {Line} */
const BEARER = ["Authorization", `Bearer ${ACCESS_TOKEN}`];
const ATH = { ath: hashOf(ACCESS_TOKEN) };
const ATH_MISMATCH = "wpt_access_token_hash_mismatch";

/** @type {import("../cases.mjs").VectorFile} */
export const earlierRevision = {
  suite: "wpt",
  name: "earlier-revision",
  spec: "draft-ietf-wimse-wpt-02",
  description:
    "A recipient that accepts revision 01 besides: the proof comes in Workload-Proof-Token, Authorization is free for an access token, and ath is its hash.",
  context: { ...REQUEST_CONTEXT, policy: { ...REQUEST_CONTEXT.policy, compat: ["wpt-01"] } },
  cases: inBothFamilies((family) => {
    const wit = makeWit(family);
    /** @param {import("../tokens.mjs").WptChanges} wpt @param {Line[]} lines */
    const older = (wpt, ...lines) =>
      makeRequest(family, {
        wit,
        wpt: null,
        lines: [...lines, ["Workload-Proof-Token", makeWpt(family, { wit, ...wpt })]],
      });
    /** @param {string} id @param {string} description @param {string} requirements @param {import("../cases.mjs").HttpRequest} request @param {string[]} tokens */
    const accepted = (id, description, requirements, request, ...tokens) => {
      const output = { workload: AGENT, proof: "wpt", revision: "wpt-01", audience: AUDIENCE, tokens };
      return makeCase("verifyRequest", id, description, requirements, { ...request }, acceptWith(output));
    };
    return [
      accepted("plain", "a proof in its own field", CARRIER, older({})),
      accepted(
        "access-token",
        "a proof in its own field beside an access token, and its hash",
        CARRIER,
        older({ claims: ATH }, BEARER),
        "authorization",
      ),
      accepted(
        "basic",
        "a proof in its own field beside a password, which no claim binds",
        CARRIER,
        older({}, ["Authorization", "Basic YWdlbnQ6c2VjcmV0"]),
      ),
      requestRejected("ath-missing", "an access token without its hash", CARRIER, ATH_MISMATCH, older({}, BEARER)),
      requestRejected(
        "ath-of-other-token",
        "the hash of another access token",
        CARRIER,
        ATH_MISMATCH,
        older({ claims: ATH }, ["Authorization", "Bearer another"]),
      ),
      requestRejected(
        "two-lines",
        "two lines with the proof",
        CARRIER,
        "wpt_multiple",
        older({}, ["workload-proof-token", makeWpt(family, { wit })]),
      ),
      requestRejected(
        "typ-of-early-drafts",
        "the typ of the drafts before",
        "WPT-2.07 WPT-2.27",
        "wpt_type_mismatch",
        older({ header: { typ: "wimse-proof+jwt" } }),
      ),
      requestRejected("expired", "a proof that has expired", "WPT-2.29", "wpt_expired", older({}), at(65)),
      requestRejected(
        "other-audience",
        "a proof for another recipient",
        "WPT-2.28",
        "wpt_audience_mismatch",
        older({ claims: { aud: "https://other.example/" } }),
      ),
      requestRejected(
        "other-wit",
        "a proof for another WIT",
        "WPT-2.31",
        "wpt_wit_hash_mismatch",
        older({ wit: makeWit(family, { claims: { exp: NOW + 600 } }) }),
      ),
      requestRejected(
        "other-key",
        "a proof with another key",
        "WPT-2.26",
        "wpt_signature_invalid",
        older({ key: family.neighbour }),
      ),
      requestAccepted("current", "a proof of the present revision", CARRIER, makeRequest(family)),
      requestRejected(
        "current-beside-older",
        "a broken proof of the present revision beside a good older one",
        CARRIER,
        "wpt_signature_invalid",
        makeRequest(family, {
          wit,
          wpt: { key: family.stranger },
          lines: [["Workload-Proof-Token", makeWpt(family, { wit })]],
        }),
      ),
      accepted("first", "a proof in its own field", "WPT-2.32", older({})),
      requestRejected(
        "again-in-present-form",
        "the same proof in the present form",
        "WPT-2.32",
        "wpt_replayed",
        makeRequest(family, { wit }),
        { after: "first" },
      ),
    ];
  }),
};
