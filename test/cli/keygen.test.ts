import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ISSUER_KEY, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
const issuerKey = folder.write("issuer.jwk", ISSUER_KEY);

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
