import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  type AuditEvent,
  AuthenticatedRequest,
  AuthenticatedWorkload,
  createVerifier,
  signRequest,
  targetUriAt,
} from "../../src/index.js";
import { memoryReplayStore } from "../../src/replay.js";
import { createTestIssuer } from "../../src/testing.js";
import { createTrustStore } from "../../src/trust.js";
import { AGENT, AUDIENCE, createWorld, mistake, NOW, outcomeOf, spoilSignature } from "../support/wpt-fixtures.js";

const world = await createWorld();

it("a signed request verifies, once, by the platform's clock", async () => {
  const issuer = await createTestIssuer("wimse://example.com");
  const credential = await issuer.credential("wimse://example.com/agent");
  const verifier = createVerifier({
    trust: createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]),
    audience: targetUriAt("https://svc.example.com"),
    replay: memoryReplayStore({ maxEntries: 100 }),
    proofs: ["wpt"],
  });
  const { request } = await signRequest(new Request("https://svc.example.com/a?b=1"), credential, { proof: "wpt" });
  const report = await verifier.explain(request);
  expect(report).toMatchObject({ outcome: "accepted" });
  expect((await verifier.verify(request)).workload.id.uri).toBe("wimse://example.com/agent");
  await expect(verifier.verify(request)).rejects.toMatchObject({ code: "wpt_replayed", status: 401 });
});

describe("an authenticated request", async () => {
  const wpt = await world.wpt({ claims: { jti: "an id", exp: NOW + 42, aud: `${AUDIENCE}?x` } });
  const request = await world.verifier().verify(await world.request({ wpt }));

  it("CREDS-7.02: says who sent it, by the sub of the WIT", () => {
    expect(request).toBeInstanceOf(AuthenticatedRequest);
    expect(request.workload).toBeInstanceOf(AuthenticatedWorkload);
    expect(request.workload.id.uri).toBe(AGENT);
    expect(request.workload.wit.id).toBe(request.workload.id);
    expect(request.workload.wit.confirmation.algorithm).toBe("ES256");
  });

  it("says how that was proven", () => {
    const proof = { type: "wpt", revision: "wpt-02", id: "an id", audience: `${AUDIENCE}?x`, expiresAt: NOW + 42 };
    expect(request.proof).toEqual(proof);
    expect(Object.isFrozen(request.proof)).toBe(true);
  });

  it("has no body and no demand: a WPT covers neither", () => {
    expect(request.body).toBeUndefined();
    expect(request.responseSignatureRequired).toBe(false);
  });

  it("WPT-3.1.5.01: prints as what a log may hold", () => {
    expect(String(request)).toBe(`request of ${AGENT}`);
    expect(JSON.stringify(request)).toBe(JSON.stringify({ workload: AGENT, proof: "wpt-02" }));
    expect(inspect(request)).toBe(`AuthenticatedRequest <request of ${AGENT}>`);
    expect(String(request.workload)).toBe(AGENT);
    expect(JSON.stringify(request.workload)).toBe(JSON.stringify({ id: AGENT }));
    expect(inspect({ request })).not.toContain("eyJ");
    expect(inspect(request.workload)).toBe(`AuthenticatedWorkload <${AGENT}>`);
  });

  it("is sealed", () => {
    const Open = AuthenticatedRequest as unknown as new (...args: unknown[]) => AuthenticatedRequest;
    class Sub extends Open {}
    for (const make of [() => new Open(), () => new Open(Symbol("seal"), {}), () => new Sub()]) {
      expect(make).toThrow(expect.objectContaining(mistake));
    }
    expect(() => Object.create(AuthenticatedRequest.prototype).workload).toThrow(TypeError);
    expect(() => structuredClone(request).workload.id).toThrow(TypeError);
  });
});

describe("a request that is no request", () => {
  it.each([undefined, null, "GET /", 1, { method: "GET", url: "/", headers: {} }, { method: "GET" }])(
    "%j is the caller's mistake, told by a rejection and in no audit",
    async (request) => {
      const events: AuditEvent[] = [];
      const verifier = world.verifier({ audit: (event) => events.push(event) });
      await expect(verifier.verify(request as unknown as Request)).rejects.toMatchObject(mistake);
      expect(events).toEqual([]);
    },
  );
});

