import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import type { WorkloadCredential } from "../../src/credential/credential.js";
import { caughtFrom, expectSilence, expectWimseError, NOW, strangerKey } from "../support/wit-fixtures.js";
import {
  SERVER_DETAILS,
  type ServerStream,
  SPIFFE_ID,
  svidEntry,
  svidMessage,
} from "../support/workload-api-server.js";
import { serverWithClients } from "./spiffe-support.js";

const OTHER_ID = "spiffe://example.org/other";
const { server, connect } = await serverWithClients();

const unavailable = (run: () => unknown) => expectWimseError(async () => run(), "credential_unavailable");

describe("WLAPI-4.5.02: a message that cannot be right is discarded and reported", () => {
  const sound = svidEntry({ lifetime: 9000 });
  it.each<[string, Uint8Array, string]>([
    ["no svids", svidMessage(), "message_malformed"], // WLAPI-7.2.1.02
    ["no spiffe_id", svidMessage({ ...sound, spiffeId: "" }), "message_malformed"], // WLAPI-7.2.1.03
    ["no wit_svid", svidMessage({ ...sound, witSvid: "" }), "message_malformed"],
    ["no wit_svid_key", svidMessage({ ...sound, witSvidKey: "" }), "message_malformed"],
    ["a second entry without a key", svidMessage(sound, { ...sound, witSvidKey: "" }), "message_malformed"],
    ["what is no protocol buffer", Uint8Array.of(0x0a, 0x7f, 1), "message_malformed"],
    ["text that is not UTF-8", Uint8Array.of(0x0a, 4, 0x0a, 2, 0xff, 0xfe), "message_malformed"],
    ["another wire type", Uint8Array.of(0x08, 1), "message_malformed"],
    ["a token that is none", svidMessage({ ...sound, witSvid: "a.b.c" }), "wit_malformed"],
    ["a key that is no JSON", svidMessage({ ...sound, witSvidKey: "-----BEGIN" }), "key_malformed"],
    [
      "another key",
      svidMessage({ ...sound, witSvidKey: JSON.stringify(strangerKey.privateJwk) }),
      "credential_key_mismatch",
    ],
    ["another SPIFFE ID", svidMessage({ ...sound, spiffeId: OTHER_ID }), "wit_subject_invalid"],
    [
      "an identifier of another scheme",
      svidMessage(svidEntry({ spiffeId: "wimse://example.org/agent" })),
      "wit_subject_invalid",
    ],
    ["one bad entry among good ones", svidMessage(sound, { ...sound, witSvid: "a.b.c" }), "wit_malformed"],
  ])("%s", async (_what, message, failure) => {
    const { api, ready, send, nextStream } = await connect();
    const { stream, credential } = await ready();
    expect(await send(stream, message)).toMatchObject({ status: "ready", failure, failedAt: NOW, failures: 1 });
    expect(api.credentials.current()).toBe(credential);
    expectSilence(api.state(), sound.witSvid);
    // The state is asked for again, on a new stream.
    const again = await nextStream();
    await stream.cancelled;
    expect(await send(again, svidMessage(sound))).toMatchObject({ expiresAt: NOW + 9000, failures: 0 });
  });

  it("and the next good one on the same stream counts", async () => {
    const { api, ready, send } = await connect();
    const { stream } = await ready();
    await send(stream, svidMessage());
    expect(await send(stream, svidMessage(sound))).toMatchObject({ expiresAt: NOW + 9000, failures: 0 });
    expect(api.state().credentials.failure).toBeUndefined();
  });

  it("fields that are not known are skipped", async () => {
    const { ready } = await connect();
    const message = svidMessage(svidEntry());
    const { credential } = await ready(Uint8Array.of(0x12, 1, 0x41, 0x18, 5, ...message, 0x25, 1, 2, 3, 4));
    expect(String(credential)).toBe(SPIFFE_ID);
  });
});

