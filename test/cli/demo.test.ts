import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { startIssuer } from "../../src/cli/demo/issuer.js";
import { type Attempt, outcomeOf } from "../../src/cli/demo/outcome.js";
import { startProxy } from "../../src/cli/demo/proxy.js";
import { serve } from "../../src/cli/demo/server.js";
import type { AttackOutcome } from "../../src/cli/demo/story.js";
import { readChunks } from "../../src/http/content.js";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { NOW, wimse } from "./support.js";

const EXPECTED = [
  ["stolen WIT", 400, "service", "signature_invalid"],
  ["replay", 400, "service", "signature_replayed"],
  ["other audience", 400, "service", "signature_audience_mismatch"],
  ["tampered claim", 400, "service", "wit_signature_invalid"],
  ["foreign issuer", 400, "service", "wit_trust_domain_unknown"],
  ["expired proof", 400, "service", "signature_expired"],
  ["rewritten path", 400, "service", "signature_invalid"],
  ["swapped content", 400, "service", "content_digest_mismatch"],
  ["stripped signature", 200, "agent", "response_signature_required"],
];

describe("wimse demo", () => {
  it("tells of one call that is accepted and nine attacks that are refused, each with its code", async () => {
    const { status, stdout, stderr } = await wimse(["demo"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("→ 200 hello wimse://demo.example/agent");
    expect(stdout).toMatch(/covers {2}"@method" .* "content-type" "content-digest"\n/);
    expect(stdout).toMatch(/covers {2}.*"@status"/);
    expect(stdout).toMatch(/covers {2}.*"@query";req/);
    expect(stdout).toMatch(/✓ {2}signature\.verification/);
    expect(stdout).toMatch(/✓ {2}content\.digest/);
    for (const [name, code, , reason] of EXPECTED)
      expect(stdout).toMatch(new RegExp(`✓ {2}${name} +${code} {2}${reason}\n`));
    expect(stdout).toMatch(/The honest call was accepted, 9 of 9 attacks were refused\.\n$/);
  });

  it("shows no token and no signature", async () => {
    const texts = [(await wimse(["demo"])).stdout, (await wimse(["demo", "--json"])).stdout];
    for (const text of texts) {
      // how the header of every token here begins; three segments; 64 bytes
      expect(text).not.toMatch(/eyJhbGci\w{5}|[\w-]+\.[\w-]+\.[\w-]{43}|[\w+/]{86}/);
    }
    expect(texts[1]).not.toMatch(/eyJhbGci/);
  });

  it("tells the same as JSON", async () => {
    const { status, stdout } = await wimse(["demo", "--json"]);
    const { attacks, report, call, ...rest } = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(attacks.map(({ name, status, by, code }: Record<string, unknown>) => [name, status, by, code])).toEqual(
      EXPECTED,
    );
    expect(rest).toMatchObject({ outcome: "passed", accepted: true });
    expect(report).toMatchObject({ outcome: "accepted", workload: "wimse://demo.example/agent" });
    expect(call).toMatchObject({
      sent: { method: "POST", headers: expect.arrayContaining(["content-digest", "signature", "signature-input"]) },
      signatures: [{ tag: "wimse-workload-to-workload", parameters: { "wimse-sign-response": true } }],
      status: 200,
      answer: "hello wimse://demo.example/agent",
      answerSignatures: [{ parameters: { "wimse-req-nonce": call.signatures[0].parameters.nonce } }],
    });
    expect(Object.keys(call.sent)).toEqual(["method", "url", "headers"]);
  });

  it("fails, and says where, when anything is judged otherwise", async () => {
    let time = NOW;
    // Every reading of the clock is more than the life of a signature later.
    const now = (): number => {
      time += 70;
      return time;
    };
    const { status, stdout } = await wimse(["demo"], { runtime: { ...fixedRuntime(NOW), now } });
    expect(status).toBe(1);
    expect(stdout).toContain("→ 400 refused by the agent: response_signature_required\n");
    expect(stdout).toMatch(/✗ {2}signature\.expiration/);
    expect(stdout).toMatch(/✗ {2}replay +400 {2}signature_expired, expected signature_replayed\n/);
    expect(stdout).toMatch(/The honest call was not accepted, \d of 9 attacks were refused\.\n$/);
  });
});

describe("an attack", () => {
  const problem = (status: number, type: string): Response =>
    new Response(JSON.stringify({ type }), { status, headers: { "Content-Type": "application/problem+json" } });
  const REPLAYED = "urn:wimse:problem:signature_replayed";
  const required = new WimseError("response_signature_required", "");
  const attack = { name: "n", story: "s", expected: "signature_replayed", refusedBy: "service" } as const;

  it.each<[string, Attempt, Partial<AttackOutcome>]>([
    [
      "is refused with its code",
      { received: problem(400, REPLAYED) },
      { status: 400, by: "service", code: "signature_replayed", refused: true },
    ],
    [
      "is refused by the service, whatever the agent makes of that",
      { received: problem(400, REPLAYED), answer: required },
      { status: 400, by: "service", code: "signature_replayed", refused: true },
    ],
    [
      "is refused for another reason",
      { received: problem(400, "urn:wimse:problem:signature_expired") },
      { status: 400, by: "service", code: "signature_expired", refused: false },
    ],
    [
      "is refused without a code",
      { received: problem(500, "about:blank") },
      { status: 500, by: "service", refused: false },
    ],
    ["is refused without a problem", { received: new Response("", { status: 502 }) }, { status: 502, refused: false }],
    ["gets through", { received: new Response("hello") }, { status: 200, refused: false }],
    ["gets through with a problem", { received: problem(200, REPLAYED) }, { status: 200, refused: false }],
    [
      "is refused by the agent, who should not have had to",
      { received: new Response("hello"), answer: required },
      { status: 200, by: "agent", code: "response_signature_required", refused: false },
    ],
  ])("%s", async (_what, attempt, outcome) => {
    const { name, story, expected } = attack;
    const defaults = { name, story, expected, ...(attempt.received.ok ? {} : { by: "service" }) };
    expect(await outcomeOf({ ...attack, attempt: async () => attempt })).toEqual({ ...defaults, ...outcome });
  });

  it("is refused by the agent where it has to be", async () => {
    const attempt = async (): Promise<Attempt> => ({ received: new Response("hello"), answer: required });
    const byAgent = { ...attack, expected: required.code, refusedBy: "agent", attempt } as const;
    expect(await outcomeOf(byAgent)).toMatchObject({ by: "agent", refused: true });
  });

  it("that cannot even be sent has no status", async () => {
    const attempt = async (): Promise<Attempt> => {
      throw new WimseError("credential_expired", "");
    };
    const outcome = await outcomeOf({ ...attack, attempt });
    expect(outcome).toMatchObject({ by: "agent", code: "credential_expired", refused: false });
    expect(outcome).not.toHaveProperty("status");
  });

  it("that breaks is no refusal", async () => {
    const broken = new Error("broken");
    await expect(outcomeOf({ ...attack, attempt: () => Promise.reject(broken) })).rejects.toBe(broken);
  });
});

describe("the proxy of the demonstration", () => {
  it("passes an honest exchange on while it does not tamper, and says 502 when there is nobody to pass it to", async () => {
    const seen: string[] = [];
    const upstream = await serve(async (req, res) => {
      seen.push(`${req.method} ${req.url} ${req.headers["x-a"]} ${Buffer.from(await readChunks(req, 9)).toString()}`);
      res.writeHead(201, { "X-B": "b" });
      res.end("answer");
    });
    const proxy = await startProxy(upstream.origin);
    const ask = (): Promise<Response> =>
      fetch(`${proxy.origin}/a?b=c`, { method: "PUT", headers: { "X-A": "a" }, body: "content" });
    try {
      const answer = await ask();
      expect([answer.status, answer.headers.get("x-b"), await answer.text()]).toEqual([201, "b", "answer"]);
      expect(seen).toEqual(["PUT /a?b=c a content"]);
      await upstream.close();
      expect((await ask()).status).toBe(502);
    } finally {
      await proxy.close();
    }
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
