import { readFile } from "node:fs/promises";
import { utf8Text } from "../base/bytes.js";
import { configurationInvalid } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import type { Runtime } from "../base/runtime.js";

/** Where a command writes to. */
export interface Output {
  readonly isTTY?: boolean;
  /** Resolves when the text was taken. */
  write(text: string): Promise<void>;
}

/** The world as a command sees it, so that tests can give it another. */
export interface CommandIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  /** The result, and nothing else. */
  readonly stdout: Output;
  /** What is to be said beside the result. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the vectors that come with the package. */
  readonly vectors: string;
  readonly runtime: Runtime;
  /** Resolves when somebody wants a command to end that would go on: an interrupt of the terminal, for instance. */
  untilStopped(): Promise<void>;
}

/** What a command gets. */
export interface Cli {
  readonly io: CommandIo;
  /** Ends with status 1: something was judged, and rejected. */
  reject(): void;
}

/** The most that is read of a file or of standard input, bytes. */
const MAX_INPUT = 8 * 1024 * 1024;

/**
 * The bytes of a file, or of standard input for `-`.
 *
 * @param where what errors call it, such as `--key`. They do not show the path: in its place there may be, by mistake,
 *   the content of the file, which is a private key or a token.
 */
export async function readBytes(path: string, where: string, io: CommandIo): Promise<Uint8Array> {
  const bytes = path === "-" ? await readStdin(io) : await readFileBytes(path, where);
  if (bytes.length > MAX_INPUT) throw configurationInvalid(`${where}: more than ${MAX_INPUT} bytes`);
  return bytes;
}

async function readStdin({ stdin }: CommandIo): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_INPUT) break;
  }
  return Buffer.concat(chunks);
}

async function readFileBytes(path: string, where: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw configurationInvalid(`${where}: ${fileProblem(error)}`);
  }
}

const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENAMETOOLONG: "the name of a file is required, and this is too long for one",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  EEXIST: "it exists already and is not overwritten",
};

/** Why a file could not be used. */
export function fileProblem(error: unknown): string {
  const { code } = error as { code?: unknown };
  return FILE_PROBLEMS[String(code)] ?? `it cannot be used (${String(code)})`;
}

/** The text of a file, which must be UTF-8, without white space around it. */
export async function readText(path: string, where: string, io: CommandIo): Promise<string> {
  const text = utf8Text(await readBytes(path, where, io));
  if (text === undefined) throw configurationInvalid(`${where}: not UTF-8`);
  return text.trim();
}

/** The JSON object in a file. What is wrong with it is not said in detail: it may be a private key. */
export async function readJson(path: string, where: string, io: CommandIo): Promise<JsonObject> {
  return jsonObject(await readText(path, where, io), where);
}

/** The JSON object that a text is. */
export function jsonObject(text: string, where: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // not an object either
  }
  if (!isJsonObject(value)) throw configurationInvalid(`${where}: not a JSON object`);
  return value;
}

/** Writes a result as one line of JSON. */
export function writeJson(io: CommandIo, value: unknown): Promise<void> {
  return io.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Writes a result as lines of text. */
export function writeLines(io: CommandIo, lines: readonly string[]): Promise<void> {
  return io.stdout.write(lines.map((line) => `${line}\n`).join(""));
}
