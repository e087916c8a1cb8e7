import * as oracle from "structured-headers";

/**
 * What the package `structured-headers` writes for a dictionary that it read; `undefined` when it refuses it, and
 * `"unlike"` where the two are known to differ.
 */
export function dictionaryByOracle(
  text: string,
): { readonly canonical: string; readonly keys: readonly string[] } | undefined | "unlike" {
  if (isReadOtherwise(text)) return "unlike";
  try {
    const parsed = oracle.parseDictionary(text);
    return { canonical: oracle.serializeDictionary(parsed), keys: [...parsed.keys()] };
  } catch (error) {
    if (error instanceof oracle.ParseError) return undefined;
    throw error;
  }
}

const BASE64 = /:([A-Za-z0-9+/=]*)(?=:)/g;

/**
 * Dates, which it reads at the end only; display strings of more than printable ASCII, of control characters or of a byte
 * order mark; base64 of other than the one spelling.
 */
function isReadOtherwise(text: string): boolean {
  if (/@|[\x80-\xff]|%0[0-9a-f]|%1[0-9a-f]|%ef%bb%bf/.test(text)) return true;
  return Array.from(text.matchAll(BASE64), ([, encoded = ""]) => encoded).some(
    (encoded) => Buffer.from(encoded, "base64").toString("base64") !== encoded,
  );
}
