// @ts-check
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected } from "../cases.mjs";

/** @typedef {import("../cases.mjs").Line} Line */

const AUTHORITY = "WPT-3.1.7.02 WPT-3.1.7.04 WPT-2.28";
const AUDIENCE_RULE = "WPT-2.28 WPT-3.1.7.01";
const OTHER = "https://other.example/orders/42";

/** @type {import("../cases.mjs").VectorFile} */
export const recipientAttacks = {
  suite: "attacks",
  name: "recipient",
  spec: "draft-ietf-wimse-wpt-02",
  description: "Making a recipient believe that a proof for another service is meant for it.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const forOther = { claims: { aud: OTHER } };
    /** A proof for another service, and fields that say that this is the one. @param {string} host @param {Line[]} lines */
    const misled = (host, ...lines) => {
      const request = makeRequest(family, { wpt: forOther, lines });
      return {
        ...request,
        headers: request.headers.map(([name, value]) => /** @type {Line} */ ([name, name === "Host" ? host : value])),
      };
    };
    /** @param {string} id @param {string} description @param {string} aud */
    const lookalike = (id, description, aud) =>
      requestRejected(
        `audience-${id}`,
        description,
        AUDIENCE_RULE,
        "wpt_audience_mismatch",
        makeRequest(family, { wpt: { claims: { aud } } }),
      );
    const plain = makeRequest(family);
    const behindProxy = {
      ...plain,
      headers: plain.headers.map(
        ([name, value]) => /** @type {Line} */ ([name, name === "Host" ? "orders.internal:8080" : value]),
      ),
    };
    return [
      requestAccepted("host-behind-proxy", "a Host of the inner network, which does not count", AUTHORITY, behindProxy),
      requestAccepted(
        "forwarded-host-ignored",
        "a foreign X-Forwarded-Host, which does not count either",
        AUTHORITY,
        makeRequest(family, { lines: [["X-Forwarded-Host", "other.example"]] }),
      ),
      requestRejected(
        "host",
        "a proof for another service and a Host to match",
        AUTHORITY,
        "wpt_audience_mismatch",
        misled("other.example"),
      ),
      requestRejected(
        "second-host",
        "a second Host to match",
        AUTHORITY,
        ["wpt_audience_mismatch", "request_malformed"],
        misled("svc.example.com", ["Host", "other.example"]),
      ),
      requestRejected(
        "forwarded-host",
        "X-Forwarded-Host to match",
        AUTHORITY,
        "wpt_audience_mismatch",
        misled("svc.example.com", ["X-Forwarded-Host", "other.example"]),
      ),
      requestRejected(
        "forwarded",
        "Forwarded to match",
        AUTHORITY,
        "wpt_audience_mismatch",
        misled("svc.example.com", ["Forwarded", "host=other.example;proto=https"]),
      ),
      requestRejected(
        "original-url",
        "further fields that tell a URL to match",
        AUTHORITY,
        "wpt_audience_mismatch",
        misled("svc.example.com", ["X-Original-URL", "/orders/42"], ["X-Original-Host", "other.example"]),
      ),
      requestRejected("absolute-target", "a target in absolute form to match", AUTHORITY, "wpt_audience_mismatch", {
        ...misled("other.example"),
        target: OTHER,
      }),
      requestRejected(
        "audience-header",
        "a field that names the audience",
        AUTHORITY,
        "wpt_audience_mismatch",
        misled("svc.example.com", ["Wimse-Audience", OTHER]),
      ),

      lookalike("longer-host", "a host that begins with ours", "https://svc.example.com.evil.example/orders/42"),
      lookalike("shorter-host", "a host that ends with ours", "https://evil-svc.example.com/orders/42"),
      lookalike("userinfo", "our host as a user name", "https://svc.example.com@evil.example/orders/42"),
      lookalike("backslash", "a backslash, which browsers read as a slash", "https://svc.example.com\\orders\\42"),
      lookalike("parent", "a path that leads to ours", "https://svc.example.com/orders/41/../42"),
      lookalike("double-slash", "a doubled slash", "https://svc.example.com//orders/42"),
      lookalike("encoded-query", "an encoded question mark", "https://svc.example.com/orders/42%3Fx=1"),
      lookalike("encoded-slash", "an encoded slash", "https://svc.example.com/orders%2F42"),
      lookalike(
        "query-with-path",
        "our audience as the query of another",
        "https://evil.example/?https://svc.example.com/orders/42",
      ),
      lookalike("full-width", "full-width letters in the host", "https://\uff53\uff56\uff43.example.com/orders/42"),
      lookalike("punycode-dot", "a dot of another script", "https://svc\u3002example.com/orders/42"),
      lookalike("trailing-dot", "a host that ends with a dot", "https://svc.example.com./orders/42"),
      lookalike("line-end", "a line end after it", "https://svc.example.com/orders/42\n"),
      lookalike("star", "a star", "*"),
      requestRejected(
        "audiences-two",
        "our audience and another",
        "WPT-2.08",
        "wpt_claim_invalid",
        makeRequest(family, { wpt: { claims: { aud: ["https://svc.example.com/orders/42", OTHER] } } }),
      ),
    ];
  }),
};
