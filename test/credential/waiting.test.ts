import { expect, it } from "vitest";
import { waitFor } from "../../src/credential/waiting.js";
import { caughtFrom } from "../support/wit-fixtures.js";

const reason = new Error("too slow");

it("waits for a value or a reason, with a signal or without", async () => {
  const { signal } = new AbortController();
  expect(await waitFor(Promise.resolve(1), undefined)).toBe(1);
  expect(await waitFor(Promise.resolve(1), signal)).toBe(1);
  expect(await caughtFrom(waitFor(Promise.reject(reason), signal))).toBe(reason);
});

it("does not wait when the signal is aborted already", async () => {
  expect(await caughtFrom(waitFor(new Promise(() => {}), AbortSignal.abort(reason)))).toBe(reason);
  expect(await caughtFrom(waitFor(Promise.reject(new Error("x")), AbortSignal.abort(reason)))).toBe(reason);
});

it("leaves nothing behind at the signal", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners++;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners--;
    remove(...given);
  };
  await waitFor(Promise.resolve(1), signal);
  await caughtFrom(waitFor(Promise.reject(reason), signal));
  expect(listeners).toBe(0);
});
