// @ts-check
/**
 * The public entry points: what follows `wimse` in an import, and the source file behind it. The bundler, the tests'
 * aliases and the package checks read this one table; `exports` in package.json must list the same names.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const entryPoints = Object.freeze({
  ".": "src/index.ts",
  "./identifier": "src/identifier.ts",
  "./trust": "src/trust.ts",
  "./wit": "src/wit.ts",
  "./wpt": "src/wpt.ts",
  "./httpsig": "src/httpsig.ts",
  "./credential": "src/credential.ts",
  "./credential/file": "src/credential/file.ts",
  "./credential/spiffe": "src/credential/spiffe.ts",
  "./replay": "src/replay.ts",
  "./fetch": "src/integrations/fetch.ts",
  "./node": "src/integrations/node.ts",
  "./issuer": "src/issuer.ts",
  "./conformance": "src/conformance.ts",
  "./dangerous": "src/dangerous.ts",
  "./testing": "src/testing.ts",
});

/** The source of the command line; not importable. */
export const commandLine = "src/cli/main.ts";

/**
 * The name of an entry point's files in `dist`, without extension.
 *
 * @param {string} entryPoint
 * @returns {string}
 */
export function distName(entryPoint) {
  return entryPoint === "." ? "index" : entryPoint.slice("./".length).replaceAll("/", "-");
}
