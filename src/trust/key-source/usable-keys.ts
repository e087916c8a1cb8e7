import type { InPieces } from "../../base/in-pieces.js";
import { isJsonObject, member } from "../../base/json.js";
import { type PublicJwk, readPublicJwk } from "../../crypto/public-key.js";
import { Problems } from "../problems.js";
import { repeatedIn } from "../repeated.js";
import type { KeyDocument } from "./refreshing-keys.js";

/** Uses of a key of a plain JWK Set under which it may verify a WIT. */
const USES = new Set(["sig", "wit-svid"]);

/** Whether the labels of a key of a plain JWK Set let it verify a WIT. */
export function verifiesWits({ use, key_ops }: PublicJwk): boolean {
  return (use === undefined || USES.has(use)) && (key_ops === undefined || key_ops.includes("verify"));
}

/**
 * What can be used of the entries of a key set that somebody else publishes. An entry that is wrong in itself is left out
 * and reported; so are all that share a `kid`, since none of them can be meant. Entries of other kinds or uses are left
 * out in silence (RFC 7517 section 5). Each entry is a piece of the work.
 */
export function* usableKeys(
  entries: readonly unknown[],
  accepts: (key: PublicJwk) => boolean,
): InPieces<Required<Pick<KeyDocument, "problems">> & { readonly keys: readonly PublicJwk[] }> {
  const kids = entries.map(kidOf);
  const repeated = repeatedIn(kids);
  const keys: PublicJwk[] = [];
  const problems = new Problems();
  for (const [index, entry] of entries.entries()) {
    const verdict = readPublicJwk(entry);
    if (verdict.kind === "refused") problems.add(`keys[${index}]: ${verdict.reason}`);
    const kid = kids[index];
    if (kid !== undefined && repeated.has(kid)) problems.add(`keys[${index}]: its kid occurs twice in the set`);
    else if (verdict.kind === "usable" && accepts(verdict.key)) keys.push(verdict.key);
    yield;
  }
  return { keys, problems: problems.list() };
}

function kidOf(entry: unknown): string | undefined {
  const kid = isJsonObject(entry) ? member(entry, "kid") : undefined;
  return typeof kid === "string" ? kid : undefined;
}
