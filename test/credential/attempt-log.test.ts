import { expect, it } from "vitest";
import { AttemptLog } from "../../src/credential/attempt-log.js";
import { NOW } from "../support/wit-fixtures.js";

it("says nothing of what has not happened, not even that it is undefined", () => {
  const log = new AttemptLog();
  expect(log.read()).toStrictEqual({ failures: 0 });
  log.noteFailure("timed_out", NOW);
  expect(log.read()).toStrictEqual({ failedAt: NOW, failure: "timed_out", failures: 1 });
  log.noteSuccess(NOW + 1);
  expect(log.read()).toStrictEqual({ succeededAt: NOW + 1, failedAt: NOW, failures: 0 });
});
