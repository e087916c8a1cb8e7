// @ts-check
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bundles a module of the tests with the sources that it imports, so that Node can run it by itself; returns the path.
 *
 * @param {string} module path from the root of the project
 * @param {string} name of the bundle
 */
export async function bundleOf(module, name) {
  const outDir = `${root}test/.generated/${name}`;
  await build({
    config: false,
    silent: true,
    entry: { [name]: root + module },
    outDir,
    format: "esm",
    target: "node20",
    platform: "node",
    skipNodeModulesBundle: true,
    removeNodeProtocol: false,
    sourcemap: "inline",
  });
  return `${outDir}/${name}.js`;
}
