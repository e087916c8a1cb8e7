import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { currentCredential } from "../../src/credential/source.js";
import { spiffeWorkloadApi } from "../../src/credential/spiffe.js";
import { caughtFrom, expectMistake, expectSilence, expectWimseError, NOW } from "../support/wit-fixtures.js";
import { SPIFFE_ID, svidEntry, svidMessage } from "../support/workload-api-server.js";
import { serverWithClients } from "./spiffe-support.js";

const OTHER_ID = "spiffe://example.org/other";
const { server, connect } = await serverWithClients();

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

  it("one without a hint, or with one that is too long, is delivered without any", async () => {
    const { api, ready } = await connect();
    await ready(svidMessage(svidEntry({ hint: "" }), svidEntry({ spiffeId: OTHER_ID, hint: "x".repeat(1025) })));
    expect(api.credentials.identities()).toStrictEqual([
      { spiffeId: SPIFFE_ID, expiresAt: NOW + 3600 },
      { spiffeId: OTHER_ID, expiresAt: NOW + 3600 },
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
    [{ spiffeId: 7 }, /^spiffeId: a SPIFFE ID$/],
    [{ spiffeId: null }, /^spiffeId: a SPIFFE ID$/],
    [{ spiffeId: [SPIFFE_ID] }, /^spiffeId: a SPIFFE ID$/],
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
    await expectMistake(() => api.credentials.for([SPIFFE_ID] as never), /^for: a SPIFFE ID$/);
    await expectMistake(() => api.credentials.for("spiffe://x"), /^for: a Workload Identifier$/);
  });

  it("WLAPI-E-4.01: the address comes from the environment where none is given", async () => {
    const { ready } = await connect({ address: undefined as never, env: { SPIFFE_ENDPOINT_SOCKET: server.address } });
    expect(String((await ready()).credential)).toBe(SPIFFE_ID);
  });
});