describe("the audit", () => {
  async function eventsOf(...changes: Parameters<typeof world.request>): Promise<AuditEvent[]> {
    const events: AuditEvent[] = [];
    const verifier = world.verifier({ audit: (event) => events.push(event), allow: ({ id }) => id.path !== "/guest" });
    await outcomeOf(verifier.verify(await world.request(...changes)));
    return events;
  }
  const at = NOW;
  const target = { method: "POST", path: "/tools" };

  it("hears of an accepted request: who, where, with which proof", async () => {
    const wpt = await world.wpt({ claims: { jti: "a" } });
    const proof = { type: "wpt", revision: "wpt-02", id: "a", audience: AUDIENCE, expiresAt: NOW + 60 };
    expect(await eventsOf({ wpt })).toEqual([{ at, target, outcome: "accepted", workload: AGENT, proof }]);
  });

  it("hears of a refused one: why, and of whom as soon as the WIT is verified", async () => {
    const refused = { at, target, outcome: "rejected" };
    expect(await eventsOf({ wit: null, wpt: null })).toEqual([
      { ...refused, code: "wit_missing", requirement: "WPT-2.01" },
    ]);
    expect(await eventsOf({ wit: spoilSignature(world.wit) })).toEqual([
      { ...refused, code: "wit_signature_invalid", requirement: "CREDS-5.1.4.05" },
    ]);
    expect(await eventsOf({ wpt: spoilSignature(await world.wpt()) })).toEqual([
      { ...refused, code: "wpt_signature_invalid", requirement: "WPT-2.26", workload: AGENT },
    ]);
    const wit = await world.forgeWit({ claims: { sub: "wimse://example.com/guest" } });
    expect(await eventsOf({ wit, wpt: await world.wpt({ wit }) })).toEqual([
      {
        ...refused,
        code: "workload_not_authorized",
        requirement: "CREDS-9.2.01",
        workload: "wimse://example.com/guest",
      },
    ]);
  });

  it("leaves the requirement out where there is none", async () => {
    const events: AuditEvent[] = [];
    const verifier = world.verifier({ audit: (event) => events.push(event), isRevoked: () => true });
    await outcomeOf(verifier.verify(await world.request()));
    expect(events).toStrictEqual([{ at, target, outcome: "rejected", code: "wit_revoked", workload: AGENT }]);
  });

  it.each([
    ["/a?secret=1", "/a"],
    ["https://evil.example/a?secret=1", "/a"],
    ["no target", ""],
  ])("WPT-3.1.5.01: %s is logged as %j, without its query", async (wire, path) => {
    expect((await eventsOf({ target: wire }))[0]?.target).toEqual({ method: "POST", path });
  });

  it("does not change the decision when it throws", async () => {
    const failing = world.verifier({
      audit: () => {
        throw new Error("disk full");
      },
    });
    const request = await world.request();
    expect(await outcomeOf(failing.verify(request))).toBe("accepted");
    expect(await outcomeOf(failing.verify(request))).toBe("wpt_replayed");
  });

  it("hears of decisions in their order", async () => {
    const outcomes: string[] = [];
    const verifier = world.verifier({ audit: ({ outcome, code }) => outcomes.push(code ?? outcome) });
    const request = await world.request();
    for (let i = 0; i < 2; i++) await outcomeOf(verifier.verify(request));
    expect(outcomes).toEqual(["accepted", "wpt_replayed"]);
  });
});

describe("the status of an error", () => {
  it.each<[string, Parameters<typeof world.request>[0], number]>([
    ["WPT-2.1.01: no credentials at all", { wit: null, wpt: null }, 401],
    ["CREDS-5.2.02: a proof without its WIT", { wit: null }, 400],
    ["CREDS-5.2.01: a bad WIT", { wit: "a" }, 400],
    ["WPT-2.1.01: a bad WPT", { wpt: "a" }, 401],
    ["WPT-2.1.04: a bad request", { target: "" }, 400],
    ["too many lines", { lines: Array.from({ length: 257 }, () => ["a", "b"] as const) }, 431],
  ])("%s: %d", async (_what, parts, status) => {
    const verifier = world.verifier();
    const error = await verifier.verify(await world.request(parts)).catch((e) => e);
    expect(error.status).toBe(status);
    expect(verifier.problem(error).status).toBe(status);
  });
});

describe("who asks for a report", () => {
  it("is told of a mistake of their own by a rejection", async () => {
    await expect(world.verifier().explain(undefined as unknown as Request)).rejects.toMatchObject(mistake);
    const failing = world.verifier({ audience: () => "mine" as unknown as string[] });
    await expect(failing.explain(await world.request())).rejects.toMatchObject(mistake);
  });

  it.each<[string, unknown, string]>([
    ["an unknown option", { timeout: 1 }, 'verify: unknown option "timeout"'],
    ["null", null, "verify: an object"],
    ["a signal in place of options", "signal", "verify: an object"],
  ])("is told of %s, as who has a request verified is", async (_what, options, part) => {
    const verifier = world.verifier();
    const view = await world.request();
    const wrong = { ...mistake, message: expect.stringContaining(part) };
    await expect(verifier.explain(view, options as object)).rejects.toMatchObject(wrong);
    await expect(verifier.verify(view, options as object)).rejects.toMatchObject(wrong);
    expect(await outcomeOf(verifier.verify(view, {}))).toBe("accepted"); // the proof was not used up
  });

  it("is not told of in the audit", async () => {
    const events: unknown[] = [];
    const verifier = world.verifier({ audit: (event) => void events.push(event) });
    await verifier.explain(await world.request());
    await verifier.explain(await world.request({ wpt: null }));
    expect(events).toEqual([]);
  });

  it("gets one for a fetch Request too", async () => {
    const headers = new Headers(((await world.request()).headers as [string, string][]).slice(1));
    const report = await world.verifier().explain(new Request(AUDIENCE, { headers }));
    expect(report.outcome).toBe("accepted");
  });
});
