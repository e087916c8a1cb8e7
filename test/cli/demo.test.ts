import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { outcomeOf } from "../../src/cli/demo/attacks.js";
import { startIssuer } from "../../src/cli/demo/issuer.js";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { NOW, wimse } from "./support.js";

const EXPECTED = [
  ["stolen WIT", 401, "wpt_signature_invalid"],
  ["replay", 401, "wpt_replayed"],
  ["other audience", 401, "wpt_audience_mismatch"],
  ["tampered claim", 400, "wit_signature_invalid"],
  ["foreign issuer", 400, "wit_trust_domain_unknown"],
  ["expired proof", 401, "wpt_expired"],
];

describe("wimse demo", () => {
  it("tells of one call that is accepted and six attacks that are refused, each with its code", async () => {
    const { status, stdout, stderr } = await wimse(["demo"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("→ 200 hello wimse://demo.example/agent");
    expect(stdout).toMatch(/✓ {2}wpt\.signature/);
    for (const [name, code, reason] of EXPECTED)
      expect(stdout).toMatch(new RegExp(`✓ {2}${name} +${code} {2}${reason}\n`));
    expect(stdout).toMatch(/The honest call was accepted, 6 of 6 attacks were refused\.\n$/);
  });

  it("shows no token", async () => {
    expect((await wimse(["demo"])).stdout).not.toMatch(/eyJ[\w-]{20}|[\w-]+\.[\w-]+\.[\w-]{43}/);
    expect((await wimse(["demo", "--json"])).stdout).not.toMatch(/eyJ/);
  });

  it("tells the same as JSON", async () => {
    const { status, stdout } = await wimse(["demo", "--json"]);
    const { attacks, report, call, ...rest } = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(attacks.map(({ name, status, code }: Record<string, unknown>) => [name, status, code])).toEqual(EXPECTED);
    expect(rest).toMatchObject({ outcome: "passed", accepted: true });
    expect(report).toMatchObject({ outcome: "accepted", workload: "wimse://demo.example/agent" });
    expect(call.sent.headers).toEqual(["authorization", "workload-identity-token"]);
  });

  it("fails, and says where, when anything is judged otherwise", async () => {
    let time = NOW;
    // Every reading of the clock is more than the life of a proof later.
    const now = (): number => {
      time += 70;
      return time;
    };
    const { status, stdout } = await wimse(["demo"], { runtime: { ...fixedRuntime(NOW), now } });
    expect(status).toBe(1);
    expect(stdout).toMatch(/✗ {2}wpt\.expiration/);
    expect(stdout).toMatch(/✗ {2}replay +401 {2}wpt_expired, expected wpt_replayed\n/);
    expect(stdout).toMatch(/The honest call was not accepted, \d of 6 attacks were refused\.\n$/);
  });
});

describe("an attack", () => {
  const problem = (status: number, type: string): Response =>
    new Response(JSON.stringify({ type }), { status, headers: { "Content-Type": "application/problem+json" } });

  it.each([
    ["is refused with its code", problem(401, "urn:wimse:problem:wpt_replayed"), "wpt_replayed", true],
    ["is refused for another reason", problem(401, "urn:wimse:problem:wpt_expired"), "wpt_expired", false],
    ["is refused without a code", problem(500, "about:blank"), undefined, false],
    ["gets through", new Response("hello"), undefined, false],
    ["gets through with a problem", problem(200, "urn:wimse:problem:wpt_replayed"), "wpt_replayed", false],
  ])("%s", async (_what, response, code, refused) => {
    const attack = { name: "replay", story: "again", expected: "wpt_replayed", attempt: async () => response } as const;
    const outcome = await outcomeOf(attack);
    expect([outcome.code, outcome.refused]).toEqual([code, refused]);
  });
});

describe("the issuer of the demonstration", () => {
  const ask = (origin: string, path: string, body?: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request(`${origin}${path}`, { method: body === undefined ? "GET" : "POST" }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on("error", reject);
      sent.end(body);
    });

  it("issues for enrolled keys only", async () => {
    const issuer = await startIssuer("wimse://demo.example", fixedRuntime(NOW));
    try {
      const jwk = { kty: "OKP", crv: "Ed25519", alg: "Ed25519", x: "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw" };
      expect(await ask(issuer.origin, "/wit", JSON.stringify(jwk))).toBe(403);
      await issuer.enrol(jwk, "wimse://demo.example/agent");
      expect(await ask(issuer.origin, "/wit", JSON.stringify(jwk))).toBe(200);
      expect(await ask(issuer.origin, "/wit", "{}")).toBe(400);
      expect(await ask(issuer.origin, "/wit", "x".repeat(20_000))).toBe(400);
      expect(await ask(issuer.origin, "/other")).toBe(404);
      expect(await ask(issuer.origin, "/jwks.json")).toBe(200);
    } finally {
      await issuer.close();
    }
  });
});
