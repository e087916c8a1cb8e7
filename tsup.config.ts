import { defineConfig } from "tsup";
import { commandLine, distName, entryPoints } from "./scripts/entry-points.mjs";

const library = Object.fromEntries(Object.entries(entryPoints).map(([name, source]) => [distName(name), source]));

/**
 * A class that mentions itself leaves esbuild as `var X = class _X`, and would then call itself `_X` in stack traces
 * and on the console. `keepNames` mends that at the cost of a call for every closure that is made, so this does it.
 */
function classNames(code: string): string {
  const renamed = [...code.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name = ""]) => name);
  return renamed.reduce((text, name) => text.replaceAll(new RegExp(`\\b_${name}\\b`, "g"), name), code);
}

// One bundle with code splitting, so that every entry point shares one copy of each sealed class, in the code and in
// the declarations.
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
  plugins: [{ name: "class-names", renderChunk: (code) => ({ code: classNames(code) }) }],
});
