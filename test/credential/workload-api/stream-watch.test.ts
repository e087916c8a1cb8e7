import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { SourceFailure } from "../../../src/credential/source-state.js";
import { caughtFrom, NOW } from "../../support/wit-fixtures.js";
import { settled } from "../../trust/key-source/support.js";
import { watch } from "./stream-support.js";

describe("a stream that is watched", () => {
  it("reads one message at a time, and of those that wait only the last", async () => {
    const { watched, streams, readings, changes, taken } = watch();
    watched.kick();
    for (const byte of [1, 2, 3]) streams[0]?.onMessage(Uint8Array.of(byte));
    (await readings.next()).resolve();
    const last = await readings.next();
    expect(last.message).toBe(3);
    last.resolve();
    await changes.next();
    await changes.next();
    expect(taken).toEqual([1, 3]);
    watched.stop();
  });

  it("counts what came before its end, unless everything is taken away", async () => {
    for (const [code, expected] of [
      [status.OK, [1]],
      [status.UNAVAILABLE, [1]],
      [status.PERMISSION_DENIED, [-1]], // WLAPI-7.2.1.08
    ] as const) {
      const { watched, streams, readings, changes, taken } = watch();
      watched.kick();
      streams[0]?.onMessage(Uint8Array.of(1));
      const reading = await readings.next();
      streams[0]?.onEnd(code);
      reading.resolve();
      await changes.next();
      if (code !== status.PERMISSION_DENIED) await changes.next();
      expect(taken).toEqual(expected);
      watched.stop();
    }
  });

  it("hears nothing of a stream that it has left", async () => {
    const { watched, streams, readings, changes, taken, runtime } = watch();
    watched.kick();
    streams[0]?.onMessage(Uint8Array.of(1));
    const reading = await readings.next();
    runtime.setTime(NOW + 10); // too late
    await changes.next();
    expect(streams[0]?.cancelled).toBe(true);
    reading.resolve();
    await reading.promise;
    streams[0]?.onMessage(Uint8Array.of(2));
    streams[0]?.onEnd(status.PERMISSION_DENIED);
    expect(taken).toEqual([]);
    expect(watched.read()).toMatchObject({ failure: "timed_out", failures: 1 });

    runtime.setTime(NOW + 12);
    streams[1]?.onMessage(Uint8Array.of(3));
    const second = await readings.next();
    watched.stop();
    second.reject(new SourceFailure("message_malformed"));
    expect(await caughtFrom(second.promise)).toBeInstanceOf(SourceFailure);
    expect(watched.read()).toMatchObject({ failure: "timed_out", failures: 1 });
    watched.kick();
    expect(streams).toHaveLength(2);
  });

  it("holds the process open only while somebody waits for its first message", async () => {
    const { watched, streams, readings, changes } = watch();
    await watched.answered(undefined); // nothing to wait for
    watched.kick();
    expect(streams[0]?.held).toBe(false);
    const waiting = watched.answered(undefined);
    expect(streams[0]?.held).toBe(true);
    streams[0]?.onMessage(Uint8Array.of(1));
    (await readings.next()).resolve();
    await changes.next();
    await waiting;
    expect(streams[0]?.held).toBe(false);
    watched.stop();
  });

  it("that cannot even be opened has failed", async () => {
    const { watched, changes } = watch(() => {
      throw new Error("/run/spire/agent.sock");
    });
    watched.kick();
    await changes.next();
    expect(watched.read()).toMatchObject({ failure: "stream_failed", failures: 1 });
    expect(watched.pending).toBe(false);
    watched.stop();
  });

  it("reads nothing more of a stream that it has left, whatever waits to be read", async () => {
    const { watched, streams, readings, changes, runtime } = watch();
    watched.kick();
    for (const byte of [1, 2]) streams[0]?.onMessage(Uint8Array.of(byte));
    const reading = await readings.next();
    runtime.setTime(NOW + 10); // too late
    await changes.next();
    reading.resolve();
    await settled();
    expect(readings.left).toBe(0);
    watched.stop();
  });

  it.each([status.OK, status.UNAVAILABLE])(
    "does not take the end of a stream that it has left for that of the next one: %d",
    async (code) => {
      const { watched, streams, readings, changes, runtime } = watch();
      watched.kick();
      streams[0]?.onMessage(Uint8Array.of(1));
      const reading = await readings.next();
      streams[0]?.onEnd(code); // which is looked at when the message has been read
      runtime.setTime(NOW + 10); // too late
      await changes.next();
      runtime.setTime(NOW + 11);
      expect(streams).toHaveLength(2);
      const before = watched.read();
      reading.resolve();
      await settled();
      expect(watched.read()).toEqual(before);
      expect(watched.pending).toBe(true);
      expect(streams.map(({ cancelled }) => cancelled)).toEqual([true, false]);
      expect(changes.left).toBe(0);
      watched.stop();
    },
  );

  it("does not hold the process open for those who need not wait", async () => {
    const { watched, streams, readings, changes } = watch();
    watched.kick();
    streams[0]?.onMessage(Uint8Array.of(1));
    (await readings.next()).resolve();
    await changes.next();
    await watched.answered(undefined);
    expect(streams[0]?.held).toBe(false);
    watched.stop();
  });

  it("that fails twice while it is opened has failed once", async () => {
    const { watched, changes } = watch((listener) => {
      listener.onEnd(status.UNAVAILABLE);
      throw new Error("/run/spire/agent.sock");
    });
    watched.kick();
    await changes.next();
    expect(watched.read()).toMatchObject({ failure: "endpoint_unavailable", failures: 1 });
    expect(changes.left).toBe(0);
    watched.stop();
  });
});
