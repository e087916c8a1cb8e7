import { status } from "@grpc/grpc-js";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { WorkloadCredential } from "../../src/credential/credential.js";
import { currentCredential } from "../../src/credential/source.js";
import {
  type SpiffeWorkloadApi,
  type SpiffeWorkloadApiOptions,
  type SpiffeWorkloadApiState,
  spiffeWorkloadApi,
} from "../../src/credential/spiffe.js";
import { events } from "../support/credential-fixtures.js";
import {
  caughtFrom,
  clock,
  expectMistake,
  expectSilence,
  expectWimseError,
  NOW,
  strangerKey,
} from "../support/wit-fixtures.js";
import {
  SERVER_DETAILS,
  type ServerStream,
  SPIFFE_ID,
  svidEntry,
  svidMessage,
  workloadApiServer,
} from "../support/workload-api-server.js";

const OTHER_ID = "spiffe://example.org/other";
const server = await workloadApiServer();
const open: SpiffeWorkloadApi[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((api) => api.close()));
  expect(server.svids.left).toBe(0); // no stream that no test asked for
});
afterAll(() => server.remove());

/** A client of the server. */
async function connect(options: SpiffeWorkloadApiOptions = {}) {
  const runtime = clock();
  const states = events<SpiffeWorkloadApiState>();
  const api = await spiffeWorkloadApi({
    address: server.address,
    runtime,
    onChange: (state) => states.push(state),
    ...options,
  });
  open.push(api);
  /** The state after the next change. */
  const change = async () => (await states.next()).credentials;
  /** Sends on a stream and waits until the client has taken note. */
  const send = (stream: ServerStream, message: Uint8Array) => {
    stream.send(message);
    return change();
  };
  const fail = (stream: ServerStream, code: number) => {
    stream.fail(code);
    return change();
  };
  /** A client that has its first credential, and the stream that delivered it. */
  const ready = async (message = svidMessage(svidEntry())) => {
    const first = api.credentials.current();
    const stream = await server.svids.next();
    await send(stream, message);
    return { stream, credential: await first };
  };
  /** Moves the clock to the next attempt, and gives the stream that is opened then. */
  const nextStream = () => {
    const { nextAttemptAt = Number.NaN } = api.state().credentials;
    runtime.setTime(nextAttemptAt);
    return server.svids.next();
  };
  return { api, runtime, states, change, send, fail, ready, nextStream };
}

const unavailable = (run: () => unknown) => expectWimseError(async () => run(), "credential_unavailable");

describe("FetchWITSVID", () => {
  it("WLAPI-7.1.01, WLAPI-E-3.01, WLAPI-E-3.02, WLAPI-E-3.1.01: is asked with the header, and delivers the credential", async () => {
    const { api, ready } = await connect();
    expect(api.state().credentials).toEqual({ status: "idle", failures: 0 });
    const { credential, stream } = await ready();
    expect(String(credential)).toBe(SPIFFE_ID);
    expect(stream.request).toHaveLength(0); // WLAPI-7.2.1.01
    expect(api.credentials.current()).toBe(credential);
    expect(await currentCredential(api.credentials, NOW)).toBe(credential);
    expect(api.state().credentials).toMatchObject({
      status: "ready",
      identifier: SPIFFE_ID,
      expiresAt: NOW + 3600,
      succeededAt: NOW,
      failures: 0,
    });
    expectSilence(api.state(), credential.wit);
    expectSilence(api, credential.wit);
  });

  it("WLAPI-4.2.01: one stream serves all who wait, and what comes on it is used from then on", async () => {
    const { api, send } = await connect();
    const waiting = [api.credentials.current(), api.credentials.current()];
    const stream = await server.svids.next();
    expect(api.state().credentials).toEqual({ status: "starting", failures: 0 });
    await send(stream, svidMessage(svidEntry()));
    const [first, second] = await Promise.all(waiting);
    expect(first).toBe(second);
    for (const lifetime of [4000, 5000, 6000]) {
      await send(stream, svidMessage(svidEntry({ lifetime })));
      expect(api.credentials.current()).toMatchObject({ expiresAt: NOW + lifetime });
    }
  });

  it("takes of messages that come together the last", async () => {
    const { api, states } = await connect();
    const waiting = api.credentials.current();
    const stream = await server.svids.next();
    for (const lifetime of [4000, 5000, 6000]) stream.send(svidMessage(svidEntry({ lifetime })));
    await waiting;
    while ((await states.next()).credentials.expiresAt !== NOW + 6000);
    expect(api.credentials.current()).toMatchObject({ expiresAt: NOW + 6000 });
  });

  it("keeps the credential that a message repeats", async () => {
    const { api, ready, send } = await connect();
    const entry = svidEntry();
    const { stream, credential } = await ready(svidMessage(entry));
    await send(stream, svidMessage(svidEntry({ spiffeId: OTHER_ID }), entry));
    expect(await api.credentials.for(SPIFFE_ID).current()).toBe(credential);
  });

  it("those who wait may give up without ending the stream for others", async () => {
    const { api, send } = await connect();
    const controller = new AbortController();
    const reason = new Error("too slow");
    const impatient = caughtFrom(async () => api.credentials.current({ signal: controller.signal }));
    const patient = api.credentials.current();
    const stream = await server.svids.next();
    controller.abort(reason);
    expect(await impatient).toBe(reason);
    await send(stream, svidMessage(svidEntry()));
    expect(String(await patient)).toBe(SPIFFE_ID);
    expect(await caughtFrom(async () => api.credentials.current({ signal: controller.signal }))).toBe(reason);
  });
});

