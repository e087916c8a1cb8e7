import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/cli/**"],
      reporter: ["text", "json-summary"],
      thresholds: {
        "src/{base,crypto,http,identifier,trust,wit,wpt,credential,replay,exchange}/**/*.ts": { lines: 97, branches: 95 },
      },
    },
  },
});
