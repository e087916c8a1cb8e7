import { describe, expect, it } from "vitest";
import { contentDigest } from "../../src/httpsig.js";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { AGENT_KEY, ISSUER_KEY, NOW, newWit, TRUST, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
const issuerKey = folder.write("issuer.jwk", ISSUER_KEY);
const agentKey = folder.write("agent.jwk", AGENT_KEY);
const trust = folder.write("trust.json", TRUST);
const order = folder.write("order.json", '{"item":"cone"}');
const URL_42 = "https://svc.example.com/orders/42?x=1";
const WHO = ["--trust", trust, "--base-uri", "https://svc.example.com"];

const sign = async (...argv: string[]): ReturnType<typeof wimse> =>
  wimse(["sign", "--wit", "-", "--key", agentKey, "--url", URL_42, ...argv], { stdin: `${await newWit()}\n` });
const namesOf = (stdout: string): (string | undefined)[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split(":")[0]);
const payload = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
const verified = async (stdin: string, ...argv: string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await wimse(["verify", ...WHO, "--json", ...argv], { stdin })).stdout);

describe("wimse sign", () => {
  it("prints the header lines of a signature that verifies", async () => {
    const { status, stdout, stderr } = await sign();
    expect([status, stderr]).toEqual([0, ""]);
    expect(namesOf(stdout)).toEqual(["Workload-Identity-Token", "Signature-Input", "Signature"]);
    expect(stdout).toMatch(
      /^Signature-Input: wimse=\("@method" "@path" "@query" "workload-identity-token"\);created=/m,
    );
    expect(await verified(`GET /orders/42?x=1 HTTP/1.1\n${stdout}\n`)).toMatchObject({
      outcome: "accepted",
      proof: { type: "http-signature", revision: "http-signature-07", audience: "https://svc.example.com/orders/42" },
      tokens: [],
      responseSignatureRequired: false,
    });
  });

  it("covers content by its digest, its type, Authorization, and the tokens that are bound", async () => {
    const { stdout } = await sign(
      ...["--body", order, "--content-type", "application/json", "--txn-token", "t", "--bind", "X-User:  u "],
      ...["--header", "Authorization: Bearer b", "--header", "X-Trace: 1", "--require-signed-response"],
    );
    expect(namesOf(stdout)).toEqual([
      "Workload-Identity-Token",
      "Authorization",
      "Txn-Token",
      "Content-Type",
      "X-Trace",
      "X-User",
      "Content-Digest",
      "Signature-Input",
      "Signature",
    ]);
    expect(stdout).toContain(`Content-Digest: ${await contentDigest(Buffer.from('{"item":"cone"}'))}\n`);
    expect(stdout).toMatch(/"content-type" "content-digest" "authorization" "txn-token" "x-user"\)/);
    const stdin = `POST /orders/42?x=1 HTTP/1.1\n${stdout}Content-Length: 15\n\n{"item":"cone"}`;
    expect(await verified(stdin, "--understood-token", "X-User")).toMatchObject({
      outcome: "accepted",
      tokens: ["authorization", "txn-token", "x-user"],
      responseSignatureRequired: true,
    });
  });

  it("makes a POST of content unless it is told otherwise", async () => {
    const content = "Content-Length: 15\n\n" + '{"item":"cone"}';
    const post = await sign("--body", order);
    expect(await verified(`POST /orders/42?x=1 HTTP/1.1\n${post.stdout}${content}`)).toMatchObject({
      outcome: "accepted",
    });
    const put = await sign("--body", order, "--method", "PUT");
    expect(await verified(`PUT /orders/42?x=1 HTTP/1.1\n${put.stdout}${content}`)).toMatchObject({
      outcome: "accepted",
    });
    expect(await verified(`POST /orders/42?x=1 HTTP/1.1\n${put.stdout}${content}`)).toMatchObject({
      code: "signature_invalid",
    });
  });

  it("reads content from standard input, where that is nothing else", async () => {
    const wit = folder.write("agent.wit", await newWit());
    const argv = ["sign", "--wit", wit, "--key", agentKey, "--url", URL_42, "--body", "-"];
    const { stdout } = await wimse(argv, { stdin: "two cones" });
    expect(stdout).toContain(`Content-Digest: ${await contentDigest(Buffer.from("two cones"))}\n`);
    expect(await sign("--body", "-")).toMatchObject({
      status: 2,
      stderr: "wimse: --body: standard input is something else already\n",
    });
  });

  it("signs more content than recipients accept by default", async () => {
    const body = "x".repeat(1_048_577);
    const { stdout } = await sign("--body", folder.write("long", body));
    const stdin = `POST /orders/42?x=1 HTTP/1.1\n${stdout}Content-Length: ${body.length}\n\n${body}`;
    expect(await verified(stdin)).toMatchObject({ code: "body_too_large" });
    expect(await verified(stdin, "--max-body-bytes", "1048577")).toMatchObject({ outcome: "accepted" });
  });

  it("prints the header lines of a WPT when it is asked for one", async () => {
    const { status, stdout, stderr } = await sign("--proof", "wpt", "--txn-token", "t", "--bind", "X-User:  u ");
    expect([status, stderr]).toEqual([0, ""]);
    expect(namesOf(stdout)).toEqual(["Workload-Identity-Token", "Authorization", "Txn-Token", "X-User"]);
    const stdin = `GET /orders/42?x=1 HTTP/1.1\n${stdout}\n`;
    expect(await verified(stdin, "--understood-token", "X-User")).toMatchObject({
      outcome: "accepted",
      proof: { type: "wpt", revision: "wpt-02" },
      tokens: ["txn-token", "x-user"],
    });
  });

  it.each([
    ["a signature", ["--revision", "http-signature-06"], "http-signature-06", "Signature", []],
    ["a WPT", ["--proof", "wpt", "--revision", "wpt-01"], "wpt-01", "Workload-Proof-Token", ["authorization"]],
  ])("makes %s of an older revision for older peers", async (_what, argv, revision, field, tokens) => {
    const bearer = tokens.length === 0 ? [] : ["--header", "Authorization: Bearer b"];
    const { stdout } = await sign(...argv, ...bearer);
    expect(namesOf(stdout)).toContain(field);
    const stdin = `GET /orders/42?x=1 HTTP/1.1\n${stdout}\n`;
    expect(await verified(stdin, "--compat", revision)).toMatchObject({ proof: { revision }, tokens });
    expect((await verified(stdin))["code"]).toMatch(/^(signature|wpt)_revision_unsupported$/);
  });

  it("takes audience, lifetime and method, and tells JSON", async () => {
    const common = ["--audience", "https://a.example/", "--lifetime", "30", "--method", "POST", "--json"];
    const wpt = JSON.parse((await sign("--proof", "wpt", ...common)).stdout).headers;
    expect(wpt.map(([name]: string[]) => name)).toEqual(["Workload-Identity-Token", "Authorization"]);
    expect(payload(wpt[1][1])).toMatchObject({ aud: "https://a.example/", exp: NOW + 30 });
    const signed = JSON.parse((await sign(...common)).stdout).headers;
    expect(signed.map(([name]: string[]) => name)).toEqual(["Workload-Identity-Token", "Signature-Input", "Signature"]);
    expect(signed[1][1]).toMatch(new RegExp(`;expires=${NOW + 30};.*;wimse-aud="https://a.example/"`));
  });

  it.each([
    ["a URL that is none", ["--url", "orders"], 2],
    ["a method that is none", ["--method", "A B"], 2],
    ["content of a method that has none", ["--method", "GET", "--body", order], 2],
    ["content that is not there", ["--body", folder.path("nothing")], 2],
    ["a Txn-Token that is no field value", ["--txn-token", "a\nb"], 2],
    ["a content type that is no field value", ["--content-type", "a\nb"], 2],
    ["a line to bind that is none", ["--bind", "X-User"], 2],
    ["a header line that is none", ["--header", "X-User"], 2],
    ["a digest of other content", ["--header", `Content-Digest: sha-256=:${"A".repeat(43)}=:`], 2],
    ["another kind of proof", ["--proof", "dpop"], 2],
    ["a revision of the other kind", ["--revision", "wpt-01"], 2],
    ["a WPT in place of an Authorization", ["--proof", "wpt", "--header", "Authorization: Bearer b"], 2],
    ["a signed response to a WPT", ["--proof", "wpt", "--require-signed-response"], 2],
    ["plain http", ["--url", "http://svc.example.com/"], 1],
    ["a key that is not the WIT's", ["--key", issuerKey], 1],
  ])("refuses %s", async (_what, argv, status) => {
    const ended = await sign(...argv);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr).toMatch(/^wimse: /);
    expect(ended.stderr).not.toMatch(/eyJ|Bearer b/);
  });

  it("signs for plain http when it is told to", async () => {
    expect(await sign("--url", "http://svc.example.com/", "--allow-insecure")).toMatchObject({ status: 0 });
  });

  it("signs nothing with an expired credential", async () => {
    const stdin = await newWit();
    const argv = ["sign", "--wit", "-", "--key", agentKey, "--url", URL_42];
    const ended = await wimse(argv, { stdin, runtime: fixedRuntime(NOW + 3600) });
    expect(ended).toEqual({ status: 1, stdout: "", stderr: "wimse: credential_expired: The credential has expired\n" });
  });
});
