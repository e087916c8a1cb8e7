import { limitOf } from "../../base/limits.js";
import type { Runtime } from "../../base/runtime.js";
import type { BackOff } from "../attempt-times.js";
import { timedRuntimeOf } from "../source-options.js";
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
  const retryDelay = limitOf(options.retryDelay, 1, "retryDelay", 3600, 0.001);
  return {
    runtime: timedRuntimeOf(options),
    timeout: limitOf(options.timeout, 10, "timeout", 3600, 0.001),
    backOff: {
      retryDelay,
      maxRetryDelay: limitOf(options.maxRetryDelay, Math.max(30, retryDelay), "maxRetryDelay", 86400, retryDelay),
    },
  };
}
