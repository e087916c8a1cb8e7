import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { verifyWit } from "../../../src/wit/verify.js";
import {
  caughtFrom,
  clock,
  expectWimseError,
  issuerKey,
  jwks,
  makeWit,
  NOW,
  strangerKey,
  type TestKey,
} from "../../support/wit-fixtures.js";
import { bundleMessage, SPIFFE_DOMAIN, SPIFFE_ID } from "../../support/workload-api-server.js";
import { serverWithClients } from "./bundles-support.js";

const { server, connect } = await serverWithClients();

/** A second key of an issuer, under another `kid`. */
const nextKey: TestKey = { ...strangerKey, kid: "issuer-2" };
const own = (...keys: TestKey[]) => bundleMessage({ [SPIFFE_DOMAIN]: jwks(...keys) });

const witOf = (key: TestKey = issuerKey, sub = SPIFFE_ID) => makeWit({ claims: { sub }, key });

describe("an endpoint that is lost", () => {
  it("is trusted as before, but not for longer than maxStale", async () => {
    const { api, ready, fail, nextStream, send, runtime, verify } = await connect({
      maxStale: 600,
      maxRetryDelay: 86400,
    });
    let { stream } = await ready(own(issuerKey));
    runtime.setTime(NOW + 100_000);
    await api.trust.get(SPIFFE_DOMAIN); // with a stream there is no limit
    await fail(stream, status.UNAVAILABLE);
    const lostAt = runtime.now();
    while (true) {
      const { nextAttemptAt = 0 } = api.state().bundles;
      if (nextAttemptAt > lostAt + 600) break;
      stream = await nextStream();
      await fail(stream, status.UNAVAILABLE);
    }
    runtime.setTime(lostAt + 600);
    expect(await api.trust.get(SPIFFE_DOMAIN)).toBeDefined();
    runtime.setTime(lostAt + 600.5);
    await expectWimseError(async () => api.trust.get(SPIFFE_DOMAIN), "trust_keys_unavailable");
    expect(api.state().bundles.status).toBe("expired");
    await send(await nextStream(), own(issuerKey));
    expect(await api.trust.get(SPIFFE_DOMAIN)).toBeDefined();
    expect((await caughtFrom(verify(witOf()))) as object).toMatchObject({ code: "wit_expired" });
  });

  it("WLAPI-4.2.02: that ends its stream well is asked anew at once", async () => {
    const { api, ready, runtime, change, send } = await connect();
    const { stream } = await ready(own(issuerKey));
    runtime.setTime(NOW + 5);
    stream.end();
    const again = await server.bundles.next();
    await change();
    expect(await api.trust.get(SPIFFE_DOMAIN)).toBeDefined();
    await send(again, own(nextKey));
  });

  it("has nothing yet: those who ask wait for the first message, or give up", async () => {
    const { api, change } = await connect();
    const reason = new Error("too slow");
    const controller = new AbortController();
    const impatient = caughtFrom(async () => api.trust.get(SPIFFE_DOMAIN, { signal: controller.signal }));
    const patient = caughtFrom(async () => api.trust.get(SPIFFE_DOMAIN));
    const stream = await server.bundles.next();
    expect(api.state().bundles.status).toBe("starting");
    controller.abort(reason);
    expect(await impatient).toBe(reason);
    stream.fail(status.UNIMPLEMENTED); // WLAPI-7.02
    const state = await change();
    expect(state).toMatchObject({ status: "unavailable", failure: "not_implemented" });
    expect(state.nextAttemptAt).toBeUndefined();
    expect(await patient).toMatchObject({ code: "trust_keys_unavailable" });
  });

  it("is closed: nothing is trusted", async () => {
    const { api, ready } = await connect();
    const { stream, domain } = await ready(own(issuerKey));
    await api.close();
    await stream.cancelled;
    await expectWimseError(async () => api.trust.get(SPIFFE_DOMAIN), "trust_keys_unavailable");
    await expectWimseError(verifyWit(witOf(), { trust: { get: () => domain }, runtime: clock() }), "wit_key_not_found");
    expect(api.state().bundles.status).toBe("closed");
  });
});
