import { vi } from "vitest";
import { type Algorithm, algorithmNamed } from "../../src/crypto/algorithms.js";
import { type PublicJwk, readPublicJwk } from "../../src/crypto/public-key.js";

/** The algorithm of that name, which must exist. */
export function algorithm(name: string): Algorithm {
  const found = algorithmNamed(name);
  if (!found) throw new Error(`${name} is not in the table`);
  return found;
}

/** The key that a JWK is, which must be usable. */
export function usable(jwk: unknown): PublicJwk {
  const reading = readPublicJwk(jwk);
  if (reading.kind !== "usable") throw new Error(`${reading.kind}: ${reading.reason}`);
  return reading.key;
}

/** Loads modules anew in a runtime whose `node:crypto` is something else, or `undefined`; then there is no `Buffer`. */
export async function withNodeCrypto<T>(replacement: object | undefined, load: () => Promise<T>): Promise<T> {
  vi.resetModules();
  const original = process.getBuiltinModule;
  const replaced = (id: string): unknown => {
    if (id === "node:crypto") return replacement;
    if (id === "node:buffer" && replacement === undefined) return undefined;
    return original(id);
  };
  process.getBuiltinModule = replaced as typeof process.getBuiltinModule;
  try {
    return await load();
  } finally {
    process.getBuiltinModule = original;
    vi.resetModules();
  }
}
