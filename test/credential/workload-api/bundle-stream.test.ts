import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { BundleStream } from "../../../src/credential/workload-api/bundle-stream.js";
import { caughtFrom, expectWimseError, issuerKey, jwks, NOW } from "../../support/wit-fixtures.js";
import { bundleMessage, SPIFFE_DOMAIN } from "../../support/workload-api-server.js";
import { settled } from "../../trust/key-source/support.js";
import { streamsInHand } from "./stream-support.js";

const message = bundleMessage({ [SPIFFE_DOMAIN]: jwks(issuerKey) });

function bundles() {
  const { settings, ...streams } = streamsInHand();
  const stream = new BundleStream(settings, 600);
  return { ...streams, stream, get: () => stream.get(SPIFFE_DOMAIN, undefined) };
}

/** A stream whose first message came five seconds after it was opened. */
async function delivered() {
  const { runtime, get, ...rest } = bundles();
  const first = get();
  const listener = await rest.opened.next();
  runtime.setTime(NOW + 5);
  listener.onMessage(message);
  return { ...rest, runtime, get, listener, domain: await first };
}

describe("the stream of FetchWITBundles", () => {
  it("has no time at which it is opened anew, as long as it lasts", async () => {
    const { stream } = await delivered();
    expect(stream.state()).toMatchObject({ status: "ready", succeededAt: NOW + 5, failures: 0 });
    expect(stream.state()).not.toHaveProperty("nextAttemptAt");
    stream.close();
  });

  it("gives what it delivered at once, also while it is opened anew", async () => {
    const { stream, get, opened, listener, domain } = await delivered();
    expect(domain?.origin).toBe(SPIFFE_DOMAIN);
    listener.onEnd(status.OK);
    await opened.next();
    expect(get()).toBe(domain);
    stream.close();
  });

  it("keeps nobody waiting for the message of the next one, when it ends with its first", async () => {
    const { stream, get, opened, runtime } = bundles();
    const origins: unknown[] = [];
    const waiting = Promise.resolve(get()).then((domain) => origins.push(domain?.origin));
    const listener = await opened.next();
    runtime.setTime(NOW + 5);
    listener.onMessage(message);
    listener.onEnd(status.OK);
    await opened.next();
    await settled();
    expect(origins).toEqual([SPIFFE_DOMAIN]);
    await waiting;
    stream.close();
  });

  it("is starting only until its first failure", async () => {
    const { stream, get, opened, runtime } = bundles();
    const waiting = caughtFrom(async () => get());
    expect(stream.state()).toEqual({ status: "starting", domains: [], ignored: 0, failures: 0 });
    (await opened.next()).onEnd(status.UNAVAILABLE);
    expect(await waiting).toMatchObject({ code: "trust_keys_unavailable" });
    runtime.setTime(stream.state().nextAttemptAt ?? Number.NaN);
    await opened.next(); // the next attempt is under way
    expect(stream.state()).toMatchObject({ status: "unavailable", failures: 1 });
    stream.close();
  });

  it("is not opened again after its end", async () => {
    const { stream, get, opened } = await delivered();
    stream.close();
    await expectWimseError(async () => get(), "trust_keys_unavailable");
    await settled();
    expect(opened.left).toBe(0);
    expect(stream.state()).toMatchObject({ status: "closed", domains: [] });
  });
});
