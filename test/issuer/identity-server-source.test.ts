import { describe, expect, it } from "vitest";
import { generateKey } from "../../src/crypto/signer.js";
import { type IdentityServerSourceOptions, identityServerSource } from "../../src/issuer/identity-server-source.js";
import { decodeUnverifiedWit } from "../../src/wit/decode-unverified.js";
import { AGENT, SERVER, type TestServerOptions, testServer } from "../support/issuer-fixtures.js";
import { expectMistake, expectSilence, expectWimseError, NOW, ORIGIN } from "../support/wit-fixtures.js";
import { sources } from "./source-support.js";

const sourceOf = sources();
const keyOf = (wit: string): unknown => (decodeUnverifiedWit(wit).claims["cnf"] as { jwk: { x: string } }).jwk.x;

describe("identityServerSource", () => {
  it("enrols once, then renews with what it has, each time for a new key", async () => {
    const world = await testServer();
    const source = sourceOf(world);
    const first = await source.current();
    world.runtime.setTime(NOW + 2500);
    await source.renew();
    const second = await source.current();
    expect(world.events.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
      "enrol issued",
      "renew issued",
    ]);
    expect(second.expiresAt).toBe(NOW + 6100);
    expect(keyOf(second.wit)).not.toBe(keyOf(first.wit));
    expect(source.state()).toMatchObject({ status: "ready", identifier: AGENT, failures: 0 });
  });

  it("stays with the key that it is given", async () => {
    const world = await testServer();
    const key = await generateKey("ES384");
    const source = sourceOf(world, { key });
    await source.current();
    await source.renew();
    expect(keyOf((await source.current()).wit)).toBe(key.publicJwk.x);
    expect((await source.current()).algorithm).toBe("ES384");
  });

  it("makes keys of the algorithm that is asked for", async () => {
    expect((await sourceOf(await testServer(), { algorithm: "Ed25519" }).current()).algorithm).toBe("Ed25519");
  });

  it("reads what vouches for it each time that it enrols", async () => {
    const world = await testServer({ uses: 2 });
    let reads = 0;
    const source = sourceOf(world, {
      bootstrap: {
        type: "enrolment-token",
        value: async () => {
          reads++;
          return world.token;
        },
      },
    });
    await source.current();
    await source.renew();
    expect(reads).toBe(1);
    world.runtime.setTime(NOW + 86_400); // it slept for longer than its credential lived
    await source.renew();
    expect(reads).toBe(2);
  });

  it("enrols anew where its renewal is refused, and says why when that is refused too", async () => {
    let revoked = true;
    const world = await testServer({ uses: 2, isRevoked: () => revoked });
    const source = sourceOf(world);
    await source.current();
    await source.renew();
    expect(world.events.map(({ operation, code = "" }) => `${operation} ${code}`)).toEqual([
      "enrol ",
      "renew wit_revoked",
      "enrol ",
    ]);
    await source.renew();
    expect(source.state()).toMatchObject({ status: "ready", failure: "wit_revoked" });
    revoked = false;
    await source.renew();
    expect(source.state().failure).toBeUndefined();
  });

  it.each<[string, string, TestServerOptions, Partial<IdentityServerSourceOptions>]>([
    ["the policy denies it", "enrolment_denied", { policy: () => false }, {}],
    ["nothing vouches for it", "enrolment_bootstrap_refused", { bootstrap: [] }, {}],
    ["it asks for another trust domain", "enrolment_subject_invalid", {}, { sub: "wimse://example.org/x" }],
  ])("tells the server's reason when %s", async (_what, failure, server, options) => {
    const source = sourceOf(await testServer(server), options);
    await expectWimseError(async () => source.current(), "credential_unavailable");
    expect(source.state()).toMatchObject({ status: "unavailable", failure });
  });

  it.each<[string, string, () => Response | Promise<Response>]>([
    ["is away", "failed", () => Promise.reject(new TypeError("fetch failed: secret"))],
    ["answers with a page", "credential_unavailable", () => new Response("<html>")],
    ["has trouble", "credential_unavailable", () => new Response("{}", { status: 500 })],
    [
      "says something else",
      "credential_unavailable",
      () => Response.json({ type: "urn:wimse:problem:secret" }, { status: 400 }),
    ],
    ["answers without content", "credential_unavailable", () => new Response(null, { status: 204 })],
    ["gives no WIT", "credential_unavailable", () => Response.json({ wit: 7 })],
    ["gives what is no WIT", "wit_malformed", () => Response.json({ wit: "a.b" })],
    ["sends without end", "body_too_large", () => new Response("x".repeat(70_000))],
  ])("fails and tries again when the server %s", async (_what, failure, answer) => {
    const world = await testServer();
    let away = true;
    const source = sourceOf(world, {}, async (request) => (away ? answer() : world.server(request)));
    await expectWimseError(async () => source.current(), "credential_unavailable", undefined, "secret");
    expect(source.state().failure).toBe(failure);
    expectSilence(source.state(), "secret");
    away = false;
    await source.renew();
    expect(source.state().status).toBe("ready");
  });

  it("does not enrol anew when the server only has trouble", async () => {
    const world = await testServer({ uses: 2 });
    let status = 200;
    const source = sourceOf(world, {}, async (request) =>
      status === 200 ? world.server(request) : new Response("{}", { status }),
    );
    await source.current();
    status = 503;
    await source.renew();
    expect(source.state()).toMatchObject({ status: "ready", failure: "credential_unavailable" });
    expect(world.events).toHaveLength(1);
  });

  it("takes no WIT of somebody else, and none for another key", async () => {
    const world = await testServer({ uses: 9 });
    const other = sourceOf(world, { sub: `${ORIGIN}/agents/8` });
    const { wit } = await other.current();
    const source = sourceOf(world, {}, async () => Response.json({ wit }));
    await expectWimseError(async () => source.current(), "credential_unavailable", undefined, wit);
    expect(source.state().failure).toBe("credential_key_mismatch");
  });

  it("gives up a server that does not answer", async () => {
    const world = await testServer();
    const source = sourceOf(world, { timeout: 5 }, () => new Promise(() => {}));
    const current = source.current();
    world.runtime.setTime(NOW + 5);
    await expectWimseError(async () => current, "credential_unavailable");
    expect(source.state().failure).toBe("timed_out");
  });

  it("sends its secrets nowhere but where it was told: no redirect is followed", async () => {
    const world = await testServer();
    const seen: string[] = [];
    const source = sourceOf(world, {}, async (request) => {
      seen.push(request.redirect);
      return world.server(request);
    });
    await source.current();
    await source.renew();
    expect(seen).toEqual(["error", "error"]);
  });

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    ["https", "http://id.example.com", {}, /https/],
    ["a url", "id", {}, /url/],
    ["sub", SERVER, { sub: "agents/7" }, /sub/],
    ["bootstrap", SERVER, { bootstrap: undefined }, /bootstrap/],
    ["the type of the bootstrap", SERVER, { bootstrap: { type: "", value: "a" } }, /bootstrap/],
    ["that the type is text", SERVER, { bootstrap: { type: 7, value: "a" } }, /bootstrap/],
    ["that the value is text", SERVER, { bootstrap: { type: "jwt", value: 7 } }, /bootstrap/],
    ["the value of the bootstrap", SERVER, { bootstrap: { type: "jwt", value: "" } }, /bootstrap/],
    ["fetch", SERVER, { fetch: "fetch" }, /fetch/],
    ["option names", SERVER, { token: "x" }, /unknown option/],
  ])("checks %s", async (_what, url, options, message) => {
    const good = { sub: AGENT, bootstrap: { type: "jwt", value: "a" } };
    await expectMistake(
      () => identityServerSource(url, { ...good, ...options } as IdentityServerSourceOptions),
      message,
    );
  });
});
