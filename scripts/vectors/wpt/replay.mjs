// @ts-check
import {
  at,
  inBothFamilies,
  makeCase,
  makeRequest,
  REQUEST_CONTEXT,
  requestAccepted,
  requestRejected,
  trustIn,
  withPolicy,
} from "../cases.mjs";
import { inKeySet } from "../keys.mjs";
import { makeWit, NOW } from "../tokens.mjs";

const REPLAY = "WPT-2.32 WPT-3.1.4.01 CREDS-9.3.4.01";
const LONGER =
  "Whether a used id is remembered longer than the proof could be valid is left open; nobody should use one twice.";

/** @type {import("../cases.mjs").VectorFile} */
export const replay = {
  suite: "wpt",
  name: "replay",
  spec: "draft-ietf-wimse-wpt-02",
  description:
    "Proofs that were used before. A case with after runs right after the case it names, with the same replay store.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const request = makeRequest(family);
    /** @param {import("../tokens.mjs").WptChanges} wpt @param {import("../tokens.mjs").WitChanges} [wit] */
    const changed = (wpt, wit = {}) => makeRequest(family, { wpt, wit });
    const neighbour = changed(
      { key: family.neighbour },
      { claims: { sub: "wimse://example.com/neighbour", cnf: { jwk: family.neighbour.publicJwk } } },
    );
    const foreign = changed({}, { key: family.partner, claims: { sub: "wimse://partner.example/agent" } });
    const bothTrusted = {
      trust: { ...trustIn(family), "wimse://partner.example": { keys: [inKeySet(family.partner)] } },
    };
    return [
      requestAccepted("first", "a proof that was not used before", REPLAY, request),
      requestRejected("second", "the same proof again", REPLAY, "wpt_replayed", request, { after: "first" }),
      requestRejected("third", "and once more", REPLAY, "wpt_replayed", request, { after: "second" }),

      requestAccepted("early", "a proof, a minute before it expires", REPLAY, request),
      requestRejected("late", "the same proof in the last second of its tolerance", REPLAY, "wpt_replayed", request, {
        after: "early",
        ...at(64),
      }),
      requestRejected("too-late", "the same proof when it is over", "WPT-2.29", "wpt_expired", request, {
        after: "late",
        ...at(65),
      }),

      requestAccepted("post", "a proof with one request", REPLAY, makeRequest(family, { method: "POST", body: "a" })),
      requestRejected(
        "other-request",
        "the same proof with another method, query and content",
        REPLAY,
        "wpt_replayed",
        makeRequest(family, { method: "PUT", target: "/orders/42?x=2", body: "b" }),
        { after: "post" },
      ),

      requestAccepted("one-id", "a proof", REPLAY, request),
      requestAccepted(
        "other-id",
        "another proof of the same workload",
        REPLAY,
        changed({ claims: { jti: "another-proof-000000" } }),
        { after: "one-id" },
      ),
      requestAccepted(
        "id-in-capitals",
        "an id that differs in letter case only",
        "WPT-2.32",
        changed({ claims: { jti: "ANOTHER-PROOF-000000" } }),
        { after: "other-id" },
      ),

      requestAccepted("signed-once", "a proof", REPLAY, request),
      requestRejected(
        "same-id-signed-anew",
        "another proof of the same workload with the same id",
        REPLAY,
        "wpt_replayed",
        changed({ claims: { exp: NOW + 61 } }),
        { after: "signed-once" },
      ),

      requestAccepted("before-renewal", "a proof with one WIT", REPLAY, request),
      requestRejected(
        "after-renewal",
        "the same id with a renewed WIT of the same workload",
        REPLAY,
        "wpt_replayed",
        changed({}, { claims: { exp: NOW + 7200, jti: "wit-2" } }),
        { after: "before-renewal" },
      ),

      requestAccepted("one-workload", "a proof of one workload", REPLAY, request),
      requestAccepted("other-workload", "the same id in a proof of another workload", "WPT-3.1.4.01", neighbour, {
        after: "one-workload",
      }),

      requestAccepted("one-trust-domain", "a proof of one workload", REPLAY, request, { context: bothTrusted }),
      requestAccepted(
        "other-trust-domain",
        "the same id from a workload with the same path in another trust domain",
        "WPT-3.1.4.01 CREDS-7.01",
        foreign,
        { after: "one-trust-domain", context: bothTrusted },
      ),

      requestRejected(
        "forged",
        "a proof with the id of a genuine one and a signature by somebody else",
        "WPT-2.26",
        "wpt_signature_invalid",
        changed({ key: family.stranger }),
      ),
      requestAccepted(
        "genuine",
        "the genuine proof, which the forged one did not use up",
        "WPT-2.32 WPT-3.1.4.01",
        request,
        { after: "forged" },
      ),
      requestRejected(
        "elsewhere",
        "a proof at a recipient for which it was not made",
        "WPT-2.28",
        "wpt_audience_mismatch",
        request,
        withPolicy({ audience: ["https://other.example/"] }),
      ),
      requestAccepted("here", "the same proof where it was meant to go", "WPT-2.32", request, { after: "elsewhere" }),

      requestAccepted("wit-used", "a WIT with an id", REPLAY, changed({}, { claims: { jti: "wit-1" } })),
      requestAccepted(
        "wit-used-again",
        "the same WIT with another proof: its own id is no replay key",
        "CREDS-9.3.4.01",
        makeRequest(family, {
          wit: makeWit(family, { claims: { jti: "wit-1" } }),
          wpt: { claims: { jti: "another-proof-000000" } },
        }),
        { after: "wit-used" },
      ),

      requestAccepted(
        "unchecked",
        "a proof where the policy has no replay protection",
        "WPT-2.32",
        request,
        withPolicy({ replay: "unchecked" }),
      ),
      requestAccepted("unchecked-again", "the same proof there again", "WPT-2.32", request, {
        after: "unchecked",
        ...withPolicy({ replay: "unchecked" }),
      }),

      requestAccepted("id-to-be-used-later", "a proof", REPLAY, request),
      makeCase(
        "verifyRequest",
        "id-used-later",
        "a new proof with an id whose proof has expired",
        "WPT-2.32",
        { ...changed({ claims: { exp: NOW + 180 } }) },
        { result: "either" },
        { after: "id-to-be-used-later", ...at(120), note: LONGER },
      ),
    ];
  }),
};
