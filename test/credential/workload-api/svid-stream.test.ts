import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { SvidStream } from "../../../src/credential/workload-api/svid-stream.js";
import { caughtFrom } from "../../support/wit-fixtures.js";
import { settled } from "../../trust/key-source/support.js";
import { streamsInHand } from "./stream-support.js";

function svids() {
  const { settings, ...streams } = streamsInHand();
  return { ...streams, stream: new SvidStream(settings, undefined) };
}

describe("the stream of FetchWITSVID", () => {
  it("is starting only until its first failure", async () => {
    const { stream, opened, runtime } = svids();
    const waiting = caughtFrom(async () => stream.current());
    expect(stream.state()).toEqual({ status: "starting", failures: 0 });
    (await opened.next()).onEnd(status.UNAVAILABLE);
    expect(await waiting).toMatchObject({ code: "credential_unavailable" });
    runtime.setTime(stream.state().nextAttemptAt ?? Number.NaN);
    await opened.next(); // the next attempt is under way
    expect(stream.state()).toMatchObject({ status: "unavailable", failures: 1 });
    stream.close();
  });

  it("is not opened again after its end, which those who ask are told", async () => {
    const { stream, opened } = svids();
    stream.close();
    expect(await caughtFrom(() => stream.current())).toMatchObject({
      code: "credential_unavailable",
      message: "The Workload API is closed",
    });
    await settled();
    expect(opened.left).toBe(0);
    expect(stream.state()).toEqual({ status: "closed", failures: 0 });
  });
});
