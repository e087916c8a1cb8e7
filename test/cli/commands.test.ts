import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createTarget } from "../../src/conformance.js";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import {
  AGENT_KEY,
  ISSUER_KEY,
  NOW,
  newRawRequest,
  newWit,
  publicHalf,
  SUBJECT,
  TRUST,
  temporaryFolder,
  wimse,
} from "./support.js";

const folder = temporaryFolder();
const issuerKey = folder.write("issuer.jwk", ISSUER_KEY);
const agentKey = folder.write("agent.jwk", AGENT_KEY);
const agentJwk = folder.write("agent.pub.jwk", publicHalf(AGENT_KEY));
const trust = folder.write("trust.json", TRUST);
const payload = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

describe("wimse keygen", () => {
  it("prints a private JWK, named after its thumbprint", async () => {
    const { status, stdout, stderr } = await wimse(["keygen"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256", d: expect.any(String) });
    expect(JSON.parse(stdout).kid).toMatch(/^[\w-]{43}$/);
  });

  it.each(["ES384", "Ed25519", "EdDSA", "PS256"])("makes keys for %s", async (algorithm) => {
    const { stdout } = await wimse(["keygen", "--algorithm", algorithm, "--kid", "k", "--json"]);
    expect(stdout.trim()).not.toContain("\n");
    expect(JSON.parse(stdout)).toMatchObject({ alg: algorithm, kid: "k" });
  });

  it("writes a file that only its owner can read, and the public half on demand", async () => {
    const out = folder.path("new.jwk");
    const { status, stdout, stderr } = await wimse(["keygen", "--out", out, "--public"]);
    expect([status, stderr]).toEqual([0, `wimse: the private key is in ${out}\n`]);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const { d, ...jwk } = JSON.parse(readFileSync(out, "utf8"));
    expect(d).toEqual(expect.any(String));
    expect(JSON.parse(stdout)).toEqual({ keys: [jwk] });
  });

  it("says nothing on standard output when the key is in a file, or where it is as JSON", async () => {
    expect(await wimse(["keygen", "--out", folder.path("quiet.jwk")])).toMatchObject({ status: 0, stdout: "" });
    const file = folder.path("told.jwk");
    const { stdout } = await wimse(["keygen", "--out", file, "--kid", "k", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ file, alg: "ES256", kid: "k" });
  });

  it.each([
    ["overwrites no file", ["--out", issuerKey]],
    ["creates no folder", ["--out", folder.path("no/such/folder")]],
    ["loses no private key", ["--public"]],
    ["makes no symmetric key", ["--algorithm", "HS256"]],
  ])("%s", async (_what, argv) => {
    expect(await wimse(["keygen", ...argv])).toMatchObject({ status: 2, stdout: "" });
    expect(JSON.parse(readFileSync(issuerKey, "utf8"))).toEqual(ISSUER_KEY);
  });
});

describe("wimse issue", () => {
  const issue = (...argv: string[]): ReturnType<typeof wimse> =>
    wimse(["issue", "--sub", SUBJECT, "--key", issuerKey, ...argv]);

  it("prints a WIT, made with the key's own kid", async () => {
    const { status, stdout, stderr } = await issue("--cnf", agentJwk);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`${await newWit()}\n`);
  });

  it("takes kid, lifetime, claims and a JWK Set", async () => {
    const jwks = folder.write("agent.jwks", { keys: [publicHalf(AGENT_KEY)] });
    const { stdout } = await issue(
      "--cnf",
      jwks,
      "--kid",
      "k2",
      "--lifetime",
      "60",
      "--claims",
      '{"iss":"i"}',
      "--json",
    );
    const { wit, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ sub: SUBJECT, expiresAt: NOW + 60 });
    expect(payload(wit)).toMatchObject({ iss: "i", exp: NOW + 60 });
  });

  it.each([
    ["a private key for the workload", ["--cnf", agentKey]],
    [
      "a JWK Set of two",
      ["--cnf", folder.write("two.jwks", { keys: [publicHalf(AGENT_KEY), publicHalf(ISSUER_KEY)] })],
    ],
    ["a JWK Set that is none", ["--cnf", folder.write("none.jwks", { keys: 5 })]],
    ["claims that are no object", ["--cnf", agentJwk, "--claims", "5"]],
    ["claims that are no JSON", ["--cnf", agentJwk, "--claims", "iss"]],
    ["a public issuer key", ["--cnf", agentJwk, "--key", agentJwk]],
    ["an issuer key without name", ["--cnf", agentJwk, "--key", agentKey]],
    ["a subject that may not be issued", ["--cnf", agentJwk, "--sub", "wimse://example.com/a/"]],
    ["another profile", ["--cnf", agentJwk, "--profile", "jwt"]],
    ["a profile that the subject does not fit", ["--cnf", agentJwk, "--profile", "wit-svid"]],
  ])("refuses %s", async (_what, argv) => {
    const { status, stdout, stderr } = await issue(...argv);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).not.toContain(AGENT_KEY.d);
  });
});

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

