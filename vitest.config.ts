import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { entryPoints } from "./scripts/entry-points.mjs";

// Tests and the examples of the documentation import `wimse` as users do, and get the sources.
const alias = Object.entries(entryPoints).map(([name, source]) => ({
  find: new RegExp(`^wimse${name.slice(1)}$`),
  replacement: fileURLToPath(new URL(source, import.meta.url)),
}));

// One threshold a folder: a well-tested folder must not hide a neglected one.
const measured = [
  "base",
  "crypto",
  "http",
  "identifier",
  "trust",
  "wit",
  "wpt",
  "httpsig",
  "credential",
  "replay",
  "exchange",
  "integrations",
  "issuer",
  "conformance",
];

export default defineConfig({
  resolve: { alias },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/.generated/**"],
    pool: "threads",
    isolate: false, // no test changes what another imports; loading everything once for each file would double the time
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/cli/main.ts"],
      reporter: ["text", "json-summary"],
      thresholds: Object.fromEntries(measured.map((folder) => [`src/${folder}/**/*.ts`, { lines: 97, branches: 95 }])),
    },
  },
});
