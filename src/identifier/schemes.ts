/** What one scheme asks of a component of the URI, and the requirement that says so. */
export interface Rule {
  readonly of: "scheme" | "trustDomain" | "path";
  /** Found in the component exactly when the rule is broken; never in an empty component. */
  readonly broken: RegExp;
  /** Continues "the identifier …". */
  readonly flaw: string;
  readonly requirement: string;
}

/** The rules of one scheme, beyond those that WIMSE-ID section 4.1 sets for all. */
export interface SchemeRules {
  /** Whether a dotted quad is a trust domain name like any other. */
  readonly ipv4IsName: boolean;
  /** The one serialization that is accepted. */
  readonly canonical: readonly Rule[];
  /** Stricter still: what we issue, though we accept more. */
  readonly issued: readonly Rule[];
}

function rule(of: Rule["of"], broken: RegExp, flaw: string, requirement: string): Rule {
  return { of, broken, flaw, requirement };
}

const UPPER_CASE = /[A-Z]/;
const UPPER_CASE_OUTSIDE_TRIPLET = /(?<!%|%.)[A-Z]/;
const PERCENT = /%/;
const LOWER_CASE_TRIPLET = /%(?:[a-f]|.[a-f])/;
/** Encoded ALPHA, DIGIT, "-", ".", "_" or "~": an alias of the plain character (RFC 3986 section 2.3). */
const UNRESERVED_TRIPLET = /%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])/i;
const EMPTY_SEGMENT = /\/\//;
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;
const TRAILING_SLASH = /\/$/;

/**
 * For those who have no scheme of their own (CREDS-5.1.19).
 *
 * ID-4.4.01: trust domain `[a-z0-9._-]`, segments of RFC 3986 `pchar` in either case (ID-P-4.4.07), plainly written.
 */
const wimse: SchemeRules = {
  ipv4IsName: false,
  canonical: [
    rule("scheme", UPPER_CASE, "has an upper-case letter in its scheme", "ID-P-4.4.01"),
    rule("trustDomain", PERCENT, "has percent-encoding in its trust domain", "ID-P-4.4.03"),
    rule("trustDomain", /\.$/, "has a trust domain that ends with a dot", "ID-P-4.4.03"),
    rule("trustDomain", /[^a-z0-9._-]/, "has a character that no wimse trust domain has", "ID-P-4.4.02"),
    rule("path", /^\/$/, "has a path without a segment", "ID-P-4.4.04"),
    rule("path", PERCENT, "has percent-encoding in its path", "ID-P-4.4.06"),
    rule("path", EMPTY_SEGMENT, "has an empty path segment", "ID-P-4.4.06"),
    rule("path", DOT_SEGMENT, 'has a "." or ".." path segment', "ID-P-4.4.06"),
    rule("path", TRAILING_SLASH, "has a trailing slash", "ID-P-4.4.06"),
  ],
  // Only a proposal asks this of identifiers, so it binds what we write and not what we read.
  issued: [rule("path", /[^A-Za-z0-9._~/-]/, "has a path character that is not unreserved", "ID-P-4.4.05")],
};

/** SPIFFE-ID sections 2.1 to 2.3; these bind every URI whose scheme is `spiffe` (SPIFFEID-2.01, ID-4.1.10). */
const spiffe: SchemeRules = {
  ipv4IsName: true, // SPIFFEID-2.1.06
  canonical: [
    // SPIFFE-ID section 2.4 calls scheme and trust domain case-insensitive, section 2.1 wants lower case: in a
    // credential only one spelling is the identity.
    rule("scheme", UPPER_CASE, "has an upper-case letter in its scheme", "SPIFFEID-2.4.01"),
    rule("trustDomain", PERCENT, "has percent-encoding in its trust domain", "SPIFFEID-2.1.05"),
    rule("trustDomain", UPPER_CASE, "has an upper-case letter in its trust domain", "SPIFFEID-2.1.03"),
    rule("trustDomain", /[^a-z0-9._-]/, "has a character that no SPIFFE trust domain has", "SPIFFEID-2.1.04"),
    rule("trustDomain", /.{256}/, "has a trust domain longer than 255 bytes", "SPIFFEID-2.3.03"),
    rule("path", PERCENT, "has percent-encoding in its path", "SPIFFEID-2.2.01"),
    rule("path", EMPTY_SEGMENT, "has an empty path segment", "SPIFFEID-2.2.02"),
    rule("path", DOT_SEGMENT, 'has a "." or ".." path segment', "SPIFFEID-2.2.02"),
    rule("path", TRAILING_SLASH, "has a trailing slash", "SPIFFEID-2.2.03"),
    rule("path", /[^A-Za-z0-9._/-]/, "has a character that no SPIFFE path has", "SPIFFEID-2.2.04"),
  ],
  issued: [],
};

/** Any other scheme: RFC 3986 in the form that its normalization (section 6.2.2) leaves alone. */
const generic: SchemeRules = {
  ipv4IsName: false,
  canonical: [
    rule("scheme", UPPER_CASE, "has an upper-case letter in its scheme", "ID-P-4.1.03"),
    rule("trustDomain", UPPER_CASE_OUTSIDE_TRIPLET, "has an upper-case letter in its trust domain", "ID-P-4.1.03"),
    rule("trustDomain", LOWER_CASE_TRIPLET, "has lower-case percent-encoding in its trust domain", "ID-P-4.1.03"),
    rule("trustDomain", UNRESERVED_TRIPLET, "has needless percent-encoding in its trust domain", "ID-P-4.1.03"),
    rule("path", LOWER_CASE_TRIPLET, "has lower-case percent-encoding in its path", "ID-P-4.1.03"),
    rule("path", UNRESERVED_TRIPLET, "has needless percent-encoding in its path", "ID-P-4.1.03"),
    rule("path", EMPTY_SEGMENT, "has an empty path segment", "ID-P-4.1.03"),
    rule("path", DOT_SEGMENT, 'has a "." or ".." path segment', "ID-P-4.1.03"),
    rule("path", TRAILING_SLASH, "has a trailing slash", "ID-P-4.1.03"),
  ],
  issued: [],
};

const SCHEMES: ReadonlyMap<string, SchemeRules> = new Map([
  ["wimse", wimse],
  ["spiffe", spiffe],
]);

/** The rules of a scheme. Its case does not matter here: that `SPIFFE` is not canonical is one of the rules. */
export function schemeRules(scheme: string): SchemeRules {
  return SCHEMES.get(scheme.toLowerCase()) ?? generic;
}
