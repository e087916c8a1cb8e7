import { hex } from "../base/bytes.js";
import { configurationInvalid } from "../base/errors.js";
import { isJsonObject, type JsonObject, member, parseJsonBytes } from "../base/json.js";
import type { Awaitable } from "../base/runtime.js";
import { sha256 } from "../crypto/digest.js";
import { readVectorFile, type VectorFile } from "./vector-file.js";

/** Where vectors are read from: a folder, an archive, a server. */
export interface VectorSource {
  /** The bytes of a file, by its path among the vectors, such as `manifest.json` or `wpt/times.json`. */
  read(path: string): Awaitable<Uint8Array>;
  /** The paths of all files that are there. What lies in a folder and is not in the manifest is then refused. */
  list?(): Awaitable<readonly string[]>;
}

const MANIFEST = "manifest.json";
const FORMAT = "wimse-vectors-manifest/v1";
/** `<suite>/<name>.json`: nothing that leads out of the folder. */
const VECTOR_PATH = /^([\w-]+)\/[\w-][\w.-]*\.json$/;

interface ManifestEntry {
  readonly path: string;
  readonly suite: string;
  readonly spec: string;
  readonly sha256: string;
}

/**
 * Loads vectors: the manifest, and each file that it lists. Nothing is taken that the manifest does not vouch for.
 *
 * In Node, the vectors of this package: `loadVectors({ read: (path) => readFile(new URL(path, folder)) })` with
 * `folder = new URL("vectors/", import.meta.resolve("wimse/package.json"))`.
 *
 * @throws TypeError `configuration_invalid`: a file cannot be read, is not in the manifest or is another than the
 *   manifest says, or is not in the format of vectors
 */
export async function loadVectors(source: VectorSource): Promise<readonly VectorFile[]> {
  const entries = readManifest(await readFrom(source, MANIFEST));
  await refuseUnlisted(source, entries);
  const files: VectorFile[] = [];
  for (const entry of entries) files.push(readListed(entry, await readFrom(source, entry.path)));
  return files;
}

function readListed({ path, suite, spec, sha256: digest }: ManifestEntry, bytes: Uint8Array): VectorFile {
  if (hex(sha256(bytes)) !== digest) throw configurationInvalid(`${path}: its SHA-256 is not the one in the manifest`);
  const file = readVectorFile(path, bytes);
  if (file.suite !== suite || file.spec !== spec) {
    throw configurationInvalid(`${path}: suite and spec are not those in the manifest`);
  }
  return file;
}

async function readFrom(source: VectorSource, path: string): Promise<Uint8Array> {
  try {
    return await source.read(path);
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === "configuration_invalid") throw error;
    throw configurationInvalid(`${path}: cannot be read`); // a foreign error may say anything
  }
}

async function pathsOf(source: VectorSource): Promise<readonly string[]> {
  if (source.list === undefined) return [];
  let paths: unknown;
  try {
    paths = await source.list();
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === "configuration_invalid") throw error;
    // a foreign error may say anything
  }
  if (Array.isArray(paths) && paths.every((path) => typeof path === "string")) return paths;
  throw configurationInvalid("list: the paths of all files");
}

async function refuseUnlisted(source: VectorSource, entries: readonly ManifestEntry[]): Promise<void> {
  const listed = new Set(entries.map(({ path }) => path));
  const unlisted = (await pathsOf(source)).find((path) => path.includes("/") && !listed.has(path));
  if (unlisted !== undefined) throw configurationInvalid(`${unlisted}: not in the manifest`);
}

function readManifest(bytes: Uint8Array): readonly ManifestEntry[] {
  const manifest = parseJsonBytes(bytes);
  if (manifest === undefined || member(manifest, "format") !== FORMAT) {
    throw configurationInvalid(`${MANIFEST}: the format is ${FORMAT}`);
  }
  const files = member(manifest, "files");
  if (!Array.isArray(files) || files.length === 0) throw configurationInvalid(`${MANIFEST}: it lists no files`);
  const entries = files.map(readEntry);
  if (new Set(entries.map(({ path }) => path)).size < entries.length) {
    throw configurationInvalid(`${MANIFEST}: a file is listed twice`);
  }
  return entries;
}

function readEntry(value: unknown, index: number): ManifestEntry {
  const entry: JsonObject = isJsonObject(value) ? value : {};
  const text = (name: string): string => {
    const found = member(entry, name);
    if (typeof found !== "string") throw configurationInvalid(`${MANIFEST}, file ${index + 1}: ${name} is required`);
    return found;
  };
  const [path, suite] = [text("path"), text("suite")];
  if (VECTOR_PATH.exec(path)?.[1] !== suite) {
    throw configurationInvalid(`${MANIFEST}, file ${index + 1}: the path is <suite>/<name>.json`);
  }
  return { path, suite, spec: text("spec"), sha256: text("sha256") };
}
