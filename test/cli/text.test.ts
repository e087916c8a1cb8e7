import { describe, expect, it } from "vitest";
import type { CommandIo, Output } from "../../src/cli/io.js";
import { linesOf } from "../../src/cli/lines.js";
import { time } from "../../src/cli/options.js";
import { abbreviated, styleFor } from "../../src/cli/style.js";
import { durationInWords, isoTime, timeInWords } from "../../src/cli/times.js";

describe("durations in words", () => {
  it.each([
    [0, "0 seconds"],
    [1.9, "1 second"],
    [90, "90 seconds"],
    [120, "2 minutes"],
    [3599, "59 minutes"],
    [7199, "119 minutes"],
    [7200, "2 hours"],
    [172_799, "47 hours"],
    [-172_800, "2 days"],
  ])("%d seconds are %s", (seconds, words) => {
    expect(durationInWords(seconds)).toBe(words);
  });

  it.each([
    ["exp", 3540, "expires in 59 minutes"],
    ["exp", 0, "expired 0 seconds ago"],
    ["exp", -120, "expired 2 minutes ago"],
    ["nbf", 5, "not valid for another 5 seconds"],
    ["nbf", -5, "valid since 5 seconds ago"],
    ["iat", 5, "issued 5 seconds in the future"],
    ["iat", -1, "issued 1 second ago"],
    ["auth_time", -1, undefined],
    ["exp", "5", undefined],
    ["exp", Number.POSITIVE_INFINITY, undefined],
  ])("%s of %s", (claim, value, words) => {
    expect(timeInWords(claim, value, 0)).toBe(words);
  });

  it("dates are ISO 8601, as far as there are dates", () => {
    expect([isoTime(1_790_000_000.9), isoTime(1e13)]).toEqual(["2026-09-21T14:13:20Z", undefined]);
  });

  it("times are typed as seconds or as dates", () => {
    expect([time("1790000000"), time("1790000000.5"), time("2026-09-21T14:13:20Z")]).toEqual([
      1_790_000_000, 1_790_000_000.5, 1_790_000_000,
    ]);
  });
});

describe("texts from outside", () => {
  it("tokens are abbreviated beyond use", () => {
    expect(abbreviated("eyJhbGciOiJFUzI1NiJ9.e30.c2ln")).toBe("eyJhbGciOiJF… (29 characters)");
  });
});

describe("colour", () => {
  const strong = (terminal: boolean | undefined, env: Record<string, string>): string => {
    const out: Output = { write: async () => {}, ...(terminal !== undefined && { isTTY: terminal }) };
    return styleFor(out, { env } as unknown as CommandIo).strong("x");
  };

  it.each([
    [true, {}, "\u001b[1mx\u001b[0m"],
    [true, { NO_COLOR: "" }, "\u001b[1mx\u001b[0m"],
    [true, { NO_COLOR: "1" }, "x"],
    [true, { TERM: "dumb" }, "x"],
    [false, {}, "x"],
    [undefined, { FORCE_COLOR: "1" }, "x"],
  ])("terminal %s, environment %j", (terminal, env, expected) => {
    expect(strong(terminal, env)).toBe(expected);
  });
});

describe("lines", () => {
  async function lines(...chunks: (string | number[])[]): Promise<string[]> {
    const stream = (async function* () {
      for (const chunk of chunks) yield typeof chunk === "string" ? Buffer.from(chunk) : new Uint8Array(chunk);
    })();
    const found: string[] = [];
    for await (const line of linesOf(stream)) found.push(line);
    return found;
  }

  it("end with LF only, wherever the chunks end", async () => {
    expect(await lines("a\nb", "c", "\n\nd\u2028e\r\n", "f")).toEqual(["a", "bc", "", "d\u2028e\r", "f"]);
  });

  it("may have a character in two chunks", async () => {
    expect(await lines("a", [0xc3], [0xa9, 0x0a])).toEqual(["aé"]);
  });

  it("are none in an empty stream", async () => {
    expect(await lines()).toEqual([]);
    expect(await lines("a\n")).toEqual(["a"]);
  });
});
