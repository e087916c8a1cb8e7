import { describe, expect, it } from "vitest";
import { announcedLength, chunksOf, readChunks } from "../../src/http/content.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}
/** Chunks that never come, and know whether they were given up. */
function standingStill() {
  let fail: (error: Error) => void = () => undefined;
  const chunks = {
    returned: 0,
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise<never>((_resolve, reject) => {
          fail = reject;
        }),
      return: () => {
        chunks.returned++;
        return new Promise<never>(() => undefined); // as a generator that waits
      },
    }),
  };
  return { chunks, fail: (error: Error) => fail(error) };
}

describe("reading content", () => {
  it.each<[string, readonly string[], string]>([
    ["nothing", [], ""],
    ["one piece", ["ab"], "ab"],
    ["several pieces, empty ones too", ["a", "", "bc"], "abc"],
  ])("%s", async (_what, texts, all) => {
    for (const signal of [undefined, new AbortController().signal]) {
      expect(await readChunks(pieces(...texts), 3, signal)).toEqual(bytes(all));
    }
  });

  it("HSIG-3.20: more than the limit ends the stream", async () => {
    for (const signal of [undefined, new AbortController().signal]) {
      let ended = false;
      const stream = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(bytes("ab")),
        cancel: () => {
          ended = true;
        },
      });
      const tooLarge = { code: "body_too_large", requirement: "HSIG-3.20" };
      await expect(readChunks(chunksOf(stream), 3, signal)).rejects.toMatchObject(tooLarge);
      expect(ended).toBe(true);
    }
  });

  it("of a web stream, to its end", async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes("a"));
        controller.enqueue(bytes("b"));
        controller.close();
      },
    });
    expect(await readChunks(chunksOf(stream), 3)).toEqual(bytes("ab"));
  });

  it("under a signal ends when the stream has been given up, and leaves no listener behind", async () => {
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const observed = Object.assign(signal, {
      addEventListener: (type: string, listener: unknown) => void listeners.add([type, listener].join()),
      removeEventListener: (type: string, listener: unknown) => void listeners.delete([type, listener].join()),
    });
    let give: () => void = () => undefined;
    const chunks = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: bytes("abcd") }),
        return: () =>
          new Promise<IteratorReturnResult<undefined>>((resolve) => {
            give = () => resolve({ done: true, value: undefined });
          }),
      }),
    };
    let ended = false;
    const reading = readChunks(chunks, 3, observed).finally(() => {
      ended = true;
    });
    for (let i = 0; i < 100; i++) await undefined;
    expect(ended).toBe(false);
    give();
    await expect(reading).rejects.toMatchObject({ code: "body_too_large" });
    expect(listeners.size).toBe(0);
  });

  it("under a signal, of an iterator that cannot be given up", async () => {
    const { signal } = new AbortController();
    const values = [bytes("a"), bytes("b")];
    const next = async () => {
      const value = values.shift();
      return value === undefined ? { done: true as const, value } : { done: false as const, value };
    };
    expect(await readChunks({ [Symbol.asyncIterator]: () => ({ next }) }, 3, signal)).toEqual(bytes("ab"));
  });

  it("an error of the stream is passed on", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("broken")) });
    await expect(readChunks(chunksOf(broken), 3)).rejects.toThrow("broken");
  });

  it("the signal ends the wait for what does not come, and gives the stream up", async () => {
    const controller = new AbortController();
    const { chunks, fail } = standingStill();
    const reading = readChunks(chunks, 3, controller.signal);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(chunks.returned).toBe(1);
    fail(new Error("late")); // nobody waits for it: it must not end the process
  });

  it("with a signal that has come already, nothing is read", async () => {
    const { chunks } = standingStill();
    const reason = new Error("before");
    await expect(readChunks(chunks, 3, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(chunks.returned).toBe(0);
  });
});

describe("the announced length", () => {
  it.each<[string, [string, string][], number | "unknown" | undefined]>([
    ["no field", [["host", "a"]], undefined],
    ["a length", [["Content-Length", " 12 "]], 12],
    ["zero", [["content-length", "0"]], 0],
    [
      "two lengths",
      [
        ["content-length", "1"],
        ["content-length", "1"],
      ],
      "unknown",
    ],
    ["no number", [["content-length", "1, 1"]], "unknown"],
    ["a sign", [["content-length", "+1"]], "unknown"],
    ["more digits than anybody needs", [["content-length", "1".repeat(16)]], "unknown"],
    ["chunks", [["transfer-encoding", "chunked"]], "unknown"],
    [
      "chunks and a length",
      [
        ["transfer-encoding", "chunked"],
        ["content-length", "1"],
      ],
      "unknown",
    ],
    [
      "a length and chunks",
      [
        ["content-length", "1"],
        ["transfer-encoding", "chunked"],
      ],
      "unknown",
    ],
  ])("%s", (_what, headers, length) => {
    expect(announcedLength(headers)).toBe(length);
  });
});

it.each<[string, unknown]>([
  ["text", "hello"],
  ["an ArrayBuffer", new ArrayBuffer(4)],
  ["numbers", [1, 2]],
  ["nothing", undefined],
])("pieces that are %s are no bytes, and the caller's mistake", async (_what, piece) => {
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield piece as Uint8Array;
  };
  await expect(readChunks(chunks(), 10)).rejects.toMatchObject({ code: "configuration_invalid" });
});
