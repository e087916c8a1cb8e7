import { describe, expect, it } from "vitest";
import { atOnce, type InPieces, inTurns } from "../../src/base/in-pieces.js";

/** Counts to `end`, one a piece. */
function* counted(end: number, done: number[] = []): InPieces<number> {
  for (let count = 1; count <= end; count++) {
    done.push(count);
    yield;
  }
  return end;
}

const never = new AbortController().signal;

describe("work in pieces", () => {
  it("is done at once", () => {
    expect(atOnce(counted(1000))).toBe(1000);
  });

  it("is done in turns, between which others get theirs", async () => {
    const done: number[] = [];
    const seen: number[] = [];
    const working = inTurns(counted(100, done), never);
    let over = false;
    void working.then(() => {
      over = true;
    });
    while (!over) {
      seen.push(done.length);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    expect(await working).toBe(100);
    expect(seen.length).toBeGreaterThan(5);
    expect(seen[0]).toBe(16);
  });

  it("is done without a pause where there is little of it", async () => {
    const done: number[] = [];
    const working = inTurns(counted(15, done), never);
    expect(done).toHaveLength(15);
    expect(await working).toBe(15);
  });

  it("is given up when the signal aborts", async () => {
    const controller = new AbortController();
    const done: number[] = [];
    const working = inTurns(counted(1000, done), controller.signal);
    controller.abort(new Error("enough"));
    await expect(working).rejects.toBe(controller.signal.reason);
    expect(done).toHaveLength(16);
  });
});
