import { describe, expect, it, vi } from "vitest";
import { type DistantDocument, documentSource, rereadingOf } from "../../../src/trust/key-source/document-source.js";
import { refreshTimesOf } from "../../../src/trust/key-source/refresh-times.js";

describe("a document", () => {
  it.each<[place: string, document: string | URL]>([
    ["given itself", '{"keys": []}'],
    ["in a file", "bundle.json"],
    ["at a URL", "https://bundles.example/"],
  ])("wrong options are refused, also for a document %s", (_place, document) => {
    for (const [options, message] of [
      [{ fetch: "no" }, /^fetch: a function/],
      [{ fetch: null }, /^fetch: a function/],
      [{ readFile: "no" }, /^readFile: a function/],
      [{ refreshInterval: 0 }, /^refreshInterval/],
      [{ minRefreshInterval: 9, maxRefreshInterval: 8 }, /^minRefreshInterval/],
      [{ timeout: 0 }, /^timeout/],
    ] as const) {
      const mistake = expect.objectContaining({
        code: "configuration_invalid",
        message: expect.stringMatching(message),
      });
      expect(() => documentSource(document, "bundle", 100, options as never)).toThrow(mistake);
    }
  });

  it("at a URL needs a fetch, where the platform has none; in a file it needs none", () => {
    vi.stubGlobal("fetch", undefined);
    try {
      expect(() => documentSource("https://bundles.example/", "bundle", 100, {})).toThrow(
        expect.objectContaining({ code: "configuration_invalid", message: "fetch: a function" }),
      );
      expect(documentSource("bundle.json", "bundle", 100, {}).kind).toBe("file");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it.each<[place: string, path: string]>([
    ["bundle.json", "bundle.json"],
    ["C:\\bundle.json", "C:\\bundle.json"],
    ["./bundles/of:today.json", "./bundles/of:today.json"],
    ["/run/spiffe/https://bundle.json", "/run/spiffe/https://bundle.json"],
    [" https://bundles.example/", " https://bundles.example/"],
  ])("%j is a file: its scheme, if it had one, would come first", async (place, path) => {
    const asked: (string | URL)[] = [];
    const readFile = async (from: string | URL) => {
      asked.push(from);
      return new Uint8Array();
    };
    const source = documentSource(place, "bundle", 100, { readFile }) as DistantDocument;
    expect(source.kind).toBe("file");
    await source.read(new AbortController().signal);
    expect(asked).toEqual([path]);
  });

  it("is taken as long as it may be, whoever reads it, and no longer", async () => {
    const read = async (length: number) => {
      const source = documentSource("bundle.json", "bundle", 100, { readFile: async () => new Uint8Array(length) });
      return (source as DistantDocument).read(new AbortController().signal);
    };
    expect(await read(100)).toHaveLength(100);
    await expect(read(101)).rejects.toMatchObject({ reason: "too_large" });
  });
});

describe("a document is read again", () => {
  const read = async () => new Uint8Array();

  it("FED-6.2.01: at its interval where it has a URL, and after a back-off that begins small where it is a file", () => {
    expect(rereadingOf({ kind: "url", read }, {})).toEqual({ times: refreshTimesOf({}), retry: "next-interval" });
    expect(rereadingOf({ kind: "file", read }, {})).toEqual({
      times: refreshTimesOf({ refreshInterval: 10, cooldown: 1 }),
      retry: "back-off",
    });
  });

  it("when the caller says", () => {
    const given = { refreshInterval: 60, cooldown: 5 };
    for (const kind of ["url", "file"] as const) {
      expect(rereadingOf({ kind, read }, given).times).toEqual(refreshTimesOf(given));
    }
  });
});
