import { expect } from "vitest";
import { parseSpiffeBundle } from "../../src/trust/spiffe-bundle.js";
import { issuerKey, workloadKey } from "../support/wit-fixtures.js";

export const key = { ...issuerKey.publicJwk, kid: "a", use: "wit-svid" };
export const other = { ...workloadKey.publicJwk, kid: "b", use: "wit-svid" };

/** Parses the bundle as text, from its bytes and as an object, which has to come to the same. */
export function parse(bundle: object): ReturnType<typeof parseSpiffeBundle> {
  const text = JSON.stringify(bundle);
  const parsed = parseSpiffeBundle(text);
  expect(parseSpiffeBundle(Buffer.from(text))).toEqual(parsed);
  expect(parseSpiffeBundle(JSON.parse(text))).toEqual(parsed);
  return parsed;
}

export const kidsOf = (bundle: object): unknown[] => parse(bundle).witKeys.map(({ kid }) => kid);
