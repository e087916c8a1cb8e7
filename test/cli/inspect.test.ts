import { describe, expect, it } from "vitest";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { NOW, newRawRequest, newWit, SUBJECT, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();

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
