import { describe, expect, it } from "vitest";
import type { HeaderLine, VerifyPolicy } from "../../src/index.js";
import { targetUriAt } from "../../src/index.js";
import { type SignedRequestParts, signatureVerifier, signedRequest } from "../support/signature-fixtures.js";
import { AGENT, AUDIENCE, createWorld, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");

async function verify(parts: SignedRequestParts, changes: Partial<VerifyPolicy> = {}) {
  return signatureVerifier(world, changes).verify(await signedRequest(world, parts));
}
const outcome = (...args: Parameters<typeof verify>): Promise<string> => outcomeOf(verify(...args));

describe("the audience", () => {
  const mismatch = "signature_audience_mismatch";

  it.each<[string, string, VerifyPolicy["audience"], string]>([
    ["is the one name", AUDIENCE, AUDIENCE, "accepted"],
    ["is one of several", "urn:b", ["urn:a", "urn:b"], "accepted"],
    ["is what a function gives", "urn:POST:/tools", ({ method, path }) => [`urn:${method}:${path}`], "accepted"],
    ["is the target URI", AUDIENCE, targetUriAt("https://svc.example.com"), "accepted"],
    ["is no URI at all", "tools", "tools", "accepted"],
    ["HSIG-3.2.03: has a query, byte for byte", `${AUDIENCE}?q=1`, `${AUDIENCE}?q=1`, "accepted"],
    ["is of another service", "https://other.example/tools", AUDIENCE, mismatch],
    ["has a query", `${AUDIENCE}?q=1`, AUDIENCE, mismatch],
    ["lacks the query", AUDIENCE, `${AUDIENCE}?q=1`, mismatch],
    ["has a fragment", `${AUDIENCE}#a`, AUDIENCE, mismatch],
    ["has a slash more", `${AUDIENCE}/`, AUDIENCE, mismatch],
    ["has a slash less", "https://svc.example.com", "https://svc.example.com/", mismatch],
    ["is in other letters", AUDIENCE.replace("svc", "SVC"), AUDIENCE, mismatch],
    ["has the default port", "https://svc.example.com:443/tools", AUDIENCE, mismatch],
    ["begins like it", `${AUDIENCE}-more`, AUDIENCE, mismatch],
    ["is what it begins with", AUDIENCE.slice(0, -1), AUDIENCE, mismatch],
    ["has space around it", ` ${AUDIENCE}`, AUDIENCE, mismatch],
    ["is a list of names", `urn:a, ${AUDIENCE}`, ["urn:a", AUDIENCE], mismatch],
    ["HSIG-3.2.04: is the sender", AGENT, AUDIENCE, mismatch],
    ["is any, where the function gives none", AUDIENCE, () => [], mismatch],
    [
      "is any, where the function throws",
      AUDIENCE,
      () => {
        throw new Error("secret");
      },
      mismatch,
    ],
  ])("HSIG-3.2.05: %s: %s", async (_what, value, audience, expected) => {
    expect(await outcome({ parameters: { "wimse-aud": `"${value}"` } }, { audience })).toBe(expected);
  });

  it("HSIG-3.2.05: is what configuration says, whatever Host and Wimse-Audience say", async () => {
    const parameters = { "wimse-aud": '"https://evil.example/tools"' };
    const lines = [
      ["Wimse-Audience", AUDIENCE],
      ["Host", "evil.example"],
    ] as const;
    expect(await outcome({ parameters, lines })).toBe(mismatch);
    expect(await outcome({ parameters: { "wimse-aud": undefined }, lines })).toBe("signature_parameter_missing");
  });

  it("is told as it was sent", async () => {
    const { proof } = await verify({ parameters: { "wimse-aud": '"a \\"b\\""' } }, { audience: ['a "b"'] });
    expect(proof.audience).toBe('a "b"');
  });
});

describe("whether a signed response is demanded", () => {
  const written = (value: string) => (member: string) => member.replace("wimse-sign-response", value);

  it.each<[string, SignedRequestParts, boolean]>([
    ["HSIG-3.3.01, HSIG-3.5.02, HSIG-7.1.01: by the bare name", { parameters: { "wimse-sign-response": "" } }, true],
    [
      "HSIG-3.3.01: by ?1",
      { parameters: { "wimse-sign-response": "" }, written: written("wimse-sign-response=?1") },
      true,
    ],
    ["HSIG-3.3.02: not by ?0", { parameters: { "wimse-sign-response": "?0" } }, false],
    ["HSIG-3.3.02: not where it is left out", {}, false],
    [
      "HSIG-3.5.11: not by Accept-Signature",
      { lines: [["Accept-Signature", 'sig1=("@status");created;tag="wimse-workload-to-workload"']] },
      false,
    ],
    [
      "HSIG-3.3.01: not by the parameter of another signature",
      {
        added: [
          ["Signature-Input", "other=();wimse-sign-response"],
          ["Signature", "other=:AA==:"],
        ],
      },
      false,
    ],
  ])("%s", async (_what, parts, expected) => {
    expect((await verify(parts)).responseSignatureRequired).toBe(expected);
  });

  it.each(['"true"', '"?1"', '""', "true", "1", "0", "1.0", ":AQ==:", "@1", '%"a"'])(
    "HSIG-3.3.01: %s is no Boolean",
    async (value) => {
      const parameters = { "wimse-sign-response": value };
      await expect(verify({ parameters })).rejects.toMatchObject({
        code: "signature_parameter_invalid",
        requirement: "HSIG-3.3.01",
        status: 400,
      });
    },
  );

  it("cannot be added or taken away by somebody on the way", async () => {
    const taken = { parameters: { "wimse-sign-response": "" }, written: written("wimse-sign-response=?0") };
    const added = { written: (member: string) => `${member};wimse-sign-response` };
    expect(await outcome(taken)).toBe("signature_invalid");
    expect(await outcome(added)).toBe("signature_invalid");
  });

  it("cannot be demanded where the policy leaves signatures alone", async () => {
    const lines: HeaderLine[] = [["Authorization", `WPT ${await world.wpt()}`]];
    const request = await signedRequest(world, { parameters: { "wimse-sign-response": "" }, lines });
    const result = await signatureVerifier(world, { proofs: ["wpt"] }).verify(request);
    expect(result.responseSignatureRequired).toBe(false);
    expect(result.proof.type).toBe("wpt");
    expect(result.body).toBeUndefined();
  });
});
