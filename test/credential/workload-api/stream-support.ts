import type { StreamListener } from "../../../src/credential/workload-api/grpc.js";
import { loadMessages } from "../../../src/credential/workload-api/messages.js";
import type { StreamSettings } from "../../../src/credential/workload-api/settings.js";
import { events } from "../../support/credential-fixtures.js";
import { clock } from "../../support/wit-fixtures.js";

const messages = await loadMessages();

/** Settings of a stream that nobody is behind: the test tells its listener what comes. */
export function streamsInHand() {
  const runtime = clock();
  const opened = events<StreamListener>();
  const settings: StreamSettings = {
    runtime,
    messages,
    backOff: { retryDelay: 1, maxRetryDelay: 30 },
    timeout: 10,
    changed() {},
    dial(_method, _request, listener) {
      opened.push(listener);
      return { hold() {}, cancel() {} };
    },
  };
  return { runtime, opened, settings };
}
