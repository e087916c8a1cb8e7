import type { JSONWebKeySet } from "jose";
import { overridden, type Part, part } from "./suite.js";
import { testData } from "./test-data.js";

/** A case of go-spiffe about an identifier or a trust domain. */
export interface SpiffeCase {
  readonly name?: string;
  readonly input: string;
  readonly valid: boolean;
  readonly error?: string;
  readonly trust_domain?: string;
  readonly path?: string;
}

const FILE = "spiffeid_cases.json";
const data = testData("spiffe");
export const spiffePresent: boolean = data.present;
export const { ids, trust_domains: domains } = data.read(FILE, {
  ids: [] as readonly SpiffeCase[],
  trust_domains: [] as readonly SpiffeCase[],
});

/** A SPIFFE ID of a trust domain itself: valid there, and no workload here (SPIFFEID-2.05, ID-4.1.03). */
export const namesNoWorkload = ({ valid, path }: SpiffeCase): boolean => valid && path === "";
/** A trust domain from an identifier with a path: valid there, and no origin here (ID-4.6.01). */
export const isNoOrigin = ({ valid, input }: SpiffeCase): boolean => valid && /:\/\/[^/]*\//.test(input);

/** A JWK Set of go-spiffe. */
export interface SpiffeKeySet {
  readonly file: string;
  readonly jwks: JSONWebKeySet;
}

const inBundles = (name: string): readonly string[] => data.files.filter((file) => file.includes(`__${name}`));
export const keySets: readonly SpiffeKeySet[] = inBundles("jwks_").map((file) => ({
  file,
  jwks: data.read<JSONWebKeySet>(file, { keys: [] }),
}));

/** A set with a key that has no `kid`: refused there, and here no reason to refuse the others (RFC 7517 section 4.5). */
export const lacksKid = ({ jwks }: SpiffeKeySet): boolean => jwks.keys.some(({ kid }) => kid === undefined);

export const spiffeParts: readonly Part[] = [
  part("identifiers", [FILE], ids, (entry) =>
    namesNoWorkload(entry) ? overridden("an identifier without a path names no workload (ID-4.1.03)") : undefined,
  ),
  part("trust domains", [FILE], domains, (entry) =>
    isNoOrigin(entry) ? overridden("a path is dropped there; in an origin it is a mistake (ID-4.6.01)") : undefined,
  ),
  part(
    "key sets",
    keySets.map(({ file }) => file),
    keySets,
    (entry) => (lacksKid(entry) ? overridden("`kid` is optional in a JWK Set (RFC 7517 section 4.5)") : undefined),
  ),
];
