import { createHash } from "node:crypto";
import type { VectorCase, VectorFile, VectorSource } from "../../src/conformance.js";

/** A case as it stands in a file. */
export const CASE = {
  id: "plain",
  requirements: ["TOY-1.01"],
  description: "a plain identifier",
  op: "parseIdentifier",
  input: { uri: "wimse://example.com/agent" },
  expect: { result: "accept", output: { origin: "wimse://example.com" } },
};

/** A file as it stands in a folder of vectors. */
export const FILE = {
  format: "wimse-vectors/v1",
  suite: "identifier",
  spec: "draft-ietf-wimse-identifier",
  description: "Identifiers",
  context: {},
  cases: [CASE],
};

/** A manifest for files by their path. */
export function manifestOf(files: Readonly<Record<string, object>>): Record<string, unknown> {
  const entries = Object.entries(files).map(([path, file]) => {
    const { suite, spec } = file as typeof FILE;
    return { path, suite, spec, sha256: createHash("sha256").update(JSON.stringify(file)).digest("hex") };
  });
  return { format: "wimse-vectors-manifest/v1", files: entries };
}

/** A folder of vectors in memory, with a manifest that fits unless another is given. */
export function sourceOf(files: Readonly<Record<string, object>>, manifest: unknown = manifestOf(files)): VectorSource {
  const all: Record<string, unknown> = { ...files, "manifest.json": manifest };
  return {
    read: (path) => new TextEncoder().encode(JSON.stringify(all[path])),
    list: () => Object.keys(all),
  };
}

/** Cases as a runner has them. */
export function vectorFile(...cases: readonly Partial<VectorCase>[]): VectorFile {
  const accept = { result: "accept", output: {} } as const;
  return {
    path: "identifier/some.json",
    suite: "identifier",
    spec: "draft-ietf-wimse-identifier",
    description: "Identifiers",
    context: {},
    cases: cases.map((one) => ({ ...CASE, context: {}, expect: accept, ...one })),
  };
}