describe("a stream that ends", () => {
  it("WLAPI-4.2.02: is opened again at once; what it delivered is used meanwhile", async () => {
    const { api, ready, runtime, send, change } = await connect();
    const { stream, credential } = await ready();
    runtime.setTime(NOW + 10);
    stream.end();
    const again = await server.svids.next();
    await change();
    expect(api.credentials.current()).toBe(credential);
    expect(await send(again, svidMessage(svidEntry({ lifetime: 5000 })))).toMatchObject({ expiresAt: NOW + 5000 });
  });

  it("is not opened more than once a second", async () => {
    const { ready, runtime, send, change } = await connect();
    let { stream } = await ready();
    for (let i = 1; i < 4; i++) {
      const opened = runtime.now();
      stream.send(svidMessage(svidEntry({ lifetime: 4000 + i })));
      stream.end();
      while ((await change()).nextAttemptAt !== opened + 1);
      runtime.setTime(opened + 1);
      stream = await server.svids.next();
      await send(stream, svidMessage(svidEntry({ lifetime: 4500 + i })));
    }
  });

  it("before it has said anything is a failure", async () => {
    const { api, change, nextStream } = await connect();
    const waiting = caughtFrom(async () => api.credentials.current());
    (await server.svids.next()).end();
    expect(await change()).toMatchObject({ status: "unavailable", failure: "stream_failed" });
    expectSilence(await waiting, SERVER_DETAILS);
    await nextStream();
  });

  it.each<[number, string]>([
    [status.UNAVAILABLE, "endpoint_unavailable"], // WLAPI-E-6.02
    [status.RESOURCE_EXHAUSTED, "resources_exhausted"],
    [status.INTERNAL, "stream_failed"],
    [status.UNKNOWN, "stream_failed"],
    [status.UNAUTHENTICATED, "stream_failed"],
  ])("with status %d is opened again after longer and longer waits", async (code, failure) => {
    const { api, ready, fail, send, nextStream } = await connect();
    let { stream, credential }: { stream: ServerStream; credential: WorkloadCredential } = await ready();
    for (const full of [1, 2, 4, 8, 16, 30, 30]) {
      const state = await fail(stream, code);
      expect(state).toMatchObject({ status: "ready", failure });
      expectSilence(state, SERVER_DETAILS);
      const wait = (state.nextAttemptAt ?? 0) - (state.failedAt ?? 0);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
      expect(api.credentials.current()).toBe(credential);
      stream = await nextStream();
    }
    expect(await send(stream, svidMessage(svidEntry()))).toMatchObject({ failures: 0 });
  });

  it.each<[number, string, string]>([
    [status.UNIMPLEMENTED, "not_implemented", "WLAPI-7.02"],
    [status.INVALID_ARGUMENT, "request_refused", "WLAPI-E-6.01"],
  ])("with status %d is not opened again: %s, %s", async (code, failure) => {
    const { api, ready, fail, runtime } = await connect();
    const { stream, credential } = await ready();
    const state = await fail(stream, code);
    expect(state).toMatchObject({ status: "ready", failure });
    expect(state.nextAttemptAt).toBeUndefined();
    expect(api.credentials.current()).toBe(credential); // it is good until it expires
    runtime.setTime(NOW + 3600);
    await expectWimseError(async () => api.credentials.current(), "credential_expired", "CREDS-9.5.03");
  });

  it("WLAPI-7.2.1.08, WLAPI-7.2.1.07: denied, takes the credential away until it is granted again", async () => {
    const { api, ready, fail, send, nextStream } = await connect();
    const { stream } = await ready();
    expect(await fail(stream, status.PERMISSION_DENIED)).toMatchObject({
      status: "unavailable",
      failure: "permission_denied",
    });
    await unavailable(() => api.credentials.current());
    expect(api.credentials.identities()).toEqual([]);
    const denied = await nextStream();
    const waiting = caughtFrom(async () => api.credentials.current()); // an attempt is under way
    await fail(denied, status.PERMISSION_DENIED); // WLAPI-E-6.03
    expect(await waiting).toMatchObject({ code: "credential_unavailable" });
    const granted = await nextStream();
    expect(await send(granted, svidMessage(svidEntry()))).toMatchObject({ status: "ready", failures: 0 });
    expect(String(await api.credentials.current())).toBe(SPIFFE_ID);
  });
});

describe("a server that is slow, gone, or says too much", () => {
  it("WLAPI-4.3.02: has ten seconds for its first message", async () => {
    const { api, runtime, change, nextStream, send } = await connect();
    const waiting = caughtFrom(async () => api.credentials.current());
    const slow = await server.svids.next();
    runtime.setTime(NOW + 9.9);
    expect(api.state().credentials.status).toBe("starting");
    runtime.setTime(NOW + 10);
    expect(await change()).toMatchObject({ status: "unavailable", failure: "timed_out" });
    expect(await waiting).toMatchObject({ code: "credential_unavailable" });
    await slow.cancelled;
    expect(await send(await nextStream(), svidMessage(svidEntry()))).toMatchObject({ status: "ready" });
  });

  it("restarts: the credential is used on, and the stream is back", async () => {
    const { api, ready, change, nextStream, send } = await connect();
    const { credential } = await ready();
    await server.stop();
    expect(await change()).toMatchObject({ status: "ready", failures: 1 });
    expect(api.credentials.current()).toBe(credential);
    await server.start();
    const again = await nextStream();
    expect(await send(again, svidMessage(svidEntry({ lifetime: 5000 })))).toMatchObject({
      expiresAt: NOW + 5000,
      failures: 0,
    });
  });

  it("is not there yet when it is asked", async () => {
    await server.stop();
    const { api, change, nextStream, send } = await connect();
    await unavailable(() => api.credentials.current());
    expect(await change()).toMatchObject({ failure: "endpoint_unavailable" });
    await server.start();
    expect(await send(await nextStream(), svidMessage(svidEntry()))).toMatchObject({ status: "ready" });
  });

  it("WLAPI-7.01: has no WIT profile", async () => {
    await server.stop();
    await server.start({ without: true });
    const { api, change } = await connect();
    await unavailable(() => api.credentials.current());
    const state = await change();
    expect(state).toMatchObject({ status: "unavailable", failure: "not_implemented" });
    expect(state.nextAttemptAt).toBeUndefined();
    await server.stop();
    await server.start();
    await unavailable(() => api.credentials.current());
  });

  it("sends a message that is too large", async () => {
    const { api, ready, change } = await connect({ maxMessageBytes: 4096 });
    const { stream, credential } = await ready();
    stream.send(svidMessage(svidEntry({ hint: "x".repeat(5000) })));
    expect(await change()).toMatchObject({ status: "ready", failure: "resources_exhausted" });
    expect(api.credentials.current()).toBe(credential);
  });
});
