import { describe, expect, it } from "vitest";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { AGENT_KEY, NOW, newRawRequest, publicHalf, SUBJECT, TRUST, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
const agentJwk = folder.write("agent.pub.jwk", publicHalf(AGENT_KEY));
const trust = folder.write("trust.json", TRUST);

describe("wimse verify", () => {
  const WHO = ["--trust", trust, "--base-uri", "https://svc.example.com"];

  it("accepts a request, says who sent it, and that it does not know of replays", async () => {
    const { status, stdout, stderr } = await wimse(["verify", ...WHO], { stdin: await newRawRequest() });
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        "accepted  wimse://example.com/agent",
        "  proof     wpt-02",
        "  audience  https://svc.example.com/orders/42",
        "  until     2026-09-21T14:14:20Z, expires in 60 seconds",
        "  tokens    none covered",
        "  response  need not be signed",
        "",
      ].join("\n"),
    );
    expect(stderr).toBe("wimse: one request alone: whether it is a replay is not checked\n");
  });

  it("cannot be made to print control characters by a query, which nobody compares", async () => {
    const stdin = await newRawRequest({ audience: "https://svc.example.com/orders/42?\u001b[2J" });
    expect((await wimse(["verify", ...WHO], { stdin })).stdout).toContain("orders/42?\\u001b[2J");
  });

  it("reads a file, and judges by the time that it is given", async () => {
    const file = folder.write("request.http", await newRawRequest({ txnToken: "t" }));
    const later = { runtime: fixedRuntime(NOW + 1e6) };
    expect((await wimse(["verify", file, ...WHO, "--now", String(NOW)], later)).stdout).toContain("txn-token");
    expect((await wimse(["verify", file, ...WHO, "--now", "2026-09-21T14:13:20Z"], later)).status).toBe(0);
    expect((await wimse(["verify", file, ...WHO], later)).status).toBe(1);
  });

  it("tells the outcome as JSON, without a word on standard error", async () => {
    const accepted = await wimse(["verify", ...WHO, "--json"], { stdin: await newRawRequest({ txnToken: "t" }) });
    expect(accepted).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(accepted.stdout)).toEqual({
      outcome: "accepted",
      workload: SUBJECT,
      proof: expect.objectContaining({ type: "wpt", revision: "wpt-02", expiresAt: NOW + 60 }),
      tokens: ["txn-token"],
      responseSignatureRequired: false,
      replay: "unchecked",
    });
    const rejected = await wimse(["verify", ...WHO, "--json"], { stdin: "GET / HTTP/1.1\n\n" });
    expect(rejected).toMatchObject({ status: 1, stderr: "" });
    expect(JSON.parse(rejected.stdout)).toMatchObject({
      outcome: "rejected",
      code: "wit_missing",
      replay: "unchecked",
    });
    const malformed = await wimse(["verify", ...WHO, "--json"], { stdin: "GET /" });
    expect(JSON.parse(malformed.stdout)).toEqual({
      outcome: "rejected",
      code: "request_malformed",
      message: expect.any(String),
      replay: "unchecked",
    });
  });

  it.each([
    [
      "another audience",
      ["--audience", "https://a.example/", "--audience", "https://b.example/"],
      "wpt_audience_mismatch",
    ],
    ["a short WIT lifetime", ["--max-lifetime", "60"], "wit_lifetime_too_long"],
    ["a short proof lifetime", ["--max-proof-lifetime", "54"], "wpt_lifetime_too_long"],
    ["a narrow tolerance", ["--clock-tolerance", "0", "--now", String(NOW + 60)], "wpt_expired"],
  ])("rejects for %s, with code, reason and requirement", async (_what, argv, code) => {
    const who = argv.includes("--audience") ? ["--trust", trust] : WHO;
    const { status, stdout } = await wimse(["verify", ...who, ...argv], { stdin: await newRawRequest() });
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`^rejected  ${code}\n  .+  \\([A-Z]+-[\\d.]+\\)\n$`));
  });

  it("accepts one of several audiences", async () => {
    const argv = ["verify", "--trust", trust, "--audience", "https://a.example/", "--audience", "https://b.example/"];
    expect(await wimse(argv, { stdin: await newRawRequest({ audience: "https://b.example/" }) })).toMatchObject({
      status: 0,
    });
  });

  it("rejects a malformed request without naming a requirement that it has not", async () => {
    const { status, stdout } = await wimse(["verify", ...WHO], { stdin: "GET /" });
    expect([status, stdout]).toEqual([
      1,
      "rejected  request_malformed\n  The header section does not end with an empty line\n",
    ]);
  });

  it("explains every check of a request that is accepted", async () => {
    const { status, stdout } = await wimse(["verify", ...WHO, "--explain"], { stdin: await newRawRequest() });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}✓ {2}wpt\.audience +WPT-2\.28 +https:\/\/svc\.example\.com\/orders\/42/m);
    expect(stdout).toMatch(/^ {2}✓ {2}proof\.replay +WPT-2\.32 +unchecked$/m);
    expect(stdout).not.toMatch(/✗|·/);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("accepted  wimse://example.com/agent");
  });

  it("explains where a request fails, in colour on a terminal, and cannot be made to print control characters", async () => {
    const argv = ["verify", "--trust", trust, "--audience", "https://other.example/", "--explain"];
    const stdin = await newRawRequest({ audience: "https://svc.example.com/\u001b[2J" });
    const { status, stdout } = await wimse(argv, { stdin, terminal: true });
    expect(status).toBe(1);
    expect(stdout).toContain("\\u001b[2J");
    expect(stdout).not.toContain("\u001b[2J");
    expect(stdout).toContain("\u001b[31m  ✗  wpt.audience");
    expect(stdout).toContain("\u001b[2m  ·  wpt.signature");
    expect(stdout).toContain("\u001b[31mrejected\u001b[0m  \u001b[1mwpt_audience_mismatch");
  });

  it("explains as JSON", async () => {
    const { stdout } = await wimse(["verify", ...WHO, "--explain", "--json"], { stdin: await newRawRequest() });
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "accepted", workload: SUBJECT, replay: "unchecked" });
  });

  it.each([
    ["no audience", ["--trust", trust]],
    ["both an audience and a base", [...WHO, "--audience", "https://a.example/"]],
    ["a base that is none", ["--trust", trust, "--base-uri", "svc.example.com"]],
    ["trust in another form", ["--trust", agentJwk, "--audience", "a"]],
    [
      "a SPIFFE bundle",
      [
        "--trust",
        folder.write("bundle.json", { "spiffe://a.example": { keys: { spiffeBundle: {} } } }),
        "--audience",
        "a",
      ],
    ],
    ["a tolerance of an hour", [...WHO, "--clock-tolerance", "3600"]],
  ])("ends with 2 for %s", async (_what, argv) => {
    expect(await wimse(["verify", ...argv], { stdin: await newRawRequest() })).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("a raw request that parsers read in different ways", () => {
  const WHO = ["--trust", trust, "--base-uri", "https://svc.example.com"];

  it.each([
    ["another version", (request: string) => request.replace("HTTP/1.1", "HTTP/2")],
    ["content of no length", (request: string) => `${request}GET /admin HTTP/1.1\r\n\r\n`],
  ])("is refused with %s", async (_what, change) => {
    const stdin = change(await newRawRequest());
    const { status, stdout } = await wimse(["verify", ...WHO], { stdin });
    expect([status, stdout.split("\n")[0]]).toEqual([1, "rejected  request_malformed"]);
    const inspected = await wimse(["inspect", "-"], { stdin });
    expect([inspected.status, inspected.stdout]).toEqual([1, ""]);
    expect(inspected.stderr).toMatch(/^wimse: request_malformed: /);
  });

  it("may end in the line end of a saved file", async () => {
    expect(await wimse(["verify", ...WHO], { stdin: `${await newRawRequest()}\n` })).toMatchObject({ status: 0 });
  });
});
