import { utf8Bytes } from "../base/bytes.js";
import { configurationInvalid, WimseError, type WimseErrorCode } from "../base/errors.js";
import { type Rule, schemeRules } from "./schemes.js";

/**
 * A Workload Identifier, checked (draft-ietf-wimse-identifier section 4.1). Compare and authorize with the complete
 * `uri`: byte for byte, it has one spelling only. Having parsed one proves nothing about who sent it.
 */
export interface WorkloadIdentifier {
  /** The identifier, exactly as it was given. */
  readonly uri: string;
  /** `wimse`, `spiffe`, or any other; lower case. */
  readonly scheme: string;
  /** The trust domain, which means something only together with the scheme. */
  readonly trustDomain: string;
  /** The path with its leading slash. */
  readonly path: string;
  /** The segments of the path, as written; at least one. */
  readonly segments: readonly string[];
  /** Scheme and trust domain, such as `spiffe://example.org`; it is not an identifier itself. */
  readonly origin: string;
}

/** A Workload Identifier Origin (section 4.6): a trust domain and the scheme in which it is meant. */
export type WorkloadIdentifierOrigin = Pick<WorkloadIdentifier, "scheme" | "trustDomain" | "origin">;

interface UriParts {
  readonly scheme: string;
  readonly userinfo?: string;
  readonly trustDomain?: string;
  readonly port?: string;
  readonly path: string;
  readonly query?: string;
  readonly fragment?: string;
}

/** Makes the error that says what is wrong with an identifier: the peer's failure or the caller's mistake. */
type Refusal = (code: WimseErrorCode, flaw: string, requirement: string) => Error;

const ORIGIN_FORM = 'write it as "wimse://example.com", without a slash at the end';
const refusePeer: Refusal = (code, flaw, requirement) => new WimseError(code, `The identifier ${flaw}`, requirement);
const refuseIssued: Refusal = (_code, flaw) => configurationInvalid(`identifier to issue: ${flaw}`);
const refuseOrigin: Refusal = (_code, flaw) => configurationInvalid(`origin: ${flaw}; ${ORIGIN_FORM}`);

// ID-4.1.08, ID-7.1.04, ID-P-4.1.05, SPIFFEID-2.3.01: up to here no identifier is refused for its length.
const MAX_BYTES = 2048;

// ID-7.1.01: the grammar of RFC 3986 appendix A, whole, and not a pattern that picks components out. Every character
// belongs to one component only, so that matching is linear. "%" stands for a triplet: BROKEN_TRIPLET finds the rest.
const NAME = "-A-Za-z0-9._~!$&'()*+,;=%"; // unreserved, sub-delims, pct-encoded
// The outline of an IP-literal is enough: none is accepted.
const IP_LITERAL = `\\[(?:[0-9A-Fa-f:.]+|[Vv][0-9A-Fa-f]+\\.[${NAME}:]+)\\]`;
const AUTHORITY = `(?:(?<userinfo>[${NAME}:]*)@)?(?<trustDomain>${IP_LITERAL}|[${NAME}]*)(?::(?<port>[0-9]*))?`;
const URI = new RegExp(
  `^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://${AUTHORITY}(?=[/?#]|$)|(?!//))(?<path>[${NAME}:@/]*)` +
    `(?:\\?(?<query>[${NAME}:@/?]*))?(?:#(?<fragment>[${NAME}:@/?]*))?$`,
);
const BROKEN_TRIPLET = /%(?![0-9A-Fa-f]{2})/;

// Numbers in any other notation are registered names to RFC 3986 section 3.2.2, and a trust domain is never resolved.
const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** What no identifier has, not even empty (ID-7.1.02). */
const FORBIDDEN = [
  ["userinfo", "ID-4.1.06"], // SPIFFEID-2.1.02
  ["port", "ID-4.1.07"], // SPIFFEID-2.1.02
  ["query", "ID-4.1.04"], // SPIFFEID-2.03
  ["fragment", "ID-4.1.05"], // SPIFFEID-2.04
] as const;

type Components = { readonly [component in Rule["of"]]: string };

