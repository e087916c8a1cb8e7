import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sendRaw } from "../support/loopback.js";
import { allow, ORIGIN, serving } from "./serve-support.js";
import { type Ended, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
const dirOf = (name: string): string[] => ["--dir", folder.path(name)];

describe("wimse serve", () => {
  it.each([
    ["a request that is none of fetch's", "TRACE / HTTP/1.1"],
    ["a target without path", "GET http://evil.example/jwks.json HTTP/1.1"],
  ])("answers %s with 400", async (_what, line) => {
    await serving([...dirOf("raw"), ...allow, "--json"], async ({ url }) => {
      const answer = await sendRaw(Number(new URL(url).port), `${line}\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    });
  });

  it.each<[string, string[], RegExp]>([
    ["someone who may be someone", [], /--allow/],
    ["loopback", [...allow, "--host", "0.0.0.0"], /--allow-remote/],
    ["a URL for others", [...allow, "--host", "0.0.0.0", "--allow-remote"], /--url/],
    ["TLS for others", [...allow, "--host", "0.0.0.0", "--allow-remote", "--url", "http://id.example.com"], /https/],
    [
      "TLS for others, whatever loopback may do without",
      [...allow, "--host", "0.0.0.0", "--allow-remote", "--url", "http://127.0.0.1:8420"],
      /https/,
    ],
    ["all that JWTs take", ["--jwt-issuer", "https://a.example", "--allow-jwt", `a=${ORIGIN}/a`], /go together/],
    ["pairs", ["--allow-jwt", `${ORIGIN}/a`], /--allow-jwt/],
    ["identifiers", ["--allow", "agent"], /--allow/],
    ["whole segments", ["--allow", `${ORIGIN}/*/x/*`], /--allow/],
    ["a port", [...allow, "--port", "70000"], /port/i],
    ["a known profile", [...allow, "--profile", "svid"], /wit-svid/],
    ["an algorithm", [...allow, "--algorithm", "HS256"], /algorithm/],
  ])("wants %s", async (_what, argv, message) => {
    const { status, stderr, stdout } = await wimse(["serve", ...dirOf("never"), "--origin", ORIGIN, ...argv]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  it("says so when the port is taken", async () => {
    await serving([...dirOf("first"), ...allow, "--json"], async ({ url }) => {
      const { port } = new URL(url);
      const ended = await wimse(["serve", ...dirOf("second"), "--origin", ORIGIN, ...allow, "--port", port]);
      expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining("--port: it is in use") });
    });
  });

  it("refuses a folder that others can read, a damaged one, and that of another trust domain", async () => {
    await serving([...dirOf("guarded"), ...allow], async () => {});
    const [name = ""] = readdirSync(folder.path("guarded")).filter((file) => file.startsWith("issuer."));
    const file = join(folder.path("guarded"), name);
    const attempt = (origin: string): Promise<Ended> =>
      wimse(["serve", ...dirOf("guarded"), "--origin", origin, "--allow", `${origin}/x`, "--port", "0"]);
    const refusal = (message: string) => ({ status: 2, stdout: "", stderr: expect.stringContaining(message) });
    expect(await attempt("spiffe://example.com")).toEqual(refusal("another trust domain"));
    chmodSync(file, 0o644);
    expect(await attempt(ORIGIN)).toEqual(refusal("--dir: others may read"));
    chmodSync(file, 0o600);
    writeFileSync(file, "{");
    expect(await attempt(ORIGIN)).toEqual(refusal("--dir: a file in it is damaged"));
  });
});
