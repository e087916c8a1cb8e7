import { utf8Text } from "../base/bytes.js";
import { WimseError } from "../base/errors.js";
import { parseExactJsonObject } from "../base/exact-json.js";
import { atOnce, type InPieces } from "../base/in-pieces.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { type PublicJwk, readPublicJwk } from "../crypto/public-key.js";
import { Problems } from "./problems.js";
import { repeatedIn } from "./repeated.js";

/** What a SPIFFE bundle says to whoever verifies WIT-SVIDs. It does not say whose bundle it is. */
export interface SpiffeBundle {
  /** `spiffe_sequence`, exactly: of two bundles of a trust domain, the one with the higher number is newer. */
  readonly sequence?: bigint;
  /** `spiffe_refresh_hint`: after how many seconds to look for a newer bundle, as this one wants it; may be 0. */
  readonly refreshHint?: number;
  /** The keys that verify WIT-SVIDs: those whose `use` is `wit-svid`, checked. */
  readonly witKeys: readonly PublicJwk[];
  /** What was left out, but for keys of other SVIDs, and why: `keys[2]: its use is missing or unknown`. */
  readonly problems: readonly string[];
}

/** A document as it may be given: its text, the bytes of that, or what `JSON.parse` makes of it. */
export type JsonDocument = string | Uint8Array | object;

/** Checking a key costs some 50 microseconds, so that their number has to have an end. */
const MAX_ENTRIES = 10_000;

/** `use` of keys that are for other SVIDs, and none of the business of WIT-SVIDs. */
const OTHER_USES: ReadonlySet<unknown> = new Set(["x509-svid", "jwt-svid"]);
/** `use` of keys whose `kid` must be unique in the bundle. */
const NAMED_USES: ReadonlySet<unknown> = new Set(["jwt-svid", "wit-svid"]);
/** Key types that are known. Entries of others are ignored as a whole, their `kid` included. */
const KEY_TYPES: ReadonlySet<unknown> = new Set(["EC", "RSA", "OKP", "AKP", "oct"]);

/**
 * Reads a SPIFFE bundle (SPIFFE Trust Domain and Bundle section 4) for the sake of its keys for WIT-SVIDs (WIT-SVID
 * section 6).
 *
 * Left out are entries without a known `use` or `kty`, and keys for WIT-SVIDs that are private, weak or malformed, that
 * have no `kid`, or one that occurs twice among the keys for JWT-SVIDs and WIT-SVIDs. The bundle counts all the same: if
 * one faulty entry made it void, whoever holds an older one would go on using keys that this one has no more.
 *
 * Give the text or its bytes where you have them. In an object that `JSON.parse` made, names that occurred twice and
 * the last digits of integers above 2^53 are lost.
 *
 * @example
 * ```ts
 * import { parseSpiffeBundle } from "wimse/trust";
 *
 * const text = '{"keys": [{"use": "sig", "kty": "EC"}], "spiffe_sequence": 9007199254740993}';
 * const { sequence, witKeys, problems } = parseSpiffeBundle(text);
 * console.log(sequence); // 9007199254740993n
 * console.log(witKeys, problems); // [], ["keys[0]: its use is missing or unknown"]
 * ```
 *
 * @throws WimseError `trust_bundle_malformed`: no JSON object with unique names; nested deeper than 16 levels; no array
 * `keys`, one with something else than objects or with over 10,000 of them; a `spiffe_sequence` or `spiffe_refresh_hint`
 * that is not a whole number from zero up
 */
export function parseSpiffeBundle(bundle: JsonDocument): SpiffeBundle {
  return atOnce(spiffeBundleReading(bundle));
}

/** {@link parseSpiffeBundle} in pieces: to check many keys takes long. */
export function spiffeBundleReading(bundle: JsonDocument): InPieces<SpiffeBundle> {
  return readSpiffeBundle(readJsonDocument(bundle), isText(bundle));
}

/** Whether a document is given in a form from which its numbers can be read exactly. */
export function isText(document: JsonDocument): boolean {
  return typeof document === "string" || document instanceof Uint8Array;
}

/**
 * The object that a document is; integers that a Number cannot hold are BigInts, where the document is text.
 *
 * @throws WimseError `trust_bundle_malformed`
 */
export function readJsonDocument(document: JsonDocument): JsonObject {
  const given: unknown = document instanceof Uint8Array ? utf8Text(document) : document; // FED-5.2.1.3.04: UTF-8
  const object: unknown = typeof given === "string" ? parseExactJsonObject(given) : given;
  if (!isJsonObject(object)) throw malformed("The document is not a JSON object with unique names", "BUNDLE-4.01");
  return object;
}

/**
 * {@link parseSpiffeBundle} of a document that was parsed.
 *
 * @param exact whether no number in it has been rounded
 * @throws WimseError `trust_bundle_malformed`
 */
