// @ts-check
import { accepted, rejected } from "./parse.mjs";

const NOT_CANONICAL = "identifier_not_canonical";

/** @type {import("../cases.mjs").VectorFile} */
export const generic = {
  suite: "identifier",
  name: "other-schemes",
  spec: "draft-ietf-wimse-identifier",
  description: "Workload Identifiers of schemes that have no rules of their own here: RFC 3986 in its normalized form.",
  context: {},
  cases: [
    accepted(
      "plain",
      "scheme, trust domain and path",
      "ID-4.1.01 ID-4.1.10 ID-P-4.1.01 ID-P-4.1.03",
      "example://workloads.example/agent",
    ),
    accepted(
      "scheme-characters",
      "every kind of character in the scheme",
      "ID-4.1.01",
      "a1+b.c-d://workloads.example/agent",
    ),
    accepted("registered-name", "a registered name with sub-delimiters", "ID-4.2.01", "example://team!a(1),b;c/agent"),
    accepted(
      "encoded-trust-domain",
      "percent-encoding in the trust domain where it is needed",
      "ID-4.2.01",
      "example://t%C3%A4st/agent",
    ),
    accepted(
      "encoded-path",
      "percent-encoding in the path where it is needed",
      "ID-4.1.01",
      "example://workloads.example/the%20agent%2F1",
    ),
    accepted(
      "path-characters",
      "every character of a segment",
      "ID-4.1.01",
      "example://workloads.example/AZaz09-._~:@!$&'()*+,;=",
    ),
    rejected("no-authority", "a URN, which has no authority", "ID-4.1.02", "identifier_malformed", "urn:example:agent"),
    rejected(
      "mail-address",
      "a mail address, which has no authority",
      "ID-4.1.02",
      "identifier_malformed",
      "mailto:agent@example.com",
    ),
    rejected(
      "digit-first",
      "a scheme that begins with a digit",
      "ID-4.1.01",
      "identifier_malformed",
      "1a://workloads.example/agent",
    ),
    rejected(
      "underscore",
      "an underscore in the scheme",
      "ID-4.1.01",
      "identifier_malformed",
      "a_b://workloads.example/agent",
    ),
    rejected(
      "ipv4",
      "an IPv4 address as trust domain",
      "ID-4.3.02",
      "identifier_malformed",
      "example://192.0.2.1/agent",
    ),
    rejected(
      "ipvfuture",
      "an address of a future version of IP as trust domain",
      "ID-4.3.02",
      "identifier_malformed",
      "example://[v1.a]/agent",
    ),
    rejected("port", "a port", "ID-4.1.07", "identifier_forbidden_component", "https://workloads.example:8443/agent"),
    rejected(
      "scheme-in-capitals",
      "an upper-case scheme",
      "ID-P-4.1.01 ID-P-4.1.03",
      NOT_CANONICAL,
      "EXAMPLE://workloads.example/agent",
    ),
    rejected(
      "trust-domain-in-capitals",
      "an upper-case trust domain",
      "ID-P-4.1.01 ID-P-4.1.03",
      NOT_CANONICAL,
      "example://Workloads.example/agent",
    ),
    rejected(
      "lower-case-encoding",
      "lower-case percent-encoding",
      "ID-P-4.1.03",
      NOT_CANONICAL,
      "example://workloads.example/a%2fb",
    ),
    rejected(
      "needless-encoding",
      "an unreserved character encoded",
      "ID-P-4.1.03 ID-P-4.1.04",
      NOT_CANONICAL,
      "example://workloads.example/%41gent",
    ),
    rejected("encoded-tilde", "a tilde encoded", "ID-P-4.1.03", NOT_CANONICAL, "example://workloads.example/%7Eagent"),
    rejected(
      "encoded-trust-domain-letter",
      "a letter of the trust domain encoded",
      "ID-P-4.1.03",
      NOT_CANONICAL,
      "example://%77orkloads.example/agent",
    ),
    rejected(
      "dot-segment",
      "a double-dot segment",
      "ID-P-4.1.03",
      NOT_CANONICAL,
      "example://workloads.example/a/../agent",
    ),
    rejected("empty-segment", "an empty segment", "ID-P-4.1.03", NOT_CANONICAL, "example://workloads.example/a//agent"),
    rejected(
      "trailing-slash",
      "a slash at the end",
      "ID-P-4.1.03",
      NOT_CANONICAL,
      "example://workloads.example/agent/",
    ),
  ],
};
