import { defineConfig } from "tsup";
import { commandLine, distName, entryPoints } from "./scripts/entry-points.mjs";

const library = Object.fromEntries(Object.entries(entryPoints).map(([name, source]) => [distName(name), source]));

// One bundle with code splitting, so that every entry point shares one copy of each sealed class, in the code and in
// the declarations. No `keepNames`: it costs a call for every closure that is made.
export default defineConfig({
  entry: { ...library, cli: commandLine },
  dts: { entry: library },
  tsconfig: "tsconfig.library.json",
  format: "esm",
  target: "es2022",
  platform: "neutral",
  external: [/^node:/],
  skipNodeModulesBundle: true,
  removeNodeProtocol: false,
  splitting: true,
  clean: true,
});
