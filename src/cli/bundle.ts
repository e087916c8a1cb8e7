import type { Command } from "commander";
import { withDeadline } from "../base/deadline.js";
import { configurationInvalid } from "../base/errors.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { documentSource } from "../trust/key-source/document-source.js";
import { LoadFailure } from "../trust/key-source/load-failure.js";
import { readJsonDocument } from "../trust/spiffe-bundle.js";
import { parseSpiffeBundleMap } from "../trust/spiffe-bundle-map.js";
import { bundleLines, type InspectedBundle, inspectBundle } from "./inspect-bundle.js";
import { type Cli, type CommandIo, readBytes, writeJson, writeLines } from "./io.js";
import { withJson } from "./options.js";
import { styleFor } from "./style.js";

interface InspectOptions {
  readonly allowInsecureLoopback?: boolean;
  readonly json?: boolean;
}

/** The most that is taken of a bundle or a map, bytes. */
const MOST_BYTES = 2 ** 22;
/** Seconds that an endpoint has. */
const PATIENCE = 10;
const URL_SCHEME = /^https?:/i;

export function addBundle(program: Command, cli: Cli): void {
  const bundle = program.command("bundle").description("look into SPIFFE bundles");
  withJson(
    bundle
      .command("inspect")
      .description("show what a SPIFFE bundle, or a map of bundles, lets WIT-SVIDs be verified with")
      .argument("<bundle>", "a file, an https URL, or - for standard input")
      .option("--allow-insecure-loopback", "allow an http URL of this machine")
      .addHelpText("after", "\nExample:\n  $ wimse bundle inspect https://bundles.example.org/"),
  ).action((place: string, options: InspectOptions) => inspect(place, options, cli));
}

async function inspect(
  place: string,
  { allowInsecureLoopback = false, json }: InspectOptions,
  { io }: Cli,
): Promise<void> {
  const bytes = await bytesAt(place, allowInsecureLoopback, io);
  const document = readJsonDocument(bytes);
  if (member(document, "keys") === undefined && member(document, "trust_domains") !== undefined) {
    parseSpiffeBundleMap(bytes); // what is malformed is refused as a whole
    return showMap(member(document, "trust_domains") as JsonObject, json === true, io);
  }
  const bundle = await inspectBundle(document);
  if (json) return writeJson(io, { kind: "bundle", ...bundle });
  const style = styleFor(io.stdout, io);
  return writeLines(io, [style.strong("SPIFFE bundle"), ...bundleLines(bundle, style, "  ")]);
}

async function showMap(domains: JsonObject, json: boolean, io: CommandIo): Promise<void> {
  const bundles: [string, InspectedBundle][] = [];
  for (const [name, bundle] of Object.entries(domains)) {
    if (isJsonObject(bundle)) bundles.push([name, await inspectBundle(bundle)]);
  }
  if (json) return writeJson(io, { kind: "bundle_map", trustDomains: Object.fromEntries(bundles) });
  const style = styleFor(io.stdout, io);
  return writeLines(io, [
    `${style.strong("SPIFFE bundle map")}, ${bundles.length} trust domains`,
    ...bundles.flatMap(([name, bundle]) => ["", style.name(name), ...bundleLines(bundle, style, "  ")]),
  ]);
}

async function bytesAt(place: string, allowInsecureLoopback: boolean, io: CommandIo): Promise<Uint8Array> {
  if (!URL_SCHEME.test(place)) return readBytes(place, "the bundle", io);
  const source = documentSource(place, "the bundle", MOST_BYTES, { allowInsecureLoopback });
  if (source.kind === "inline") throw configurationInvalid("the bundle: a file or a URL");
  const late = (): Error => new LoadFailure("timed_out");
  try {
    return await withDeadline(io.runtime, PATIENCE, undefined, late, (signal) => source.read(signal));
  } catch (error) {
    const why = error instanceof LoadFailure ? error.reason : "unreachable";
    throw configurationInvalid(`the bundle: it could not be fetched (${why})`);
  }
}
