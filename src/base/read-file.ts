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
export type ReadFile = (path: string, options: ReadFileOptions) => Promise<Uint8Array>;

/** A file that could not be read. Its message is one of our own, and names no path. */
export class FileUnreadable extends Error {}

/** The part of `node:fs` that is used here. */
interface NodeFs {
  readonly constants: { readonly O_RDONLY: number; readonly O_NONBLOCK?: number };
  readonly promises: { open(path: string, flags: number): Promise<FileHandle> };
}

interface FileHandle {
  stat(): Promise<{ isFile(): boolean; isDirectory(): boolean }>;
  read(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

/** What is said of an error of the platform, by its code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  ENAMETOOLONG: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a directory",
};
const UNREADABLE = "it cannot be read";
const CHUNK = 65536;

/**
 * Reads a regular file of the platform, through symbolic links: replace one atomically by renaming another over it, or
 * over the link.
 *
 * @throws FileUnreadable there is no such file, it is no regular file, it is longer than `maxBytes`, or reading failed
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
    throw new FileUnreadable(REASONS[String((error as { code?: unknown }).code)] ?? UNREADABLE);
  } finally {
    await file?.close().catch(() => undefined);
  }
};

async function contentOf(file: FileHandle, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  const stat = await file.stat();
  if (!stat.isFile()) throw new FileUnreadable(stat.isDirectory() ? "it is a directory" : "it is no regular file");
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    signal?.throwIfAborted();
    const chunk = new Uint8Array(Math.min(CHUNK, maxBytes + 1 - length));
    const { bytesRead } = await file.read(chunk, 0, chunk.length); // the size in `stat` may change meanwhile
    if (bytesRead === 0) break;
    length += bytesRead;
    if (length > maxBytes) throw new FileUnreadable(`it has more than ${maxBytes} bytes`);
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
