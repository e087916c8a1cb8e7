import { atOnce, type InPieces } from "../base/in-pieces.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { parseOrigin } from "../identifier/parse.js";
import {
  isText,
  type JsonDocument,
  malformed,
  readJsonDocument,
  readSpiffeBundle,
  type SpiffeBundle,
} from "./spiffe-bundle.js";

/** Bundles by the names of their trust domains, such as `example.org`. */
export type SpiffeBundleMap = ReadonlyMap<string, SpiffeBundle>;

const MAX_DOMAINS = 10_000;

/**
 * Reads a SPIFFE bundle map (SPIFFE Trust Domain and Bundle section 5): all of it, or nothing. Each bundle is read as by
 * {@link parseSpiffeBundle}. Give the text or its bytes where you have them: in an object, a trust domain that occurred
 * twice cannot be noticed any more.
 *
 * @example
 * ```ts
 * import { parseSpiffeBundleMap } from "wimse/trust";
 *
 * const map = parseSpiffeBundleMap('{"trust_domains": {"example.org": {"keys": [], "spiffe_sequence": 12}}}');
 * console.log(map.get("example.org")?.sequence); // 12n
 * ```
 *
 * @throws WimseError `trust_bundle_malformed`: no JSON object with unique names; nested deeper than 16 levels; no object
 * `trust_domains`, one with over 10,000 members or with one whose name is no SPIFFE trust domain's; a malformed bundle
 */
export function parseSpiffeBundleMap(map: JsonDocument): SpiffeBundleMap {
  return atOnce(spiffeBundleMapReading(map));
}

/** {@link parseSpiffeBundleMap} in pieces: to check many keys takes long. */
export function* spiffeBundleMapReading(map: JsonDocument): InPieces<SpiffeBundleMap> {
  const document = readJsonDocument(map); // BUNDLE-5.1.1.02, BUNDLE-5.1.1.03: no name twice
  const domains = member(document, "trust_domains");
  // BUNDLE-5.1.1.01
  if (!isJsonObject(domains)) throw malformed("The bundle map has no trust_domains", "BUNDLE-5.1.1.01");
  const entries = Object.entries(domains);
  if (entries.length > MAX_DOMAINS) {
    throw malformed(`The bundle map has over ${MAX_DOMAINS} trust domains`, "BUNDLE-5.1.1.01");
  }
  const bundles = new Map<string, SpiffeBundle>();
  for (const [name, bundle] of entries) bundles.set(domainName(name), yield* bundleIn(bundle, isText(map)));
  return bundles;
}

function domainName(name: string): string {
  try {
    if (parseOrigin(`spiffe://${name}`).trustDomain === name) return name;
  } catch {
    // an error of configuration, which this is not
  }
  throw malformed("A name in the bundle map is not one of a SPIFFE trust domain", "BUNDLE-5.1.1.01");
}

function bundleIn(bundle: unknown, exact: boolean): InPieces<SpiffeBundle> {
  if (!isJsonObject(bundle)) throw malformed("A bundle in the bundle map is not an object", "BUNDLE-5.1.1.01");
  return readSpiffeBundle(bundle as JsonObject, exact);
}
