/**
 * A built-in module of Node, without importing it: the same file loads in browsers and workers, where the answer is
 * `undefined`. Callers describe the few functions that they use themselves.
 */
export function nodeBuiltin<T>(name: "crypto" | "buffer" | "fs"): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } };
  return process?.getBuiltinModule?.(`node:${name}`) as T | undefined;
}
