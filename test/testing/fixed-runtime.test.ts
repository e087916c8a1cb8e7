import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fixedRuntime } from "wimse/testing";
import { expectMistake, NOW } from "../support/wit-fixtures.js";

describe("the clock of a fixed runtime", () => {
  it("stands still until it is told to move, in both directions", () => {
    const runtime = fixedRuntime(NOW);
    expect([runtime.now(), runtime.now()]).toEqual([NOW, NOW]);
    runtime.setTime(NOW + 0.5);
    expect(runtime.now()).toBe(NOW + 0.5);
    runtime.setTime(NOW - 60);
    expect(runtime.now()).toBe(NOW - 60);
  });

  it("runs what was scheduled for up to then, once, in order of time", () => {
    const runtime = fixedRuntime(NOW);
    const ran: string[] = [];
    runtime.schedule(NOW + 20, () => ran.push("20"));
    runtime.schedule(NOW + 10, () => ran.push(`10 at ${runtime.now() - NOW}`));
    runtime.schedule(NOW + 10.5, () => ran.push("10.5"));
    runtime.schedule(NOW - 1, () => ran.push("-1"));
    expect(ran).toEqual([]);
    runtime.setTime(NOW + 10);
    expect(ran).toEqual(["-1", "10 at 10"]);
    runtime.setTime(NOW + 30);
    runtime.setTime(NOW + 40);
    expect(ran).toEqual(["-1", "10 at 10", "10.5", "20"]);
  });

  it("runs nothing that was called off, even by what runs just before", () => {
    const runtime = fixedRuntime(NOW);
    const ran: number[] = [];
    const first = runtime.schedule(NOW + 1, () => ran.push(1));
    runtime.schedule(NOW + 2, () => third.cancel());
    const third = runtime.schedule(NOW + 3, () => ran.push(3));
    first.cancel();
    runtime.setTime(NOW + 10);
    expect(ran).toEqual([]);
  });

  it("runs what is scheduled in the meantime when its time comes", () => {
    const runtime = fixedRuntime(NOW);
    const ran: number[] = [];
    runtime.schedule(NOW + 1, () => runtime.schedule(NOW + 5, () => ran.push(5)));
    runtime.setTime(NOW + 2);
    runtime.setTime(NOW + 5);
    expect(ran).toEqual([5]);
  });
});

describe("the random bytes of a fixed runtime", () => {
  it("repeat from run to run, and not within one", () => {
    const [one, two] = [fixedRuntime(NOW), fixedRuntime(NOW)];
    const drawn = [16, 16, 0, 1, 33, 70].map((length) => Buffer.from(one.randomBytes(length)).toString("hex"));
    expect([16, 16, 0, 1, 33, 70].map((length) => Buffer.from(two.randomBytes(length)).toString("hex"))).toEqual(drawn);
    expect(drawn.map((text) => text.length)).toEqual([32, 32, 0, 2, 66, 140]);
    expect(new Set(drawn).size).toBe(6);
    expect(drawn[5]?.slice(128)).not.toBe("000000000000");
    expect(drawn[5]?.slice(0, 64)).not.toBe(drawn[5]?.slice(64, 128));
  });

  it("are the same in every version: SHA-256 digests, each used for one drawing", () => {
    const digest = (n: number): Buffer => createHash("sha256").update(`fixed ${n}`).digest();
    const runtime = fixedRuntime(NOW);
    expect(Buffer.from(runtime.randomBytes(70))).toEqual(
      Buffer.concat([digest(0), digest(1), digest(2)]).subarray(0, 70),
    );
    expect(Buffer.from(runtime.randomBytes(64))).toEqual(Buffer.concat([digest(3), digest(4)]));
    expect(runtime.randomBytes(0)).toHaveLength(0);
    expect(Buffer.from(runtime.randomBytes(1))).toEqual(digest(5).subarray(0, 1));
  });

  it("are the given ones, in order, each once", async () => {
    const runtime = fixedRuntime(NOW, Uint8Array.of(1, 2, 3, 4, 5));
    expect([...runtime.randomBytes(2)]).toEqual([1, 2]);
    expect([...runtime.randomBytes(3)]).toEqual([3, 4, 5]);
    await expectMistake(() => runtime.randomBytes(1), /^fixedRuntime: the given random bytes are used up$/);
  });

  it("are no view of what was given", () => {
    const given = Uint8Array.of(1, 2);
    const drawn = fixedRuntime(NOW, given).randomBytes(2);
    drawn[0] = 9;
    expect(given[0]).toBe(1);
  });
});
