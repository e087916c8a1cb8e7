import { describe, expect, it } from "vitest";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { NOW, newSignedRequest, wimse } from "./support.js";

const inspect = (stdin: string, ...argv: string[]): ReturnType<typeof wimse> =>
  wimse(["inspect", "-", ...argv], { stdin, runtime: fixedRuntime(NOW + 5) });
const inspected = async (stdin: string): Promise<Record<string, unknown>> =>
  JSON.parse((await inspect(stdin, "--json")).stdout);
const head = (...lines: string[]): string => ["GET / HTTP/1.1", ...lines, "", ""].join("\n");

describe("wimse inspect, of a request with signatures", () => {
  it("shows what a signature covers and says, and none of its bytes", async () => {
    const raw = await newSignedRequest({ content: "one cone", requireSignedResponse: true });
    const { status, stdout } = await inspect(raw);
    expect(status).toBe(0);
    const nonce = /nonce="([^"]+)"/.exec(raw)?.[1];
    expect(stdout.slice(stdout.indexOf("\nSignature  "))).toBe(
      [
        "",
        "Signature  wimse",
        "  tag  wimse-workload-to-workload",
        '  covers  "@method" "@path" "@query" "workload-identity-token" "content-digest"',
        "  parameters",
        `    created              ${NOW}  2026-09-21T14:13:20Z, issued 5 seconds ago`,
        `    expires              ${NOW + 60}  2026-09-21T14:14:20Z, expires in 55 seconds`,
        `    nonce                ${nonce}`,
        "    wimse-aud            https://svc.example.com/orders/42",
        "    wimse-sign-response  true",
        "",
      ].join("\n"),
    );
    expect(stdout).toContain("  8 bytes of content, Content-Digest matches\n");
    expect(stdout).not.toContain(/signature: wimse=:([^:]+):/.exec(raw)?.[1]);
  });

  it("tells the same as JSON", async () => {
    const { signatures, content } = await inspected(await newSignedRequest({ content: "one cone" }));
    expect(content).toEqual({ bytes: 8, digest: "matches" });
    expect(signatures).toEqual([
      {
        label: "wimse",
        tag: "wimse-workload-to-workload",
        components: ['"@method"', '"@path"', '"@query"', '"workload-identity-token"', '"content-digest"'],
        parameters: {
          created: NOW,
          expires: NOW + 60,
          nonce: expect.any(String),
          "wimse-aud": "https://svc.example.com/orders/42",
        },
        notes: { created: "issued 5 seconds ago", expires: "expires in 55 seconds" },
      },
    ]);
  });

  it("shows signatures of others too, with long values shortened and bytes counted", async () => {
    const input = `a=("date";sf "@query-param";name="q");nonce="${"n".repeat(100)}";x=:AQID:;y=tok;z=1.5;s="${"s".repeat(300)}", b=()`;
    const raw = head(`Signature-Input: ${input}`, "Signature: a=:AAAA:, b=:AAAA:");
    expect((await inspected(raw))["signatures"]).toEqual([
      {
        label: "a",
        components: ['"date";sf', '"@query-param";name="q"'],
        parameters: {
          nonce: "nnnnnnnnnnnn… (100 characters)",
          x: "3 bytes",
          y: "tok",
          z: "1.5",
          s: `${"s".repeat(256)}…`,
        },
        notes: {},
      },
      { label: "b", components: [], parameters: {}, notes: {} },
    ]);
    expect((await inspect(raw)).stdout).toMatch(/Signature {2}b\n {2}tag {2}none\n {2}covers {2}nothing\n/);
  });

  it("says why there is no telling which there are", async () => {
    const raw = head("Signature-Input: a=()", "Signature: b=:AAAA:");
    expect((await inspect(raw)).stdout).toContain("\nSignature  Signature-Input and Signature have different labels\n");
    expect(await inspected(raw)).toMatchObject({ signatures: [], signatureNote: expect.stringContaining("labels") });
  });

  it("cannot be made to print control characters, or a note from what every object has", async () => {
    const raw = head('Signature-Input: a=("\\"x");created=1e;constructor=1', "Signature: a=:AAAA:");
    expect((await inspect(raw)).status).toBe(0);
    const odd = head(
      "Signature-Input: constructor=();constructor=1;created=99999999999999",
      "Signature: constructor=:AA==:",
    );
    expect((await inspect(odd)).stdout).toMatch(/constructor +1\n +created +99999999999999 {2}no date, issued/);
  });

  it.each([
    ["one cone", "sha-256=:AAAA:", "8 bytes of content, Content-Digest does not match"],
    ["one cone", "md5=:AAAA:", "8 bytes of content, Content-Digest of no known algorithm"],
    ["one cone", "sha-256", "8 bytes of content, Content-Digest malformed"],
    ["1", undefined, "1 byte of content, without a Content-Digest"],
    ["", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:", "0 bytes of content, Content-Digest matches"],
  ])("compares content with its digest: %j, %s", async (content, digest, line) => {
    const lines = digest === undefined ? [] : [`Content-Digest: ${digest}`];
    const { stdout } = await inspect(`${head(...lines, `Content-Length: ${content.length}`)}${content}`);
    expect(stdout).toContain(`\n  ${line}\n`);
  });

  it("says nothing of content where there is none", async () => {
    const { stdout } = await inspect(head("Host: a"));
    expect(stdout).not.toContain("content");
    expect(await inspected(head("Host: a"))).not.toHaveProperty("content");
  });
});