describe("the identities of a workload", () => {
  const entries = [
    svidEntry({ hint: "internal" }),
    svidEntry({ spiffeId: OTHER_ID, hint: "external" }),
    svidEntry({ spiffeId: "spiffe://example.org/third", hint: "external" }),
  ];

  it("WLAPI-8.01: the first is the default; WLAPI-7.2.1.05: of a hint, the first", async () => {
    const { api, ready } = await connect();
    const { credential } = await ready(svidMessage(...entries));
    expect(String(credential)).toBe(SPIFFE_ID);
    expect(String(await api.credentials.for("external").current())).toBe(OTHER_ID);
    expect(String(await api.credentials.for(OTHER_ID).current())).toBe(OTHER_ID);
    await unavailable(() => api.credentials.for("elsewhere").current());
    await unavailable(() => api.credentials.for("spiffe://example.org/nobody").current());
    expect(api.credentials.identities()).toEqual([
      { spiffeId: SPIFFE_ID, hint: "internal", expiresAt: NOW + 3600 },
      { spiffeId: OTHER_ID, hint: "external", expiresAt: NOW + 3600 },
      { spiffeId: "spiffe://example.org/third", hint: "external", expiresAt: NOW + 3600 },
    ]);
  });

  it("one is asked for by its SPIFFE ID", async () => {
    const { api, ready } = await connect({ spiffeId: OTHER_ID });
    const { stream, credential } = await ready(svidMessage(...entries));
    expect(Buffer.from(stream.request).toString()).toBe(`\n${String.fromCharCode(OTHER_ID.length)}${OTHER_ID}`);
    expect(String(credential)).toBe(OTHER_ID);
    expect(api.state().credentials.identifier).toBe(OTHER_ID);
  });

  it("one is chosen by its hint", async () => {
    const { ready } = await connect({ hint: "external" });
    expect(String((await ready(svidMessage(...entries))).credential)).toBe(OTHER_ID);
  });

  it("WLAPI-8.02: a hint of 1024 bytes names one, a longer one does not", async () => {
    const { api, ready } = await connect();
    const [fits, tooLong] = ["é".repeat(512), `${"é".repeat(512)}x`];
    await ready(svidMessage(svidEntry({ hint: tooLong }), svidEntry({ spiffeId: OTHER_ID, hint: fits })));
    expect(String(await api.credentials.for(fits).current())).toBe(OTHER_ID);
    await unavailable(() => api.credentials.for(tooLong).current());
  });

  it("WLAPI-4.3.01, WLAPI-4.4.02, WLAPI-7.2.1.08: one that is not in the newest message is gone", async () => {
    const { api, ready, send } = await connect();
    const { stream } = await ready(svidMessage(...entries));
    await send(stream, svidMessage(svidEntry({ spiffeId: OTHER_ID })));
    await unavailable(() => api.credentials.for(SPIFFE_ID).current());
    await unavailable(() => api.credentials.for("external").current()); // WLAPI-4.4.01: the hint is empty now
    expect(String(await api.credentials.current())).toBe(OTHER_ID);
  });
});

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

