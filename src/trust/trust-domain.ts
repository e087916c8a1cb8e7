import type { JSONWebKeySet } from "jose";
import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { algorithmNamed, supportedAlgorithms, WIT_SVID_ALGORITHMS } from "../crypto/algorithms.js";
import { parseOrigin } from "../identifier/parse.js";
import type { KeySource } from "./key-source/key-source.js";
import { staticJwks } from "./key-source/static-jwks.js";

/** The rules that a trust domain's tokens follow: those of WIMSE, or the stricter ones of SPIFFE's WIT-SVID. */
export type WitProfile = "wit" | "wit-svid";

/** What a caller says of one trust domain. Distribute it out of band: it decides who may be whom (CREDS-3.02). */
export interface TrustDomainOptions {
  // BUNDLE-3.01, FED-5.1.02, FED-5.2.1.4.02: said beside the keys, before any of them is got
  /** Scheme and trust domain, such as `wimse://example.com` or `spiffe://example.org`. */
  readonly origin: string;
  /** The issuers' public keys. They are tried for this origin and for no other. */
  readonly keys: JSONWebKeySet | KeySource;
  /** Accepted values of `iss`, which must then be present. Default: `iss` is not looked at. */
  readonly issuers?: readonly string[];
  /** Accepted algorithms, of the WIT and of the key in it. Default: all that the profile and the runtime support. */
  readonly algorithms?: readonly string[];
  /** Default: `"wit-svid"` for the SPIFFE bundle of a `spiffe` origin, otherwise `"wit"`. */
  readonly profile?: WitProfile;
}

/** One trust domain, ready for use. */
export interface TrustDomain {
  readonly origin: string;
  readonly keys: KeySource;
  readonly issuers?: ReadonlySet<string>;
  readonly algorithms: ReadonlySet<string>;
  readonly profile: WitProfile;
}

const OPTION_NAMES = ["origin", "keys", "issuers", "algorithms", "profile"];
const ALGORITHMS: Readonly<Record<WitProfile, ReadonlySet<string>>> = {
  wit: new Set(supportedAlgorithms),
  "wit-svid": new Set(WIT_SVID_ALGORITHMS),
};

/**
 * Checks what the caller says of a trust domain.
 *
 * @throws TypeError `configuration_invalid`
 */
export function createTrustDomain(options: TrustDomainOptions): TrustDomain {
  refuseUnknownOptions(options, OPTION_NAMES, "trust domain");
  const { origin, scheme } = parseOrigin(options.origin);
  const keys = isKeySource(options.keys) ? options.keys : staticJwks(options.keys);
  const { profile = (scheme === "spiffe" ? keys.profile : undefined) ?? "wit" } = options;
  if (profile !== "wit" && profile !== "wit-svid")
    throw configurationInvalid(`${origin}: profile is "wit" or "wit-svid"`);
  return Object.freeze({
    origin,
    profile,
    keys,
    algorithms: algorithmsOf(options, profile),
    ...(options.issuers !== undefined && { issuers: stringSet(options.issuers, `${origin}: issuers`) }),
  });
}

function isKeySource(keys: JSONWebKeySet | KeySource): keys is KeySource {
  const { select, holds } = (keys ?? {}) as Partial<KeySource>;
  return typeof select === "function" && typeof holds === "function";
}

function algorithmsOf({ algorithms, origin }: TrustDomainOptions, profile: WitProfile): ReadonlySet<string> {
  if (algorithms === undefined) return ALGORITHMS[profile];
  const allowed = stringSet(algorithms, `${origin}: algorithms`);
  for (const name of allowed) {
    // A misspelt or symmetric algorithm would never match; say so now (CREDS-5.1.16).
    if (algorithmNamed(name) === undefined) throw configurationInvalid(`${origin}: an algorithm is not supported here`);
    if (!ALGORITHMS[profile].has(name)) throw configurationInvalid(`${origin}: the profile does not allow ${name}`);
  }
  return allowed;
}

function stringSet(values: readonly string[], where: string): ReadonlySet<string> {
  const strings = Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === "string");
  if (!strings) throw configurationInvalid(`${where}: a non-empty array of strings`);
  return new Set(values);
}
