import type { InPieces } from "../../base/in-pieces.js";
import { member, parseJsonObject } from "../../base/json.js";
import type { PublicJwk } from "../../crypto/public-key.js";
import { parseOrigin } from "../../identifier/parse.js";
import type { KeySource } from "../../trust/key-source/key-source.js";
import { usableKeys, verifiesWits } from "../../trust/key-source/usable-keys.js";
import { Problems } from "../../trust/problems.js";
import { holdsKey, type KeySet, keySetOf, selectKey } from "../../trust/select-key.js";
import { createTrustDomain, type TrustDomain } from "../../trust/trust-domain.js";

/** A trust domain of the Workload API: its keys come and go, it stays the same while it is delivered. */
export interface DeliveredDomain {
  readonly domain: TrustDomain;
  /** The bundle as it was delivered. */
  readonly text: string;
  readonly keys: KeySet;
  /** What of the bundle was not usable, in our own words. */
  readonly problems: readonly string[];
  /** Puts other keys in the place of these. */
  replace(keys: KeySet): void;
}

/** Trust domains by origin, and what else a message had. */
export interface Bundles {
  readonly domains: ReadonlyMap<string, DeliveredDomain>;
  /** Names of the map that are no trust domains: how many. */
  readonly ignored: number;
}

export const NO_BUNDLES: Bundles = Object.freeze({ domains: new Map<string, DeliveredDomain>(), ignored: 0 });

/**
 * Prepares the bundles of a message, all of them, and gives what puts them into effect at once: a domain that is not
 * among them is gone (WLAPI-4.4.01, WLAPI-4.4.02). A domain that stays is the same object, and a key that stays too, so
 * that whatever was verified with it remains verified. To check many keys takes long: each of them is a piece.
 */
export function* prepareBundles(delivered: ReadonlyMap<string, string>, before: Bundles): InPieces<() => Bundles> {
  const domains = new Map<string, DeliveredDomain>();
  const replacements: (() => void)[] = [];
  let ignored = 0;
  for (const [name, text] of delivered) {
    const origin = spiffeOrigin(name);
    if (origin === undefined) {
      ignored++;
      continue;
    }
    const known = before.domains.get(origin);
    if (known !== undefined && known.text === text) {
      domains.set(origin, known);
      continue;
    }
    const { jwks, problems } = yield* readWitKeys(text);
    const keys = keySetOf(jwks, known?.keys);
    const { domain, replace } = known ?? newDomain(origin, keys);
    domains.set(origin, { domain, text, keys, problems, replace });
    replacements.push(() => replace(keys));
  }
  return () => {
    for (const replace of replacements) replace();
    return { domains, ignored };
  };
}

/** Takes every key away from every domain: what was redacted verifies nothing, wherever somebody still holds it. */
export function unload({ domains }: Bundles, kept: Bundles = NO_BUNDLES): void {
  const none = keySetOf([]);
  for (const [origin, { replace }] of domains) if (!kept.domains.has(origin)) replace(none);
}

/** WLAPI-7.2.2.02: the SPIFFE ID of a trust domain, without a path. */
function spiffeOrigin(name: string): string | undefined {
  try {
    const { scheme, origin } = parseOrigin(name);
    return scheme === "spiffe" ? origin : undefined;
  } catch {
    return undefined;
  }
}

function newDomain(origin: string, keys: KeySet): Pick<DeliveredDomain, "domain" | "replace"> {
  let current = keys;
  const source: KeySource = Object.freeze({
    select: (...[kid, algorithm]: Parameters<KeySource["select"]>) => selectKey(current, kid, algorithm),
    holds: (...[key]: Parameters<KeySource["holds"]>) => holdsKey(current, key),
  });
  // WLAPI-7.2.2.01: nothing but WIT-SVIDs is verified with it
  const domain = createTrustDomain({ origin, keys: source, profile: "wit-svid" });
  return {
    domain,
    replace(next) {
      current = next;
    },
  };
}

/** Whoever publishes more has made a mistake, or means harm. */
const MAX_KEYS = 10_000;

/**
 * The keys of a bundle that can verify a WIT-SVID: those without `use`, those for signatures in general, and those for
 * WIT-SVIDs. A bundle that cannot be read has none: what was there before is over.
 */
function* readWitKeys(text: string): InPieces<{ jwks: PublicJwk[]; problems: readonly string[] }> {
  const told = new Problems();
  const entries = member(parseJsonObject(text) ?? {}, "keys");
  const isSet = Array.isArray(entries);
  const sound = isSet && entries.length <= MAX_KEYS;
  if (!isSet) told.add("the bundle is no JWK Set");
  else if (!sound) told.add(`the bundle has over ${MAX_KEYS} keys`);
  // WLAPI-7.2.2.03: a kid that two keys have names none of them, and a key without one is named by nobody
  const { keys, problems } = yield* usableKeys(sound ? entries : [], verifiesWits);
  for (const problem of problems) told.add(problem);
  const jwks = keys.filter(({ kid }) => kid);
  if (jwks.length < keys.length) told.add("a key has no kid");
  return { jwks, problems: told.list() };
}