describe("renewal", () => {
  it("CREDS-9.5.03: a credential that is over is never used", async () => {
    const { api, ready, runtime, fail, send, nextStream } = await connect();
    const { stream } = await ready();
    await fail(stream, status.UNAVAILABLE);
    runtime.setTime(NOW + 3600);
    expect(api.state().credentials.status).toBe("expired");
    const waiting = api.credentials.current(); // the attempt is under way
    const again = await server.svids.next();
    await send(again, svidMessage(svidEntry({ lifetime: 7200 })));
    expect(await waiting).toMatchObject({ expiresAt: NOW + 7200 });
    await fail(again, status.UNAVAILABLE);
    await fail(await nextStream(), status.UNAVAILABLE);
    runtime.setTime(NOW + 3600);
  });

  it("a server that is late is asked anew, before the credential is over", async () => {
    const { api, ready, send, nextStream } = await connect();
    const { stream, credential } = await ready();
    const { nextAttemptAt = 0 } = api.state().credentials;
    expect(nextAttemptAt).toBeGreaterThanOrEqual(NOW + 2700);
    expect(nextAttemptAt).toBeLessThan(NOW + 3150);
    const again = await nextStream();
    await stream.cancelled;
    expect(api.credentials.current()).toBe(credential);
    expect(await send(again, svidMessage(svidEntry({ lifetime: 7200 })))).toMatchObject({ expiresAt: NOW + 7200 });
  });

  it("rotation every second for a minute leaves nobody without a credential", async () => {
    const { api, ready, runtime, send } = await connect();
    const { stream } = await ready(svidMessage(svidEntry({ lifetime: 2 })));
    for (let second = 1; second <= 60; second++) {
      runtime.setTime(NOW + second - 0.75);
      await send(stream, svidMessage(svidEntry({ lifetime: second + 2 })));
      runtime.setTime(NOW + second - 0.5);
      expect(api.credentials.current()).toMatchObject({ expiresAt: NOW + second + 2 });
    }
  });

  it("a credential that is over already is no reason to ask in a hurry", async () => {
    const { api, ready } = await connect();
    const result = await caughtFrom(ready(svidMessage(svidEntry({ lifetime: -5 }))));
    expect(result).toMatchObject({ code: "credential_expired" });
    expect(api.state().credentials).toMatchObject({ status: "expired", nextAttemptAt: NOW + 30 });
  });
});

describe("the end of a client", () => {
  it("ends the stream, and those who wait", async () => {
    const { api, ready, states } = await connect();
    const { stream } = await ready();
    await api.close();
    await stream.cancelled;
    expect(await states.next()).toMatchObject({ credentials: { status: "closed" }, bundles: { status: "closed" } });
    await unavailable(() => api.credentials.current());
    await unavailable(() => api.credentials.for(SPIFFE_ID).current());

    const { api: second } = await connect();
    const waiting = caughtFrom(async () => second.credentials.current());
    await server.svids.next();
    await second.close();
    expect(await waiting).toMatchObject({ code: "credential_unavailable" });
  });
});

describe("settings that cannot be right", () => {
  it.each<[object, RegExp]>([
    [{ adress: "x" }, /unknown option "adress"/],
    [{ address: undefined, env: {} }, /set SPIFFE_ENDPOINT_SOCKET$/],
    [{ address: "http://127.0.0.1:80" }, /^address: unix:/],
    [{ spiffeId: "agent" }, /^spiffeId: a SPIFFE ID$/],
    [{ spiffeId: "spiffe://example.org/" }, /^spiffeId: a Workload Identifier$/],
    [{ spiffeId: SPIFFE_ID, hint: "internal" }, /^spiffeId, hint: one of them$/],
    [{ hint: "" }, /^hint: a non-empty string$/],
    [{ timeout: 0 }, /^timeout: /],
    [{ maxStale: -1 }, /^maxStale: /],
    [{ maxMessageBytes: 10 }, /^maxMessageBytes: /],
    [{ retryDelay: 9, maxRetryDelay: 8 }, /^maxRetryDelay: /],
    [{ onChange: 1 }, /^onChange: a function$/],
    [{ runtime: { now: () => 1, randomBytes: () => new Uint8Array() } }, /^runtime: schedule must be a function$/],
  ])("%o", async (options, message) => {
    await expectMistake(spiffeWorkloadApi({ address: server.address, ...options } as never), message);
  });

  it("an identity without a name", async () => {
    const { api } = await connect();
    await expectMistake(() => api.credentials.for(""), /^hint: a non-empty string$/);
    await expectMistake(() => api.credentials.for(undefined as never), /^hint: a non-empty string$/);
    await expectMistake(() => api.credentials.for("spiffe://x"), /^for: a Workload Identifier$/);
  });

  it("WLAPI-E-4.01: the address comes from the environment where none is given", async () => {
    const { ready } = await connect({ address: undefined as never, env: { SPIFFE_ENDPOINT_SOCKET: server.address } });
    expect(String((await ready()).credential)).toBe(SPIFFE_ID);
  });
});
