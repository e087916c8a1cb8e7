import { limitOf } from "../../base/limits.js";
import { type Runtime, timedRuntimeOf } from "../../base/runtime.js";
import { type BackOff, backOffOf } from "../attempt-times.js";
import type { Dial } from "./grpc.js";
import type { Messages } from "./messages.js";

/** What both streams of a Workload API need. */
export interface StreamSettings extends StreamTimes {
  readonly dial: Dial;
  readonly messages: Messages;
  /** Called after every change. */
  changed(): void;
}

/** How the streams of a Workload API are kept. */
export interface StreamTimes {
  readonly runtime: Runtime;
  readonly backOff: BackOff;
  /** Seconds that the first message of a stream may take. */
  readonly timeout: number;
}

/** The times that the caller gave, checked. */
export function streamTimesOf(options: {
  readonly timeout?: number;
  readonly retryDelay?: number;
  readonly maxRetryDelay?: number;
  readonly runtime?: Runtime;
}): StreamTimes {
  return {
    runtime: timedRuntimeOf(options),
    timeout: limitOf(options.timeout, 10, "timeout", 3600, 0.001),
    backOff: backOffOf(options, 30),
  };
}
