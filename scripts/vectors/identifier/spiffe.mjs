// @ts-check
import { LIMIT } from "../cases.mjs";
import { accepted, long, rejected } from "./parse.mjs";

const MALFORMED = "identifier_malformed";
const FORBIDDEN = "identifier_forbidden_component";
const NOT_CANONICAL = "identifier_not_canonical";
const TRUST_DOMAIN_255 = "x".repeat(255);

/** @type {import("../cases.mjs").VectorFile} */
export const spiffe = {
  suite: "identifier",
  name: "spiffe",
  spec: "spiffe-id",
  description: "SPIFFE IDs of workloads.",
  context: {},
  cases: [
    accepted(
      "plain",
      "scheme, trust domain and path",
      "SPIFFEID-2.01 SPIFFEID-2.02 SPIFFEID-2.03 SPIFFEID-2.04 SPIFFEID-2.05 SPIFFEID-2.1.01 SPIFFEID-2.1.02 SPIFFEID-2.1.03 SPIFFEID-2.1.04 SPIFFEID-2.1.05 SPIFFEID-2.2.01 SPIFFEID-2.2.02 SPIFFEID-2.2.03 SPIFFEID-2.2.04 SPIFFEID-2.4.01 ID-4.1.10",
      "spiffe://example.org/ns/prod/sa/api",
    ),
    accepted(
      "trust-domain-characters",
      "every character of a trust domain",
      "SPIFFEID-2.1.04",
      "spiffe://a-b_c.9z/agent",
    ),
    accepted("ipv4", "a dotted quad is a name like any other", "SPIFFEID-2.1.06 ID-4.3.02", "spiffe://192.0.2.1/agent"),
    accepted(
      "final-dot",
      "a trust domain that ends with a dot",
      "SPIFFEID-2.1.04 SPIFFEID-2.1.06",
      "spiffe://example.org./agent",
    ),
    accepted("path-characters", "every character of a segment", "SPIFFEID-2.2.04", "spiffe://example.org/AZaz09-._"),
    accepted(
      "case-of-the-path",
      "upper case in the path, kept as it is",
      "SPIFFEID-2.4.01",
      "spiffe://example.org/Agent",
    ),
    accepted(
      "dots-in-segments",
      "segments with dots that are no dot segments",
      "SPIFFEID-2.2.02",
      "spiffe://example.org/.a/a./.../a..b",
    ),
    accepted(
      "trust-domain-255",
      "a trust domain of 255 bytes",
      "SPIFFEID-2.3.03",
      `spiffe://${TRUST_DOMAIN_255}/agent`,
    ),
    accepted("length-2048", "2048 bytes", "SPIFFEID-2.3.01 SPIFFEID-2.3.02", long("spiffe://example.org/", 2048)),
    rejected(
      "length-2049",
      "2049 bytes",
      "SPIFFEID-2.3.02",
      "identifier_too_long",
      long("spiffe://example.org/", 2049),
      LIMIT,
    ),
    rejected(
      "trust-domain-256",
      "a trust domain of 256 bytes",
      "SPIFFEID-2.3.03",
      [NOT_CANONICAL, MALFORMED, "identifier_too_long"],
      `spiffe://${TRUST_DOMAIN_255}x/agent`,
    ),
    rejected(
      "empty-trust-domain",
      "an empty trust domain",
      "SPIFFEID-2.02 SPIFFEID-2.1.01 ID-4.1.02",
      MALFORMED,
      "spiffe:///agent",
    ),
    rejected("scheme-alone", "nothing but a scheme", "SPIFFEID-2.02 SPIFFEID-2.1.01 ID-4.1.02", MALFORMED, "spiffe://"),
    rejected(
      "no-path",
      "a trust domain, which names no workload",
      "SPIFFEID-2.05 ID-4.1.03",
      MALFORMED,
      "spiffe://example.org",
    ),
    rejected("query", "a query", "SPIFFEID-2.03 ID-4.1.04", FORBIDDEN, "spiffe://example.org/agent?x"),
    rejected("empty-query", "an empty query", "SPIFFEID-2.03 ID-4.1.04", FORBIDDEN, "spiffe://example.org/agent?"),
    rejected("fragment", "a fragment", "SPIFFEID-2.04 ID-4.1.05", FORBIDDEN, "spiffe://example.org/agent#x"),
    rejected(
      "empty-fragment",
      "an empty fragment",
      "SPIFFEID-2.04 ID-4.1.05",
      FORBIDDEN,
      "spiffe://example.org/agent#",
    ),
    rejected("userinfo", "a user name", "SPIFFEID-2.1.02 ID-4.1.06", FORBIDDEN, "spiffe://user@example.org/agent"),
    rejected("port", "a port", "SPIFFEID-2.1.02 ID-4.1.07", FORBIDDEN, "spiffe://example.org:8443/agent"),
    rejected("empty-port", "an empty port", "SPIFFEID-2.1.02 ID-4.1.07", FORBIDDEN, "spiffe://example.org:/agent"),
    rejected(
      "ipv6",
      "an IPv6 address as trust domain",
      "SPIFFEID-2.1.04 SPIFFEID-2.1.06 ID-4.3.02",
      MALFORMED,
      "spiffe://[2001:db8::1]/agent",
    ),
    rejected(
      "scheme-in-capitals",
      "an upper-case scheme",
      "SPIFFEID-2.4.01",
      NOT_CANONICAL,
      "SPIFFE://example.org/agent",
    ),
    rejected(
      "trust-domain-in-capitals",
      "an upper-case trust domain",
      "SPIFFEID-2.1.03 SPIFFEID-2.4.01",
      NOT_CANONICAL,
      "spiffe://Example.org/agent",
    ),
    rejected(
      "trust-domain-tilde",
      "a tilde in the trust domain",
      "SPIFFEID-2.1.04",
      NOT_CANONICAL,
      "spiffe://exam~ple.org/agent",
    ),
    rejected(
      "trust-domain-encoded",
      "percent-encoding in the trust domain",
      "SPIFFEID-2.1.05",
      NOT_CANONICAL,
      "spiffe://ex%61mple.org/agent",
    ),
    rejected(
      "path-encoded",
      "percent-encoding in the path",
      "SPIFFEID-2.2.01",
      NOT_CANONICAL,
      "spiffe://example.org/a%2Fb",
    ),
    rejected("empty-segment", "an empty segment", "SPIFFEID-2.2.02", NOT_CANONICAL, "spiffe://example.org//agent"),
    rejected("dot-segment", "a dot segment", "SPIFFEID-2.2.02", NOT_CANONICAL, "spiffe://example.org/./agent"),
    rejected(
      "double-dot-segment",
      "a double-dot segment",
      "SPIFFEID-2.2.02",
      NOT_CANONICAL,
      "spiffe://example.org/a/../agent",
    ),
    rejected("trailing-slash", "a slash at the end", "SPIFFEID-2.2.03", NOT_CANONICAL, "spiffe://example.org/agent/"),
    rejected(
      "root-path",
      "a slash and nothing after it",
      "SPIFFEID-2.2.03",
      [NOT_CANONICAL, MALFORMED],
      "spiffe://example.org/",
    ),
    rejected(
      "path-tilde",
      "a tilde in the path",
      "SPIFFEID-2.2.04 ID-4.1.10",
      NOT_CANONICAL,
      "spiffe://example.org/a~b",
    ),
    rejected("path-colon", "a colon in the path", "SPIFFEID-2.2.04", NOT_CANONICAL, "spiffe://example.org/a:b"),
    rejected("path-at", "an at sign in the path", "SPIFFEID-2.2.04", NOT_CANONICAL, "spiffe://example.org/a@b"),
  ],
};