describe("wimse inspect", () => {
  it("shows a token, with its times in words, and that nothing is verified", async () => {
    const runtime = fixedRuntime(NOW + 30);
    const { status, stdout, stderr } = await wimse(["inspect", await newWit({ note: "\u001b[2J", n: [1] })], {
      runtime,
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Workload Identity Token, decoded, not verified\n/);
    expect(stdout).toContain("expires in 59 minutes");
    expect(stdout).toContain("issued 30 seconds ago");
    expect(stdout).toMatch(/note +\\u001b\[2J/);
    expect(stdout).toMatch(/cnf +Ed25519 key, thumbprint [\w-]{43}\n/);
    expect(stdout).not.toContain(await newWit());
  });

  it.each([
    ["a file", async () => [folder.write("a.wit", await newWit()), ""]],
    ["standard input", async () => ["-", `${await newWit()}\n`]],
  ])("reads %s", async (_what, prepare) => {
    const [input = "", stdin = ""] = await prepare();
    const { status, stdout } = await wimse(["inspect", input, "--json"], { stdin });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "wit",
      verified: false,
      claims: { sub: SUBJECT },
      notes: { exp: "expires in 60 minutes" },
    });
  });

  it("shows a request with its tokens, and whether the hashes fit", async () => {
    const request = await newRawRequest({ txnToken: "t" });
    const { stdout } = await wimse(["inspect", "-"], { stdin: request });
    expect(stdout).toMatch(/^GET \/orders\/42\?x=1, decoded, not verified\n {2}4 header lines: Host, /);
    expect(stdout).toContain("Authorization  Workload Proof Token");
    expect(stdout).toMatch(/wth +[\w-]{43} {2}the hash of the one here/);
    expect(stdout).toMatch(/tth +[\w-]{43} {2}the hash of the one here/);
    expect(stdout).toContain("Txn-Token  The token is not a JWS");
    const other = request.replace(/Workload-Identity-Token: .*/, `Workload-Identity-Token: ${await newWit({ a: 1 })}`);
    const { tokens } = JSON.parse((await wimse(["inspect", "-", "--json"], { stdin: other })).stdout);
    expect(tokens[1].token.notes.wth).toBe("not the hash of one here");
  });

  it("shows what a request has instead of tokens, and no secret in it", async () => {
    const stdin = "GET / HTTP/1.1\nAuthorization: Bearer secret\nWorkload-Proof-Token: secret\nCookie: secret\n\n";
    const { status, stdout } = await wimse(["inspect", "-"], { stdin });
    expect([status, stdout]).toEqual([
      0,
      [
        "GET /, decoded, not verified",
        "  3 header lines: Authorization, Workload-Proof-Token, Cookie",
        "",
        "Authorization  not a WPT",
        "",
        "Workload-Proof-Token  the WPT field of older drafts",
        "",
      ].join("\n"),
    ]);
  });

  it("takes no note from what every object has, for a claim of that name", async () => {
    const names = ["constructor", "toString", "__proto__", "hasOwnProperty"];
    const part = (json: string): string => Buffer.from(json).toString("base64url");
    const claims = `{${names.map((name) => `"${name}":"the ${name}"`).join(",")}}`;
    const { status, stdout } = await wimse(["inspect", `${part('{"typ":"wit+jwt"}')}.${part(claims)}.AA`]);
    expect(status).toBe(0);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^    ${name} +the ${name}$`, "m"));
  });

  it("shows a token with one very long name and many short ones in not much more than its length", async () => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const short = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`c${i}`, 1]));
    const token = `${part({ typ: "wit+jwt" })}.${part({ ["n".repeat(4000)]: 1, ...short })}.AA`;
    expect((await wimse(["inspect", token])).stdout.length).toBeLessThan(30_000);
  });

  it("shows tokens of other types and unsound claims as they are", async () => {
    const token = (claims: unknown, header: unknown = { typ: "JWT" }): string =>
      `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.AA`;
    const { stdout } = await wimse(["inspect", token({ exp: 1e14, cnf: { jwk: { kty: "X" } }, nbf: "soon" })]);
    expect(stdout).toMatch(/^a token of another type, decoded, not verified/);
    expect(stdout).toMatch(/exp +100000000000000 {2}no date, expires in \d+ days/);
    expect(stdout).toMatch(/cnf +\{"jwk":\{"kty":"X"\}\}/);
    expect(stdout).toMatch(/nbf +soon/);
    const wpt = await wimse(["inspect", token({ wth: 5 }, { typ: "wpt+jwt" })]);
    expect(wpt.stdout).toMatch(/^Workload Proof Token/);
    const request = `GET / HTTP/1.1\nAuthorization: WPT ${token({ wth: 5 }, { typ: "wpt+jwt" })}\n\n`;
    expect((await wimse(["inspect", "-"], { stdin: request })).stdout).toMatch(/wth +5\n/);
  });

  it.each([
    ["neither file nor token", ["inspect", "no such thing"], 2],
    ["a malformed token", ["inspect", "a.b.c"], 1],
    ["a token too large", ["inspect", `${"a".repeat(17_000)}.b.c`], 1],
    ["an empty input", ["inspect", "-"], 1],
  ])("refuses %s", async (_what, argv, status) => {
    const ended = await wimse(argv);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
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

describe("wimse conformance target", () => {
  it("answers line by line, like the target that it serves", async () => {
    const lines = [
      '{"hello":"wimse-target/v1"}',
      "nonsense",
      '{"id":1,"op":"parseIdentifier","input":{"uri":"\u2028"}}',
    ];
    const target = createTarget();
    const expected = [];
    for (const line of lines) expected.push(await target.answer(line));
    const { status, stdout, stderr } = await wimse(["conformance", "target"], { stdin: lines.join("\n") });
    expect([status, stdout, stderr]).toEqual([0, `${expected.join("\n")}\n`, ""]);
  });
});
