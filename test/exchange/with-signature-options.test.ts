import { createHash } from "node:crypto";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { requestViewOf } from "../../src/http/views.js";
import { type HeaderLine, type SignRequestOptions, signRequest, type VerifyPolicy } from "../../src/index.js";
import { signatureVerifier, signatureOf as signedByHand, TAG } from "../support/signature-fixtures.js";
import { AUDIENCE, createWorld, mistake, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const { credential, runtime } = world;
const hash = (value: string): string => createHash("sha256").update(value).digest("base64url");
const sign = async (request: Request = new Request(AUDIENCE), options: object = {}): Promise<Request> =>
  (await signRequest(request, credential, { runtime, ...options } as SignRequestOptions)).request;
const withHeaders = (...lines: HeaderLine[]): Request =>
  new Request(AUDIENCE, { headers: lines.map(([name, value]): [string, string] => [name, value]) });
const inputOf = ({ headers }: Request): string => String(headers.get("signature-input"));
const verify = (request: Request, changes: Partial<VerifyPolicy> = {}) =>
  signatureVerifier(world, { understoodTokens: ["x-a"], ...changes }).verify(request);

describe("options of a signature", () => {
  it.each([
    [undefined, 60],
    [1, 1],
    [300, 300],
    [1.5, 2],
  ])("HSIG-3.24, HSIG-5.1.04: lifetime %s: it expires %d seconds after it was made", async (lifetime, seconds) => {
    expect(inputOf(await sign(undefined, { lifetime }))).toContain(`;created=${NOW};expires=${NOW + seconds};`);
  });

  it("HSIG-3.22: created is a whole second, and not in the future", async () => {
    const late = { ...runtime, now: () => NOW + 0.999 };
    expect(inputOf(await sign(undefined, { runtime: late }))).toContain(`;created=${NOW};`);
  });

  it("HSIG-3.3.03: requireSignedResponse is sent as true, and false is not sent", async () => {
    const demanding = await sign(undefined, { requireSignedResponse: true });
    expect(inputOf(demanding)).toMatch(/;wimse-sign-response$/);
    expect((await verify(demanding)).responseSignatureRequired).toBe(true);
    const modest = await sign(undefined, { requireSignedResponse: false });
    expect(inputOf(modest)).not.toContain("sign-response");
    expect((await verify(modest)).responseSignatureRequired).toBe(false);
  });

  it("the tokens that it covers come out as they went in", async () => {
    const lines: HeaderLine[] = [
      ["Authorization", "Bearer a"],
      ["Txn-Token", "t"],
      ["X-A", "x"],
    ];
    const request = await sign(withHeaders(...lines), { boundTokens: ["X-A"] });
    expect((await verify(request)).tokens).toEqual({
      authorization: "Bearer a",
      txnToken: "t",
      others: new Map([["x-a", "x"]]),
    });
    expect(request.headers.get("authorization")).toBe("Bearer a");
  });

  it("a field that is bound and covered anyway is covered once", async () => {
    const request = await sign(withHeaders(["Content-Type", "a/b"]), { boundTokens: ["Content-Type", "content-type"] });
    expect(inputOf(request).match(/"content-type"/g)).toHaveLength(1);
    expect(await outcomeOf(verify(request))).toBe("accepted");
  });

  it.each<[string, object, string]>([
    ["a lifetime of nothing", { lifetime: 0 }, "lifetime: "],
    ["a lifetime below a second", { lifetime: 0.5 }, "lifetime: "],
    ["a lifetime that is too long", { lifetime: 301 }, "lifetime: "],
    ["a lifetime that is no number", { lifetime: "60" }, "lifetime: "],
    ["a limit that is none", { maxBodyBytes: -1 }, "maxBodyBytes: "],
    ["a limit that is no number", { maxBodyBytes: "1" }, "maxBodyBytes: "],
    ["an empty audience", { audience: "" }, "audience: "],
    ["an audience beyond ASCII", { audience: "urn:é" }, "structured field: "],
    ["an audience with a line end", { audience: "urn:\n" }, "structured field: "],
    ["the older format of the other proof", { revision: "wpt-01" }, "revision: "],
    ["an unknown revision", { revision: "http-signature-07" }, "revision: "],
    ["a demand that is no boolean", { requireSignedResponse: "true" }, "requireSignedResponse: "],
    ["a bound field that is not there", { boundTokens: ["x-missing"] }, "boundTokens: the request has no such field"],
    ["a bound field that is none", { boundTokens: ["@method"] }, "boundTokens: names of header fields"],
    ["an unknown option", { label: "sig1" }, "signRequest: unknown option"],
  ])("%s is the caller's mistake", async (_what, options, part) => {
    await expect(sign(undefined, options)).rejects.toMatchObject({
      ...mistake,
      message: expect.stringContaining(part),
    });
  });
});

describe("signature fields that are there already", () => {
  const foreign = async (request: Request, label: string): Promise<HeaderLine[]> => {
    const parameters = { tag: '"proxy"' };
    const made = await signedByHand(world, requestViewOf(request), { label, parameters, components: ['"@method"'] });
    return [made.input, made.signature];
  };

  it.each([
    ["other", "wimse"],
    ["wimse", "wimse2"],
  ])("HSIG-5.2.01: one of another under %s stays, and ours is %s", async (label, own) => {
    const lines = await foreign(new Request(AUDIENCE), label);
    const request = await sign(withHeaders(...lines));
    expect(inputOf(request)).toMatch(new RegExp(`^${label}=.*, ${own}=.*tag="${TAG}"`));
    expect(request.headers.get("signature")).toMatch(new RegExp(`^${label}=:.*:, ${own}=:`));
    expect(await outcomeOf(verify(request))).toBe("accepted");
  });

  it("under two of our labels, ours is the third", async () => {
    const lines = [
      ...(await foreign(new Request(AUDIENCE), "wimse")),
      ...(await foreign(new Request(AUDIENCE), "wimse2")),
    ];
    const request = await sign(withHeaders(...lines));
    expect(inputOf(request)).toContain(", wimse3=(");
    expect(await outcomeOf(verify(request))).toBe("accepted");
  });

  it.each<[string, HeaderLine[], RegExp]>([
    ["half of them", [["Signature-Input", "a=()"]], /cannot be read/],
    ["no dictionary", [["Signature", "%"]], /cannot be read/],
    [
      "HSIG-3.34: one of the profile",
      [
        ["Signature-Input", `a=();tag="${TAG}"`],
        ["Signature", "a=:AA==:"],
      ],
      /WIMSE signature already/,
    ],
    ["a WIT", [["Workload-Identity-Token", "a"]], /workload-identity-token field already/],
    ["an older WPT", [["Workload-Proof-Token", "a"]], /workload-proof-token field already/],
  ])("%s: the caller's mistake", async (_what, lines, message) => {
    await expect(sign(withHeaders(...lines))).rejects.toMatchObject({
      ...mistake,
      message: expect.stringMatching(message),
    });
  });

  it("a request that was signed is not signed again", async () => {
    expect(await outcomeOf(sign(await sign()))).toBe("configuration_invalid");
  });
});

describe("revision wpt-01", () => {
  const older = (request?: Request, options: object = {}) =>
    sign(request, { proof: "wpt", revision: "wpt-01", ...options });
  const policy: Partial<VerifyPolicy> = { proofs: ["wpt"], compat: ["wpt-01"] };
  const claimsOf = (request: Request) => decodeJwt(String(request.headers.get("workload-proof-token")));

  it("has its WPT in a field of its own, and is accepted where that is", async () => {
    const request = await older();
    expect(request.headers.has("authorization")).toBe(false);
    expect(claimsOf(request)).toMatchObject({ aud: AUDIENCE, exp: NOW + 60, wth: hash(world.wit) });
    expect(claimsOf(request)).not.toHaveProperty("ath");
    expect((await verify(request, policy)).proof.revision).toBe("wpt-01");
    expect(await outcomeOf(verify(request, { proofs: ["wpt"] }))).toBe("wpt_revision_unsupported");
  });

  it.each([
    ["Bearer abc", hash("abc")],
    ["dpop  abc", hash("abc")],
    ["Basic abc", undefined],
    ["Bearer a, Bearer b", undefined],
  ])("binds the access token in Authorization: %s", async (authorization, ath) => {
    const request = await older(withHeaders(["Authorization", authorization]));
    expect(request.headers.get("authorization")).toBe(authorization);
    expect(claimsOf(request)["ath"]).toBe(ath);
    const { tokens } = await verify(request, policy);
    expect(tokens.authorization).toBe(ath === undefined ? undefined : authorization);
  });

  it("binds Txn-Token and other tokens as ever", async () => {
    const request = await older(withHeaders(["Txn-Token", "t"], ["X-A", "x"]), { boundTokens: ["x-a"] });
    expect(claimsOf(request)).toMatchObject({ tth: hash("t"), oth: { "x-a": hash("x") } });
    expect((await verify(request, policy)).tokens.others.get("x-a")).toBe("x");
  });

  it.each(["Workload-Proof-Token", "Workload-Identity-Token"])("%s is not overwritten", async (name) => {
    expect(await outcomeOf(older(withHeaders([name, "a"])))).toBe("configuration_invalid");
  });

  it("keeps the content unread", async () => {
    const given = new Request(AUDIENCE, { method: "POST", body: "x" });
    const request = await older(given);
    expect(request.headers.has("content-digest")).toBe(false);
    expect(await request.text()).toBe("x");
  });
});