/** Takes the URI apart, and refuses what is wrong whatever the form: only the path is left to be checked. */
function readUri(uri: string, refuse: Refusal): Components {
  // ID-7.1.03, ID-7.1.05, ID-4.1.09, SPIFFEID-2.3.02: first, and at the cost of 2049 characters however many there are.
  if (utf8Bytes(uri.slice(0, MAX_BYTES + 1)).length > MAX_BYTES) {
    throw refuse("identifier_too_long", `is longer than ${MAX_BYTES} bytes`, "ID-7.1.05");
  }
  const parts = BROKEN_TRIPLET.test(uri) ? undefined : (URI.exec(uri)?.groups as UriParts | undefined);
  if (parts === undefined) throw refuse("identifier_malformed", "is not an absolute URI", "ID-4.1.01");
  for (const [component, requirement] of FORBIDDEN) {
    if (parts[component] === undefined) continue;
    throw refuse("identifier_forbidden_component", `has a ${component} component`, requirement);
  }
  const { scheme, trustDomain, path } = parts;
  // ID-4.1.02, SPIFFEID-2.02, SPIFFEID-2.1.01
  if (!trustDomain) throw refuse("identifier_malformed", "has no trust domain", "ID-4.1.02");
  // ID-4.3.02, SPIFFEID-2.1.06
  if (trustDomain.startsWith("[") || (IPV4.test(trustDomain) && !schemeRules(scheme).ipv4IsName)) {
    throw refuse("identifier_malformed", "has an IP address as its trust domain", "ID-4.3.02");
  }
  return { scheme, trustDomain, path };
}

// ID-P-4.1.01, ID-P-4.4.08: one spelling for each identifier, so that comparing is comparing bytes.
function requireForm(components: Components, rules: readonly Rule[], refuse: Refusal): void {
  const broken = rules.find((rule) => rule.broken.test(components[rule.of]));
  // ID-P-4.1.03, ID-P-7.1.02
  if (broken) throw refuse("identifier_not_canonical", broken.flaw, broken.requirement);
}

function identify(uri: string, refuse: Refusal): WorkloadIdentifier {
  if (typeof uri !== "string") throw configurationInvalid("identifier: must be a string");
  const components = readUri(uri, refuse);
  const { scheme, trustDomain, path } = components;
  // ID-4.1.03, ID-4.6.01; for a SPIFFE ID too, whose own rules leave the path optional (SPIFFEID-2.05)
  if (path === "") throw refuse("identifier_malformed", "has no path", "ID-4.1.03");
  requireForm(components, schemeRules(scheme).canonical, refuse);
  // ID-P-7.1.03, ID-P-7.1.04: whoever decides by an identifier takes this value, and never the input again.
  return Object.freeze({
    uri, // ID-P-4.1.04, ID-P-4.4.09: nothing was repaired on the way
    scheme,
    trustDomain,
    path,
    segments: Object.freeze(path.slice(1).split("/")),
    origin: `${scheme}://${trustDomain}`, // ID-4.2.01: a trust domain means nothing without its scheme
  });
}

/**
 * Parses a Workload Identifier (draft-ietf-wimse-identifier section 4.1, RFC 3986). What is not in canonical form is
 * refused, never repaired. The scheme sets further rules: those of SPIFFE-ID for `spiffe`; for `wimse`, a trust domain
 * of `[a-z0-9._-]` and no percent-encoding; for any other, RFC 3986 in normalized form.
 *
 * @throws WimseError, the first that applies:
 * `identifier_too_long` (over 2048 bytes);
 * `identifier_malformed` (not an absolute URI);
 * `identifier_forbidden_component` (userinfo, port, query or fragment, even an empty one);
 * `identifier_malformed` (no trust domain, an IP address in its place, no path);
 * `identifier_not_canonical` (upper-case scheme or trust domain, needless percent-encoding, empty or dot segment,
 * trailing slash, a character or length that the scheme does not allow).
 *
 * @throws TypeError with code `configuration_invalid` when `uri` is not a string.
 */
export function parseWorkloadIdentifier(uri: string): WorkloadIdentifier {
  return identify(uri, refusePeer);
}

/**
 * Requires that an identifier may be issued, and returns it. The rules for writing are stricter than those for reading:
 * the path of a `wimse` identifier has unreserved characters only.
 *
 * @throws TypeError with code `configuration_invalid` that says what is wrong.
 */
export function assertIssuableIdentifier(uri: string): WorkloadIdentifier {
  const identifier = identify(uri, refuseIssued); // ID-4.4.02, ID-P-4.1.02
  requireForm(identifier, schemeRules(identifier.scheme).issued, refuseIssued); // ID-P-4.4.05
  return identifier;
}

/**
 * Parses the origin of a trust domain as it is configured: `wimse://example.com`, without path or trailing slash.
 *
 * @throws TypeError with code `configuration_invalid` that says what is wrong.
 */
export function parseOrigin(origin: string): WorkloadIdentifierOrigin {
  if (typeof origin !== "string") throw configurationInvalid("origin: must be a string");
  const components = readUri(origin, refuseOrigin);
  const { scheme, trustDomain, path } = components;
  if (path !== "") throw configurationInvalid(`origin: has a path; ${ORIGIN_FORM}`);
  requireForm(components, schemeRules(scheme).canonical, refuseOrigin);
  return Object.freeze({ scheme, trustDomain, origin });
}
