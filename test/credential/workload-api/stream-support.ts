import type { StreamListener } from "../../../src/credential/workload-api/grpc.js";
import { loadMessages } from "../../../src/credential/workload-api/messages.js";
import type { StreamSettings } from "../../../src/credential/workload-api/settings.js";
import { StreamWatch } from "../../../src/credential/workload-api/stream-watch.js";
import { type Deferred, deferred, events } from "../../support/credential-fixtures.js";
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

/** A watch whose streams and readings are in the hands of the test. */
export function watch(open?: (listener: StreamListener) => never) {
  const runtime = clock();
  const streams: (StreamListener & { cancelled: boolean; held: boolean })[] = [];
  const readings = events<Deferred<void> & { message: number | undefined }>();
  const changes = events<void>();
  const taken: (number | undefined)[] = [];
  const watched = new StreamWatch({
    open:
      open ??
      ((listener) => {
        const stream = { ...listener, cancelled: false, held: false };
        streams.push(stream);
        return {
          hold(on: boolean) {
            stream.held = on;
          },
          cancel() {
            stream.cancelled = true;
          },
        };
      }),
    async read([message]) {
      const reading = deferred<void>();
      readings.push({ ...reading, message });
      await reading.promise;
      return () => {
        taken.push(message);
        return undefined;
      };
    },
    redact: () => taken.push(-1),
    changed: () => changes.push(),
    runtime,
    backOff: { retryDelay: 1, maxRetryDelay: 30 },
    timeout: 10,
  });
  return { runtime, streams, readings, changes, taken, watched };
}
