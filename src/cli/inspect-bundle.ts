import { calculateJwkThumbprint, type JWK } from "jose";
import { atOnce } from "../base/in-pieces.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { shortened } from "../base/shortened.js";
import { columns, printable } from "../base/text.js";
import { algorithmNamed, WIT_SVID_ALGORITHMS } from "../crypto/algorithms.js";
import { fitsAlgorithm, type PublicJwk } from "../crypto/public-key.js";
import { readSpiffeBundle, type SpiffeBundle } from "../trust/spiffe-bundle.js";
import type { Style } from "./style.js";

/** An entry of a bundle as it is shown: what it calls itself, and what becomes of it. */
export interface InspectedKey {
  readonly use?: string;
  readonly kid?: string;
  /** Key type and curve. */
  readonly type?: string;
  /** RFC 7638 thumbprint of the public key. */
  readonly thumbprint?: string;
  /** Algorithms of WIT-SVIDs that it verifies; of keys for WIT-SVIDs only. */
  readonly algorithms?: readonly string[];
  /** Why it is left out. */
  readonly problem?: string;
}

/** A bundle as it is shown. */
export interface InspectedBundle {
  /** In digits, since it may have more than other readers of JSON keep. */
  readonly sequence?: string;
  readonly refreshHint?: number;
  /** How many keys verify WIT-SVIDs. */
  readonly witKeys: number;
  readonly keys: readonly InspectedKey[];
  readonly problems: readonly string[];
}

/**
 * Reads a bundle, and looks at all of its entries.
 *
 * @throws WimseError `trust_bundle_malformed`
 */
export async function inspectBundle(document: JsonObject): Promise<InspectedBundle> {
  const bundle = atOnce(readSpiffeBundle(document, true));
  const { sequence, refreshHint, witKeys, problems } = bundle;
  const entries = member(document, "keys") as readonly JsonObject[];
  return {
    ...(sequence !== undefined && { sequence: String(sequence) }),
    ...(refreshHint !== undefined && { refreshHint }),
    witKeys: witKeys.length,
    keys: await Promise.all(entries.map((entry, index) => inspectKey(entry, index, bundle))),
    problems,
  };
}

async function inspectKey(entry: JsonObject, index: number, bundle: SpiffeBundle): Promise<InspectedKey> {
  const [use, kid, kty, crv] = ["use", "kid", "kty", "crv"].map((name) => textOf(member(entry, name)));
  const start = `keys[${index}]: `;
  const problem = bundle.problems.find((text) => text.startsWith(start))?.slice(start.length);
  const key = use === "wit-svid" ? bundle.witKeys.find((known) => known.kid === entry["kid"]) : undefined;
  const thumbprint = await thumbprintOf(entry);
  return {
    ...(use !== undefined && { use }),
    ...(kid !== undefined && { kid }),
    ...(kty !== undefined && { type: crv === undefined ? kty : `${kty} ${crv}` }),
    ...(thumbprint !== undefined && { thumbprint }),
    ...(key !== undefined && { algorithms: algorithmsOf(key) }),
    ...(problem !== undefined && { problem }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? shortened(value) : undefined;
}

async function thumbprintOf(entry: JsonObject): Promise<string | undefined> {
  if (member(entry, "kty") === "oct") return undefined; // it would be a digest of the secret (RFC 7638 section 7)
  try {
    return isJsonObject(entry) ? await calculateJwkThumbprint(entry as JWK) : undefined;
  } catch {
    return undefined; // no sound key
  }
}

function algorithmsOf(key: PublicJwk): string[] {
  return WIT_SVID_ALGORITHMS.filter((name) => {
    const algorithm = algorithmNamed(name);
    return algorithm !== undefined && fitsAlgorithm(key, algorithm);
  });
}

/** A bundle, a fact or a key on each line. */
export function bundleLines(bundle: InspectedBundle, style: Style, indent: string): string[] {
  const { sequence, refreshHint, witKeys, keys, problems } = bundle;
  const untold = problems.filter((problem) => !problem.startsWith("keys["));
  return [
    ...columns(
      [
        ["sequence", sequence ?? "none"],
        ["refresh hint", refreshHint === undefined ? "none" : `${refreshHint} seconds`],
        ["keys", `${keys.length}, ${witKeys} of them for WIT-SVIDs`],
      ],
      indent,
    ),
    ...(witKeys === 0 ? [`${indent}${style.bad("no WIT-SVID of the trust domain is valid")}`] : []),
    "",
    ...columns(
      keys.map((key) => keyCells(key, style)),
      indent,
    ),
    ...untold.map((problem) => `${indent}${style.bad(problem)}`),
  ];
}

function keyCells({ use, kid, type, thumbprint, algorithms, problem }: InspectedKey, style: Style): string[] {
  const what = [use ?? "no use", type ?? "no type", kid ?? "no kid", thumbprint ?? "no thumbprint"].map(printable);
  if (problem !== undefined) return [...what, style.bad(`left out: ${problem}`)];
  if (algorithms === undefined) return what;
  return [...what, algorithms.length > 0 ? algorithms.join(" ") : style.bad("no algorithm of WIT-SVIDs")];
}
