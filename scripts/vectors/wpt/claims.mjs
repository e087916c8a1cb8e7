// @ts-check
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected } from "../cases.mjs";
import { AUDIENCE, contentOf, hashOf, makeWit } from "../tokens.mjs";

const MISMATCH = "wpt_audience_mismatch";
const INVALID = "wpt_claim_invalid";
const HASH = "WPT-2.14 WPT-2.31";

/** @type {import("../cases.mjs").VectorFile} */
export const wptClaims = {
  suite: "wpt",
  name: "claims",
  spec: "draft-ietf-wimse-wpt-02",
  description: "Audience, id and WIT hash of a WPT. Times and the hashes of other tokens have files of their own.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const wit = makeWit(family);
    /** @param {import("../cases.mjs").Json} claims */
    const withClaims = (claims) => makeRequest(family, { wit, wpt: { claims } });
    /** @param {string[]} audience */
    const expecting = (...audience) => ({ context: { policy: { audience } } });
    /** @param {string} id @param {string} description @param {string} aud @param {string} [requirements] */
    const otherAudience = (id, description, aud, requirements = "WPT-2.28 WPT-3.1.7.01") =>
      requestRejected(`aud-${id}`, description, requirements, MISMATCH, withClaims({ aud }));
    /** @param {string} id @param {string} description @param {unknown} wth */
    const otherHash = (id, description, wth) =>
      requestRejected(`wth-${id}`, description, HASH, "wpt_wit_hash_mismatch", withClaims({ wth }));
    return [
      requestAccepted(
        "aud-with-query",
        "an audience with query and fragment, which do not count",
        "WPT-2.28 WPT-2.09",
        withClaims({ aud: `${AUDIENCE}?x=2#top` }),
      ),
      requestAccepted(
        "aud-with-fragment",
        "an audience with a fragment",
        "WPT-2.28",
        withClaims({ aud: `${AUDIENCE}#top` }),
      ),
      requestAccepted(
        "aud-alias",
        "one of several audiences that the policy gives",
        "WPT-2.28 WPT-3.1.7.03",
        withClaims({ aud: "https://orders.example.com/42" }),
        expecting(AUDIENCE, "https://orders.example.com/42"),
      ),
      requestAccepted(
        "aud-agreed-value",
        "an agreed value that is no URL",
        "WPT-2.09 WPT-3.1.7.01",
        withClaims({ aud: "urn:example:orders" }),
        expecting("urn:example:orders"),
      ),
      requestAccepted(
        "aud-with-port",
        "an audience with a port that the policy gives",
        "WPT-2.28",
        withClaims({ aud: "https://svc.example.com:8443/orders/42" }),
        expecting("https://svc.example.com:8443/orders/42"),
      ),
      requestAccepted(
        "aud-of-rewriting-proxy",
        "the URI before a proxy rewrote it",
        "WPT-2.09 WPT-3.1.7.02",
        withClaims({ aud: "https://public.example.com/api/orders/42" }),
        expecting("https://public.example.com/api/orders/42"),
      ),
      requestRejected(
        "aud-missing",
        "no audience",
        "WPT-2.08 WPT-2.28",
        [MISMATCH, INVALID],
        withClaims({ aud: undefined }),
      ),
      requestRejected(
        "aud-null",
        "an audience that is null",
        "WPT-2.08",
        [INVALID, MISMATCH],
        withClaims({ aud: null }),
      ),
      requestRejected("aud-number", "an audience that is a number", "WPT-2.08", INVALID, withClaims({ aud: 1 })),
      requestRejected(
        "aud-two",
        "two audiences, one of them the right one",
        "WPT-2.08",
        INVALID,
        withClaims({ aud: [AUDIENCE, "https://other.example/"] }),
      ),
      requestRejected(
        "aud-no-one",
        "an empty list of audiences",
        "WPT-2.08",
        [INVALID, MISMATCH],
        withClaims({ aud: [] }),
      ),
      requestRejected(
        "aud-nested",
        "an audience in two arrays",
        "WPT-2.08",
        INVALID,
        withClaims({ aud: [[AUDIENCE]] }),
      ),
      otherAudience("empty", "an empty audience", ""),
      otherAudience("other-host", "another host", "https://other.example/orders/42"),
      otherAudience("other-path", "another path", "https://svc.example.com/orders/43"),
      otherAudience("longer-path", "a longer path", `${AUDIENCE}/items`),
      otherAudience("shorter-path", "a shorter path", "https://svc.example.com/orders"),
      otherAudience("origin", "the origin alone", "https://svc.example.com"),
      otherAudience("trailing-slash", "a slash at the end", `${AUDIENCE}/`),
      otherAudience("scheme", "another scheme", "http://svc.example.com/orders/42"),
      otherAudience("host-letter-case", "the host in capitals", "https://SVC.example.com/orders/42"),
      otherAudience("default-port", "the port that everybody leaves out", "https://svc.example.com:443/orders/42"),
      otherAudience("userinfo", "a user name", "https://svc.example.com@other.example/orders/42"),
      otherAudience("encoded", "a character encoded", "https://svc.example.com/orders/%342"),
      otherAudience("dot-segments", "dot segments", "https://svc.example.com/x/../orders/42"),
      otherAudience("space", "a space after it", `${AUDIENCE} `),
      otherAudience("workload", "the identifier of the caller", "wimse://example.com/agent"),

      requestRejected(
        "jti-missing",
        "no jti",
        "WPT-2.12",
        ["wpt_token_id_missing", INVALID],
        withClaims({ jti: undefined }),
      ),
      requestRejected("jti-null", "jti null", "WPT-2.12", [INVALID, "wpt_token_id_missing"], withClaims({ jti: null })),
      requestRejected("jti-number", "jti that is a number", "WPT-2.12", INVALID, withClaims({ jti: 1 })),
      requestRejected(
        "jti-empty",
        "an empty jti, which is no id",
        "WPT-2.12",
        [INVALID, "wpt_token_id_missing"],
        withClaims({ jti: "" }),
      ),

      requestRejected(
        "wth-missing",
        "no wth",
        HASH,
        ["wpt_wit_hash_mismatch", INVALID],
        withClaims({ wth: undefined }),
      ),
      requestRejected("wth-null", "wth null", HASH, [INVALID, "wpt_wit_hash_mismatch"], withClaims({ wth: null })),
      otherHash("empty", "an empty wth", ""),
      otherHash("padded", "the hash with padding", `${hashOf(wit)}=`),
      otherHash("hex", "the hash in hexadecimal digits", Buffer.from(hashOf(wit), "base64url").toString("hex")),
      otherHash(
        "standard-base64",
        "the hash in the alphabet of base64, with padding",
        Buffer.from(hashOf(wit), "base64url").toString("base64"),
      ),
      otherHash("of-claims", "the hash of the decoded claims", hashOf(JSON.stringify(contentOf(wit).claims))),
      otherHash(
        "of-signing-input",
        "the hash of the WIT without its signature",
        hashOf(wit.slice(0, wit.lastIndexOf("."))),
      ),
      otherHash("of-field", "the hash of the whole header line", hashOf(`Workload-Identity-Token: ${wit}`)),
      otherHash("truncated", "half of the hash", hashOf(wit).slice(0, 22)),
      otherHash("of-other-wit", "the hash of another WIT", hashOf(makeWit(family, { claims: { jti: "wit-2" } }))),
    ];
  }),
};
