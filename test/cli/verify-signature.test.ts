import { describe, expect, it } from "vitest";
import { newRawRequest, newSignedRequest, SUBJECT, TRUST, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
const trust = folder.write("trust.json", TRUST);
const WHO = ["--trust", trust, "--base-uri", "https://svc.example.com"];
const verify = (stdin: string, ...argv: string[]): ReturnType<typeof wimse> =>
  wimse(["verify", ...WHO, ...argv], { stdin });

describe("wimse verify, of a signature", () => {
  it("accepts it without being told, and says what it is, what it covers and what it demands", async () => {
    const headers = { Authorization: "Bearer secret", "Txn-Token": "t" };
    const { status, stdout } = await verify(await newSignedRequest({ headers, requireSignedResponse: true }));
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        "accepted  wimse://example.com/agent",
        "  proof     http-signature-07",
        "  audience  https://svc.example.com/orders/42",
        "  until     2026-09-21T14:14:20Z, expires in 60 seconds",
        "  tokens    authorization, txn-token",
        "  response  must be signed",
        "",
      ].join("\n"),
    );
  });

  it("tells the same as JSON", async () => {
    const stdin = await newSignedRequest({ headers: { Authorization: "Bearer secret" }, requireSignedResponse: true });
    const { stdout } = await verify(stdin, "--json");
    expect(JSON.parse(stdout)).toEqual({
      outcome: "accepted",
      workload: SUBJECT,
      proof: expect.objectContaining({ type: "http-signature", revision: "http-signature-07" }),
      tokens: ["authorization"],
      responseSignatureRequired: true,
      replay: "unchecked",
    });
    expect(stdout).not.toContain("secret");
  });

  it.each([
    ["signatures only", ["--proof", "http-signature"], newSignedRequest, 0, "accepted  wimse://example.com/agent"],
    ["signatures only", ["--proof", "http-signature"], newRawRequest, 1, "rejected  proof_not_accepted"],
    ["WPTs only", ["--proof", "wpt"], newRawRequest, 0, "accepted  wimse://example.com/agent"],
    ["WPTs only", ["--proof", "wpt"], newSignedRequest, 1, "rejected  proof_not_accepted"],
    [
      "both",
      ["--proof", "wpt", "--proof", "http-signature"],
      newSignedRequest,
      0,
      "accepted  wimse://example.com/agent",
    ],
    ["both", ["--proof", "wpt", "--proof", "http-signature"], newRawRequest, 0, "accepted  wimse://example.com/agent"],
  ])("accepts %s where it is told so: %j", async (_what, argv, make, status, line) => {
    const ended = await verify(await make(), ...argv);
    expect([ended.status, ended.stdout.split("\n")[0]]).toEqual([status, line]);
  });

  it.each([
    ["another path", (raw: string) => raw.replace("/orders/42", "/orders/43"), "signature_audience_mismatch"],
    ["another query", (raw: string) => raw.replace("?x=1", "?x=2"), "signature_invalid"],
    ["another method", (raw: string) => raw.replace("POST", "PUT"), "signature_invalid"],
    ["another token", (raw: string) => raw.replace("Bearer a", "Bearer b"), "signature_invalid"],
    ["other content", (raw: string) => raw.replace("one cone", "two cone"), "content_digest_mismatch"],
    ["no signature", (raw: string) => raw.replace(/signature(-input)?: .*\r\n/g, ""), "proof_missing"],
  ])("rejects a request with %s", async (_what, change, code) => {
    const raw = await newSignedRequest({ content: "one cone", headers: { Authorization: "Bearer a" } });
    expect((await verify(raw)).status).toBe(0);
    const { status, stdout } = await verify(change(raw));
    expect([status, stdout.split("\n")[0]]).toEqual([1, `rejected  ${code}`]);
  });

  it("accepts an older revision when it is told to, and says which", async () => {
    const raw = await newSignedRequest({ revision: "http-signature-06" });
    expect((await verify(raw)).stdout).toMatch(/^rejected {2}signature_revision_unsupported\n/);
    expect((await verify(raw, "--compat", "wpt-01")).status).toBe(1);
    expect((await verify(raw, "--compat", "wpt-01", "--compat", "http-signature-06")).stdout).toContain(
      "  proof     http-signature-06\n",
    );
  });

  it("reads no more content than it may", async () => {
    const raw = await newSignedRequest({ content: "one cone" });
    expect((await verify(raw, "--max-body-bytes", "7")).stdout).toMatch(/^rejected {2}body_too_large\n/);
    expect((await verify(raw, "--max-body-bytes", "8")).status).toBe(0);
  });

  it("explains every check of it, and where it fails", async () => {
    const raw = await newSignedRequest({ content: "one cone" });
    const accepted = await verify(raw, "--explain");
    expect(accepted.status).toBe(0);
    expect(accepted.stdout).toMatch(/^ {2}✓ {2}signature\.revision +HSIG-3\.05 +http-signature-07$/m);
    expect(accepted.stdout).toMatch(/^ {2}✓ {2}content\.digest +HSIG-3\.20 +8 bytes$/m);
    expect(accepted.stdout).not.toMatch(/✗|·|wpt\./);
    const rejected = await verify(raw.replace("?x=1", "?x=2"), "--explain");
    expect(rejected.status).toBe(1);
    expect(rejected.stdout).toMatch(/^ {2}✗ {2}signature\.verification +HSIG-3\.42/m);
    expect(rejected.stdout).toMatch(/^ {2}· {2}content\.digest/m);
    expect(rejected.stdout.trimEnd().split("\n").at(-1)).toBe("rejected  signature_invalid");
  });

  it.each([
    ["a kind of proof", ["--proof", "dpop"]],
    ["an older format", ["--compat", "wpt-00"]],
    ["a length", ["--max-body-bytes", "-1"]],
    ["a length", ["--max-body-bytes", "1e3"]],
  ])("ends with 2 for %s that is none", async (_what, argv) => {
    const ended = await verify(await newSignedRequest(), ...argv);
    expect(ended).toMatchObject({ status: 2, stdout: "" });
    expect(ended.stderr).toContain(String(argv[0]));
  });
});
