import { defineConfig } from "tsup";

// One bundle with code splitting, so that every entry point shares one copy of each sealed class.
export default defineConfig({
  entry: {
    index: "src/index.ts",
    identifier: "src/identifier.ts",
    trust: "src/trust.ts",
    wit: "src/wit.ts",
    wpt: "src/wpt.ts",
    credential: "src/credential.ts",
    replay: "src/replay.ts",
    fetch: "src/integrations/fetch.ts",
    node: "src/integrations/node.ts",
    conformance: "src/conformance.ts",
    dangerous: "src/dangerous.ts",
    testing: "src/testing.ts",
    cli: "src/cli/main.ts",
  },
  format: "esm",
  target: "es2022",
  platform: "neutral",
  external: [/^node:/],
  splitting: true,
  treeshake: true,
  clean: true,
  tsconfig: "tsconfig.build.json",
  dts: { entry: undefined as never },
});
