import { expect, it } from "vitest";
import { retryDelayAfter } from "../../src/credential/attempt-times.js";
import { clock } from "../support/wit-fixtures.js";

it.each<[string, number | undefined, number]>([
  ["there never was anything", undefined, 64],
  ["there is an hour left", 3600, 64],
  ["there is a minute left", 60, 20],
  ["there is next to nothing left", 0.001, 2],
  ["it is just over: nothing is saved by haste", 0, 64],
  ["it is long over", -3600, 64],
])("after six failures the wait is as long as what is left allows: %s", (_what, remaining, full) => {
  const runtime = { ...clock(), randomBytes: (length: number) => new Uint8Array(length) };
  const delay = retryDelayAfter(6, { retryDelay: 2, maxRetryDelay: 1000 }, remaining, runtime);
  expect(delay).toBe(full / 2); // the half that is not random
});
