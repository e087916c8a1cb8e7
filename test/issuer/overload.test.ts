import { describe, expect, it } from "vitest";
import { createCredential } from "../../src/credential/credential.js";
import { generateKey } from "../../src/crypto/signer.js";
import { signRequest } from "../../src/exchange/sign-request.js";
import { signEnrolmentProof } from "../../src/issuer/enrolment-proof.js";
import { createEnrolmentToken, enrolmentTokens } from "../../src/issuer/enrolment-tokens.js";
import {
  AGENT,
  clockOf,
  enrolment,
  post,
  problemIn,
  SERVER,
  type TestServer,
  type TestServerOptions,
  testServer,
} from "../support/issuer-fixtures.js";
import { NOW, ORIGIN } from "../support/wit-fixtures.js";

/** A renewal by a workload that has just enrolled. */
async function renewalIn(world: TestServer, sub = AGENT): Promise<Request> {
  const key = await generateKey();
  const { wit } = await world.issuer.issue(sub, key.publicJwk);
  const content = { audience: `${SERVER}/renew`, sub, bootstrap: wit };
  const proof = await signEnrolmentProof(content, await generateKey(), world.runtime);
  const { request } = await signRequest(post("/renew", { proof }), await createCredential(wit, key), {
    runtime: world.runtime,
  });
  return request;
}

/** A request whose content goes on for ever. */
function endless(path: string): Request {
  const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("{")) });
  const headers = { "Content-Type": "application/json" };
  return new Request(`${SERVER}${path}`, { method: "POST", headers, body, duplex: "half" } as RequestInit);
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("an identity server under load", () => {
  it("renews for workloads, however many renewals strangers ask for", async () => {
    const world = await testServer({ maxPerSecond: 1 });
    const renewal = await renewalIn(world);
    for (let i = 0; i < 10; i++) {
      expect((await problemIn(await world.server(post("/renew", { proof: "x" })))).code).toBe("wit_missing");
    }
    expect((await world.server(renewal)).status).toBe(200);
  });

  it("counts the renewals of workloads, and audits what it does not get to", async () => {
    const world = await testServer({ maxPerSecond: 1 });
    const statuses: number[] = [];
    for (const name of ["7", "8", "9"]) {
      statuses.push((await world.server(await renewalIn(world, `${ORIGIN}/agents/${name}`))).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    expect(world.events.at(-1)).toMatchObject({
      operation: "renew",
      outcome: "refused",
      code: "enrolment_overloaded",
      caller: { type: "workload", name: `${ORIGIN}/agents/9` },
    });
  });

  it("gives one workload a quarter of the renewals, and the rest to others", async () => {
    const world = await testServer({ maxPerSecond: 4 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await world.server(await renewalIn(world))).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect((await world.server(await renewalIn(world, `${ORIGIN}/agents/8`))).status).toBe(200);
    world.runtime.setTime(NOW + 1);
    expect((await world.server(await renewalIn(world))).status).toBe(200);
  });

  it.each<[string, (world: TestServer) => Promise<Request>]>([
    ["no member that there must be", async () => post("/enrol", {})],
    ["a token that is not known", (world) => enrolment({ ...world, token: "wimse_enrol_unknown" })],
    ["a check that the server does not have", (world) => enrolment(world, { type: "nobody's" })],
  ])("does not count enrolments with %s", async (_what, nonsense) => {
    const world = await testServer({ maxPerSecond: 1 });
    for (let i = 0; i < 10; i++) expect((await world.server(await nonsense(world))).status).not.toBe(429);
    expect((await world.server(await enrolment(world))).status).toBe(200);
    expect(world.events).toHaveLength(11);
  });

  it("counts the enrolments by each check for itself", async () => {
    const runtime = clockOf();
    const { token, record } = createEnrolmentToken({ label: "build", runtime });
    const other = { type: "other", check: () => Promise.reject(new Error("never")) };
    const world = await testServer({
      maxPerSecond: 1,
      runtime,
      bootstrap: [enrolmentTokens([record], { runtime }), other],
    });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) {
      statuses.push((await world.server(await enrolment(world, { type: "other" }))).status);
    }
    expect(statuses).toEqual([403, 403, 429]);
    expect((await world.server(await enrolment({ ...world, token }))).status).toBe(200);
  });

  it.each(["/enrol", "/renew"])("is not kept busy by contents for %s that do not arrive", async (path) => {
    const world = await testServer({ maxPerSecond: 1 });
    const renewal = await renewalIn(world);
    world.runtime.setTime(NOW + 2);
    const slow = Array.from({ length: 10 }, () => world.server(endless(path)));
    await nextTurn();
    expect((await world.server(renewal)).status).toBe(200);
    expect((await world.server(await enrolment(world))).status).toBe(200);
    world.runtime.setTime(NOW + 12);
    for (const response of await Promise.all(slow)) {
      expect(await problemIn(response)).toMatchObject({ status: 400, code: "enrolment_malformed" });
    }
  });

  it.each<[string, Record<string, string>]>([
    ["that a page of another origin may send unasked", { "Content-Type": "text/plain" }],
    ["of a page that took the server's address for its own name", { Origin: "http://rebound.example:8420" }],
  ])("refuses requests %s, and neither counts nor audits them", async (_what, headers) => {
    const world = await testServer({ maxPerSecond: 1 });
    for (let i = 0; i < 10; i++) {
      const answer = await problemIn(await world.server(post("/enrol", {}, headers)));
      expect(answer).toMatchObject({ status: 400, code: "enrolment_malformed" });
    }
    expect((await world.server(await enrolment(world))).status).toBe(200);
    expect(world.events).toHaveLength(1);
  });

  it.each<[string, (silent: () => Promise<never>) => TestServerOptions, string]>([
    ["policy", (silent) => ({ policy: silent }), "enrolment_denied"],
    [
      "bootstrap check",
      (silent) => ({ bootstrap: [{ type: "enrolment-token", check: silent }] }),
      "enrolment_bootstrap_refused",
    ],
  ])("refuses when a %s does not answer", async (_what, options, code) => {
    let asked: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const silent = (): Promise<never> => {
      asked();
      return new Promise(() => {});
    };
    const world = await testServer({ maxPerSecond: 0.5, ...options(silent) });
    const waiting = world.server(await enrolment(world));
    await wasAsked;
    world.runtime.setTime(NOW + 10);
    expect((await problemIn(await waiting)).code).toBe(code);
    expect((await problemIn(await world.server(post("/enrol", {})))).code).toBe("enrolment_malformed");
  });
});
