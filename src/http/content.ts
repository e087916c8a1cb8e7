import { configurationInvalid, WimseError } from "../base/errors.js";
import { dropRejection } from "../base/runtime.js";
import { isField } from "./fields.js";
import { type HeaderLine, trimOws } from "./message.js";

/** Anything that hands out its bytes piece by piece: a stream of the web or of Node. */
export type Chunks = AsyncIterable<Uint8Array>;

/**
 * All the bytes of a stream.
 *
 * @param signal gives up waiting, with its reason
 * @throws WimseError `body_too_large` as soon as there are more than `limit`, which ends the stream
 */
export async function readChunks(
  chunks: Chunks,
  limit: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of signal === undefined ? chunks : untilAborted(chunks, signal)) {
    if (!(piece instanceof Uint8Array)) throw configurationInvalid("body: a stream of bytes is required");
    length += piece.length;
    if (length > limit) throw bodyTooLarge();
    pieces.push(piece);
  }
  return joined(pieces, length);
}

/** The same chunks until the signal comes, which is not kept waiting by a stream that stands still. */
async function* untilAborted(chunks: Chunks, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const iterator = chunks[Symbol.asyncIterator]();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
  });
  dropRejection(aborted);
  signal.addEventListener("abort", stop);
  try {
    for (;;) {
      const next = iterator.next();
      dropRejection(next); // it may fail later, when nobody waits for it any more
      const { done, value } = await Promise.race([next, aborted]);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    const ended = iterator.return?.();
    dropRejection(ended);
    if (!signal.aborted) await ended; // a stream that stands still answers when it goes on
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The bytes of a web stream, which not every runtime lets one iterate over. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // not awaited: a clone's stream is given up only when the original is; one that has ended takes no notice
    dropRejection(reader.cancel());
  }
}

/** What the header section says of the content: its length in bytes, or `unknown` where there is some or none. */
export function announcedLength(headers: readonly HeaderLine[]): number | "unknown" | undefined {
  let announced: number | "unknown" | undefined;
  for (const [name, value] of headers) {
    if (isField(name, "transfer-encoding")) announced = "unknown";
    // a length that is none, and a second one, leave it open
    else if (isField(name, "content-length"))
      announced = announced === undefined ? lengthOf(trimOws(value)) : "unknown";
  }
  return announced;
}

function lengthOf(value: string): number | "unknown" {
  return /^[0-9]{1,15}$/.test(value) ? Number(value) : "unknown";
}

/** The error for content that is longer than the limit. */
export function bodyTooLarge(): WimseError {
  return new WimseError("body_too_large", "The content is longer than the limit", "HSIG-3.20");
}
