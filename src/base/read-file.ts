import { configurationInvalid } from "./errors.js";
import { nodeBuiltin } from "./node-builtin.js";

/** Settings of one reading. */
export interface ReadFileOptions {
  /** The most that is taken; a longer file is refused. */
  readonly maxBytes: number;
  /** Gives up reading. */
  readonly signal?: AbortSignal | undefined;
}

/** Reads the bytes of a file. Give another one to read from somewhere else than the platform's files. */
export type ReadFile = (path: string | URL, options: ReadFileOptions) => Promise<Uint8Array>;

/** Why a file could not be read. */
export type FileProblem = "file_not_found" | "permission_denied" | "not_a_file" | "too_large" | "unreadable";

/** A file that could not be read. It names no path, and holds no error of the platform, which does. */
export class FileUnreadable extends Error {
  readonly reason: FileProblem;

  constructor(reason: FileProblem) {
    super(`The file could not be read: ${reason}`);
    this.reason = reason;
  }
}

/** The part of `node:fs` that is used here. */
interface NodeFs {
  readonly constants: { readonly O_RDONLY: number; readonly O_NONBLOCK?: number };
  readonly promises: { open(path: string | URL, flags: number): Promise<FileHandle> };
}

interface FileHandle {
  stat(): Promise<{ isFile(): boolean }>;
  read(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

/** By the code of the platform's error. */
const REASONS: ReadonlyMap<unknown, FileProblem> = new Map<unknown, FileProblem>([
  ["ENOENT", "file_not_found"],
  ["ENOTDIR", "file_not_found"],
  ["ENAMETOOLONG", "file_not_found"],
  ["EACCES", "permission_denied"],
  ["EPERM", "permission_denied"],
  ["EISDIR", "not_a_file"],
]);
const CHUNK = 65536;

/**
 * Reads a file of the platform, by its path or `file:` URL, through symbolic links: replace one atomically by renaming another over it, or
 * over the link.
 *
 * @throws FileUnreadable with a {@link FileProblem}; only regular files are read
 * @throws TypeError `configuration_invalid`: the platform has no files
 */
export const readFile: ReadFile = async (path, { maxBytes, signal }) => {
  const fs = nodeBuiltin<NodeFs>("fs");
  if (fs === undefined) throw configurationInvalid("readFile: this platform has no files; give a function that reads");
  signal?.throwIfAborted();
  const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;
  let file: FileHandle | undefined;
  try {
    file = await fs.promises.open(path, O_RDONLY | O_NONBLOCK); // a pipe without a writer must not stall the process
    return await contentOf(file, maxBytes, signal);
  } catch (error) {
    if (error instanceof FileUnreadable || signal?.aborted) throw error;
    throw new FileUnreadable(REASONS.get((error as { code?: unknown }).code) ?? "unreadable");
  } finally {
    await file?.close().catch(() => undefined);
  }
};

async function contentOf(file: FileHandle, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  if (!(await file.stat()).isFile()) throw new FileUnreadable("not_a_file");
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    signal?.throwIfAborted();
    const chunk = new Uint8Array(Math.min(CHUNK, maxBytes + 1 - length));
    const { bytesRead } = await file.read(chunk, 0, chunk.length); // the size in `stat` may change meanwhile
    if (bytesRead === 0) break;
    length += bytesRead;
    if (length > maxBytes) throw new FileUnreadable("too_large");
    chunks.push(chunk.subarray(0, bytesRead));
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
