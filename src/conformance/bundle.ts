import { configurationInvalid } from "../base/errors.js";
import { parseExactJsonObject } from "../base/exact-json.js";
import { atOnce } from "../base/in-pieces.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { parseOrigin } from "../identifier/parse.js";
import { parseSpiffeBundle, readJsonDocument, readSpiffeBundle, type SpiffeBundle } from "../trust/spiffe-bundle.js";

/** Nesting of a line in which a bundle, three levels down, nests as deep as a bundle may. */
const DEPTH_OF_LINE = 18;

/**
 * Reads a SPIFFE bundle, which is given as an object or as its text. Of an object, the line that it came in is read again
 * for what is lost otherwise: names that occur twice, and the last digits of large integers.
 */
export async function parseBundle(
  _context: JsonObject,
  input: JsonObject,
  _session: unknown,
  line: string,
): Promise<JsonObject> {
  checkTrustDomain(input["trustDomain"]);
  const { sequence, refreshHint, witKeys } = bundleOf(member(input, "bundle"), line);
  const rounded = Number(sequence);
  return {
    sequence: sequence === undefined ? null : Number.isSafeInteger(rounded) ? rounded : sequence,
    refreshHint: refreshHint ?? null,
    witKeys: witKeys.map(({ kid }) => kid),
  };
}

function bundleOf(bundle: unknown, line: string): SpiffeBundle {
  if (bundle === undefined) throw configurationInvalid("bundle: a SPIFFE bundle or its text is required");
  if (!isJsonObject(bundle)) return parseSpiffeBundle(bundle as string); // what is no text is refused there
  const input = member(parseExactJsonObject(line, DEPTH_OF_LINE) ?? {}, "input");
  return atOnce(readSpiffeBundle(readJsonDocument(member((input ?? {}) as JsonObject, "bundle") as object), true));
}

/** FED-5.1.01: whose bundle it is has to be known, by the name of the trust domain or by its origin. */
function checkTrustDomain(trustDomain: unknown): void {
  if (trustDomain === undefined || trustDomain === null) return;
  if (typeof trustDomain !== "string") throw configurationInvalid("trustDomain: the name of a trust domain");
  const { scheme } = parseOrigin(trustDomain.includes("://") ? trustDomain : `spiffe://${trustDomain}`);
  if (scheme !== "spiffe") throw configurationInvalid("trustDomain: that of a SPIFFE bundle has the scheme spiffe");
}
