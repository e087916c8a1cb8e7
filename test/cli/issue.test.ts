import { describe, expect, it } from "vitest";
import { AGENT_KEY, ISSUER_KEY, NOW, newWit, publicHalf, SUBJECT, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
const issuerKey = folder.write("issuer.jwk", ISSUER_KEY);
const agentKey = folder.write("agent.jwk", AGENT_KEY);
const agentJwk = folder.write("agent.pub.jwk", publicHalf(AGENT_KEY));
const payload = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

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