export function* readSpiffeBundle(bundle: JsonObject, exact: boolean): InPieces<SpiffeBundle> {
  const problems = new Problems();
  const entries = entriesOf(bundle);
  const sequence = sequenceOf(bundle, exact, problems);
  const refreshHint = refreshHintOf(bundle);
  // BUNDLE-4.1.01, BUNDLE-4.1.02: nothing but keys has to be there, and what else is there is not looked at
  return Object.freeze({
    ...(sequence !== undefined && { sequence }), // BUNDLE-4.1.1.01
    ...(refreshHint !== undefined && { refreshHint }), // BUNDLE-4.1.2.01
    witKeys: Object.freeze(yield* witKeysOf(entries, problems)),
    problems: problems.list(),
  });
}

/** The error of a document that is no bundle, and no map of bundles. */
export function malformed(message: string, requirement: string): WimseError {
  return new WimseError("trust_bundle_malformed", message, requirement);
}

function entriesOf(bundle: JsonObject): readonly JsonObject[] {
  const keys = member(bundle, "keys");
  // BUNDLE-4.1.3.01; an empty one is good, and leaves nobody in
  if (!Array.isArray(keys)) throw malformed("The bundle has no array of keys", "BUNDLE-4.1.3.01");
  if (keys.length > MAX_ENTRIES) throw malformed(`The bundle has over ${MAX_ENTRIES} keys`, "BUNDLE-4.1.3.01");
  const entries: unknown[] = [...keys];
  if (!entries.every(isJsonObject)) throw malformed("A key of the bundle is not a JWK", "BUNDLE-4.1.3.01");
  return entries;
}

function sequenceOf(bundle: JsonObject, exact: boolean, problems: Problems): bigint | undefined {
  const sequence = member(bundle, "spiffe_sequence");
  if (sequence === undefined) return undefined;
  // BUNDLE-4.1.1.02
  if (!isWholeNumber(sequence)) throw malformed("spiffe_sequence is not a whole number", "BUNDLE-4.1.1.02");
  // BUNDLE-4.1.1.04
  if (typeof sequence === "number" && !Number.isSafeInteger(sequence)) {
    if (exact) throw malformed("spiffe_sequence is written so that its digits are lost", "BUNDLE-4.1.1.04");
    problems.add("spiffe_sequence: a number that may have lost digits; give the bundle as text");
  }
  return BigInt(sequence);
}

function refreshHintOf(bundle: JsonObject): number | undefined {
  const hint = member(bundle, "spiffe_refresh_hint");
  if (hint === undefined) return undefined;
  // BUNDLE-4.1.2.02; a BigInt is one of more than 285 million years
  if (!isWholeNumber(hint) || !Number.isSafeInteger(hint)) {
    throw malformed("spiffe_refresh_hint is not a whole number of seconds", "BUNDLE-4.1.2.02");
  }
  return Number(hint) + 0; // without the sign of a minus zero
}

function isWholeNumber(value: unknown): value is number | bigint {
  return typeof value === "bigint" ? value >= 0n : Number.isInteger(value) && (value as number) >= 0;
}

/** The keys that may verify WIT-SVIDs, in the order of the bundle (WITSVID-6.2.01); each of them is a piece. */
function* witKeysOf(entries: readonly JsonObject[], problems: Problems): InPieces<PublicJwk[]> {
  const repeated = repeatedKids(entries);
  const keys: PublicJwk[] = [];
  for (const [index, entry] of entries.entries()) {
    const use = member(entry, "use");
    if (OTHER_USES.has(use)) continue; // WITSVID-6.2.03: they never step in
    // BUNDLE-4.2.2.01, BUNDLE-4.2.2.02, WITSVID-6.1.01, WITSVID-6.2.02: exactly this text
    if (use !== "wit-svid") {
      problems.add(`keys[${index}]: its use is missing or unknown`);
      continue;
    }
    const verdict = readWitKey(entry, repeated);
    if (typeof verdict === "string") problems.add(`keys[${index}]: ${verdict}`);
    else keys.push(verdict);
    yield;
  }
  return keys;
}

/** A key for WIT-SVIDs, or why it cannot be one. */
function readWitKey(entry: JsonObject, repeated: ReadonlySet<unknown>): PublicJwk | string {
  const reading = readPublicJwk(entry); // BUNDLE-4.2.1.01, BUNDLE-4.2.1.02, BUNDLE-4.1.3.02
  if (reading.kind !== "usable") return reading.reason;
  const { key } = reading;
  if (key.kid === undefined || key.kid === "") return "it has no kid"; // WITSVID-6.1.02
  if (repeated.has(key.kid)) return "its kid occurs twice"; // WITSVID-6.1.03: which of them is meant nobody can say
  if (key.key_ops !== undefined && !key.key_ops.includes("verify")) return "its key_ops have no verify";
  return key;
}

/** The `kid`s that occur more than once among the keys for JWT-SVIDs and WIT-SVIDs. */
function repeatedKids(entries: readonly JsonObject[]): ReadonlySet<unknown> {
  const kids = entries
    .filter((entry) => NAMED_USES.has(member(entry, "use")) && KEY_TYPES.has(member(entry, "kty")))
    .map((entry) => member(entry, "kid"));
  return repeatedIn(kids);
}
