import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KeyServer, json, keyServer, redirect, status } from "../support/key-server.js";
import { issuerKey, keyFor, workloadKey } from "../support/wit-fixtures.js";
import { temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
const key = { use: "wit-svid", ...issuerKey.publicJwk, kid: "a" };
const BUNDLE = {
  keys: [
    { use: "x509-svid", kty: "EC", x5c: ["AA"] },
    { use: "jwt-svid", ...workloadKey.publicJwk, kid: "j" },
    key,
    { ...issuerKey.privateJwk, use: "wit-svid", kid: "p" },
    { use: "wit-svid", ...keyFor("Ed25519").publicJwk, kid: "e" },
    { use: "\u001b[2J", kty: "XYZ" },
  ],
  spiffe_sequence: 7,
  spiffe_refresh_hint: 300,
};
const MAP = { trust_domains: { "example.org": BUNDLE, "partner.example": { keys: [] } } };

describe("wimse bundle inspect", () => {
  it("shows sequence, hint, each key by its use, and what is left out", async () => {
    const { status: exit, stdout, stderr } = await wimse(["bundle", "inspect", folder.write("bundle.json", BUNDLE)]);
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^SPIFFE bundle\n {2}sequence +7\n {2}refresh hint +300 seconds\n {2}keys +6, 2 of them for WIT-SVIDs\n/,
    );
    expect(stdout).toMatch(/^ {2}x509-svid +EC +no kid +no thumbprint$/m);
    expect(stdout).toMatch(/^ {2}jwt-svid +EC P-256 +j +[\w-]{43}$/m);
    expect(stdout).toMatch(/^ {2}wit-svid +EC P-256 +a +[\w-]{43} +ES256$/m);
    expect(stdout).toMatch(/^ {2}wit-svid +EC P-256 +p +[\w-]{43} +left out: the JWK must hold no private member$/m);
    expect(stdout).toMatch(/^ {2}wit-svid +OKP Ed25519 +e +[\w-]{43} +no algorithm of WIT-SVIDs$/m);
    expect(stdout).toMatch(/^ {2}\\u001b\[2J +XYZ +no kid +no thumbprint +left out: its use is missing or unknown$/m);
    expect(stdout).not.toContain(issuerKey.privateJwk.d);
  });

  it("does so as JSON, with all digits of the sequence number, which it reads from standard input", async () => {
    const stdin = JSON.stringify({ ...BUNDLE, keys: [key] }).replace(":7,", ":18446744073709551615,");
    const { status: exit, stdout } = await wimse(["bundle", "inspect", "-", "--json"], { stdin });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      kind: "bundle",
      sequence: "18446744073709551615",
      refreshHint: 300,
      witKeys: 1,
      keys: [{ use: "wit-svid", kid: "a", type: "EC P-256", thumbprint: expect.any(String), algorithms: ["ES256"] }],
      problems: [],
    });
  });

  it("says that nobody is let in where there is no key", async () => {
    const { status: exit, stdout } = await wimse(["bundle", "inspect", "-"], { stdin: '{"keys":[]}' });
    expect(exit).toBe(0);
    expect(stdout).toContain(
      "  keys          0, 0 of them for WIT-SVIDs\n  no WIT-SVID of the trust domain is valid\n",
    );
  });

  it("shows the bundles of a map by trust domain", async () => {
    const path = folder.write("map.json", MAP);
    const { stdout } = await wimse(["bundle", "inspect", path]);
    expect(stdout).toMatch(/^SPIFFE bundle map, 2 trust domains\n\nexample\.org\n {2}sequence +7\n/);
    expect(stdout).toMatch(/\npartner\.example\n {2}sequence +none\n/);
    const { stdout: text } = await wimse(["bundle", "inspect", path, "--json"]);
    expect(JSON.parse(text)).toMatchObject({
      kind: "bundle_map",
      trustDomains: { "example.org": { sequence: "7", witKeys: 2 }, "partner.example": { witKeys: 0 } },
    });
  });

  it.each<[what: string, stdin: string]>([
    ["nothing", ""],
    ["no bundle", '{"spiffe_sequence":1}'],
    ["a bundle with keys twice", '{"keys":[],"keys":[]}'],
    ["a map with a malformed bundle", '{"trust_domains":{"example.org":{"keys":1}}}'],
    ["a map with a name that is none", '{"trust_domains":{"Example.org":{"keys":[]}}}'],
  ])("rejects %s, with 1 and a code", async (_what, stdin) => {
    const { status: exit, stdout, stderr } = await wimse(["bundle", "inspect", "-", "--json"], { stdin });
    expect([exit, stdout]).toEqual([1, ""]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "trust_bundle_malformed" } });
  });

  it.each<[what: string, argv: string[]]>([
    ["no argument", []],
    ["a file that is not there", [folder.path("absent")]],
    ["a URL of plain http", ["http://bundles.example/"]],
    ["a URL of this machine, unless that is allowed", ["http://127.0.0.1:9/"]],
    ["a URL with userinfo", ["https://u:p@bundles.example/"]],
  ])("ends with 2 for %s", async (_what, argv) => {
    expect(await wimse(["bundle", "inspect", ...argv])).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("wimse bundle inspect of an endpoint", () => {
  let server: KeyServer;
  beforeAll(async () => {
    server = await keyServer(json(BUNDLE));
  });
  afterAll(() => server.stop());
  const inspect = () => wimse(["bundle", "inspect", server.url, "--allow-insecure-loopback"]);

  it("fetches the bundle", async () => {
    server.answer = json(BUNDLE);
    expect(await inspect()).toMatchObject({ status: 0, stdout: expect.stringContaining("sequence      7") });
  });

  it("FED-5.2.1.4.03: says why it did not get any", async () => {
    server.answer = status(404);
    expect(await inspect()).toMatchObject({ status: 2, stderr: expect.stringContaining("status_404") });
    server.answer = redirect("http://bundles.example/");
    expect(await inspect()).toMatchObject({ status: 2, stderr: expect.stringContaining("redirect_refused") });
  });
});
