import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { createCredential, type WorkloadCredential } from "../../src/credential.js";
import { expectedAnswer } from "../../src/exchange/signed-request.js";
import { SignedRequest, type SignRequestOptions, signRequest, targetUriAt } from "../../src/index.js";
import { kmsSigner } from "../../src/testing.js";
import { AGENT, countingSource, createWorld, mistake, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { credential, runtime } = world;
const URI = "https://svc.example.com/tools";
const hash = (value: string): string => createHash("sha256").update(value).digest("base64url");

const sign = (request: Request = new Request(URI), options: SignRequestOptions = {}): Promise<SignedRequest> =>
  signRequest(request, credential, { proof: "wpt", runtime, ...options });
async function claimsOf(...args: Parameters<typeof sign>) {
  const { request } = await sign(...args);
  return decodeJwt(String(request.headers.get("authorization")).replace(/^WPT /, ""));
}

describe("a signed request", () => {
  it("WPT-2.01, WITSVID-5.03, WITSVID-5.04, WITSVID-7.1.02, WITSVID-7.1.04: carries the WIT in its field and a WPT in Authorization", async () => {
    const { request } = await sign(new Request(URI, { headers: { Accept: "text/plain" } }));
    expect([...request.headers.keys()]).toEqual(["accept", "authorization", "workload-identity-token"]);
    expect(request.headers.get("workload-identity-token")).toBe(world.wit);
    expect(request.headers.get("authorization")).toMatch(/^WPT [\w-]+\.[\w-]+\.[\w-]+$/);
    expect(request.headers.get("authorization")).not.toContain(world.wit);
  });

  it("is accepted by a verifier", async () => {
    const request = new Request(`${URI}?a=b#c`, { method: "PUT", body: "x" });
    const signed = await sign(request);
    const verifier = world.verifier({ audience: targetUriAt("https://svc.example.com") });
    expect((await verifier.verify(signed.request)).workload.id.uri).toBe(AGENT);
  });

  it("keeps method, target, fields, body and signal, and leaves the given request's fields alone", async () => {
    const controller = new AbortController();
    const headers = { "Content-Type": "application/json", "X-A": "1" };
    const given = new Request(`${URI}?q`, { method: "POST", headers, body: '{"a":1}', signal: controller.signal });
    const { request } = await sign(given);
    expect(request.method).toBe("POST");
    expect(request.url).toBe(`${URI}?q`);
    expect(request.headers.get("content-type")).toBe("application/json");
    expect(given.headers.has("authorization")).toBe(false);
    expect(await request.text()).toBe('{"a":1}');
    controller.abort();
    expect(request.signal.aborted).toBe(true);
  });

  it.each([
    ["follow", "manual"],
    ["manual", "manual"],
    ["error", "error"],
  ] as const)("does not follow redirects: %s becomes %s", async (given, kept) => {
    expect((await sign(new Request(URI, { redirect: given }))).request.redirect).toBe(kept);
  });

  it("HSIG-3.5.09: is held against its URL and method, and has nothing that a signed response could name", async () => {
    const signed = await sign(new Request(`${URI}?q`, { method: "HEAD" }));
    expect(expectedAnswer(signed)).toStrictEqual({
      url: `${URI}?q`,
      method: "HEAD",
      responseSignatureRequired: false,
      asked: undefined,
    });
  });

  it("prints as method and target without query", async () => {
    const signed = await sign(new Request(`${URI}?secret`));
    expect(String(signed)).toBe(`GET ${URI}`);
    expect(inspect(signed)).toBe(`SignedRequest <GET ${URI}>`);
  });

  it("is sealed", () => {
    const Open = SignedRequest as unknown as new (...args: unknown[]) => SignedRequest;
    class Sub extends Open {}
    for (const make of [() => new Open(), () => new Open(Symbol("seal"), new Request(URI)), () => new Sub()]) {
      expect(make).toThrow(expect.objectContaining(mistake));
    }
    expect(() => Object.create(SignedRequest.prototype).request).toThrow(TypeError);
  });
});

describe("what the proof says", () => {
  it.each([
    [URI, URI],
    [`${URI}?a=b`, URI],
    [`${URI}#a`, URI],
    ["https://SVC.example.com:443", "https://svc.example.com/"],
    ["https://svc.example.com:8443/a/../b", "https://svc.example.com:8443/b"],
  ])("WPT-2.09: the audience of %s is %s", async (url, aud) => {
    expect((await claimsOf(new Request(url))).aud).toBe(aud);
  });

  it("WPT-2.09: an agreed audience takes its place", async () => {
    expect((await claimsOf(undefined, { audience: "urn:svc" })).aud).toBe("urn:svc");
  });

  it("WPT-2.11: lifetime is that of the proof", async () => {
    expect((await claimsOf()).exp).toBe(NOW + 60);
    expect((await claimsOf(undefined, { lifetime: 5 })).exp).toBe(NOW + 5);
    expect(await outcomeOf(sign(undefined, { lifetime: 301 }))).toBe("configuration_invalid");
  });

  it("WPT-2.15, WPT-2.2.05: a Txn-Token is bound without being asked for", async () => {
    const request = new Request(URI, { headers: { "Txn-Token": "a.b.c" } });
    expect((await claimsOf(request))["tth"]).toBe(hash("a.b.c"));
    expect(await claimsOf()).not.toHaveProperty("tth");
    for (const value of ["", "a.b.c, d.e.f"]) {
      const bad = new Request(URI, { headers: { "Txn-Token": value } });
      expect(await outcomeOf(sign(bad))).toBe("configuration_invalid");
    }
  });

  it("WPT-2.17, WPT-2.19: the fields that are named are bound, and no others", async () => {
    const headers = new Headers({ "X-A": "one", "X-B": "two" });
    headers.append("X-A", "three");
    const claims = await claimsOf(new Request(URI, { headers }), { boundTokens: ["X-A"] });
    expect(claims["oth"]).toEqual({ "x-a": hash("one, three") });
    expect(await claimsOf(new Request(URI, { headers }))).not.toHaveProperty("oth");
    expect(await claimsOf(new Request(URI, { headers }), { boundTokens: [] })).not.toHaveProperty("oth");
  });

  it("WPT-2.17: a field called __proto__ is bound like any other", async () => {
    const request = new Request(URI, { headers: new Headers([["__proto__", "one"]]) });
    expect(Object.entries((await claimsOf(request, { boundTokens: ["__proto__"] }))["oth"] as object)).toEqual([
      ["__proto__", hash("one")],
    ]);
  });

  it.each<[string, unknown]>([
    ["a field that the request does not have", ["x-missing"]],
    ["a string", "x-a"],
    ["null", null],
    ["a number", [1]],
    ["what is no field name", ["x a"]],
    ["Authorization", ["Authorization"]],
    ["the Txn-Token, which is bound anyway", ["txn-token"]],
    ["the WIT, which is bound anyway", ["workload-identity-token"]],
  ])("WPT-2.17: boundTokens: %s is the caller's mistake", async (_what, boundTokens) => {
    const request = new Request(URI, { headers: { "X-A": "one" } });
    expect(await outcomeOf(sign(request, { boundTokens: boundTokens as string[] }))).toBe("configuration_invalid");
  });
});

describe("nothing is overwritten", () => {
  it.each([
    ["Bearer abc", "Bearer"],
    ["basic YTpi", "basic"],
    ["DPoP abc", "DPoP"],
    ["WPT a.b.c", "WPT"],
    ["Bearerish abc", "another scheme"],
    ["Token Bearer", "another scheme"],
    ["s3cr3t", "another scheme"],
    ["", "another scheme"],
  ])("WPT-2.2.01, WPT-2.2.02: Authorization: %s is named as %s", async (authorization, scheme) => {
    const error = await sign(new Request(URI, { headers: { authorization } })).catch((e) => e);
    expect(error).toMatchObject({
      ...mistake,
      message: expect.stringContaining(`Authorization field already (${scheme})`),
    });
  });

  it("nor a WIT, nor a request that was signed before", async () => {
    const request = new Request(URI, { headers: { "Workload-Identity-Token": "" } });
    await expect(sign(request)).rejects.toMatchObject({
      ...mistake,
      message: expect.stringContaining("workload-identity-token"),
    });
    expect(await outcomeOf(sign((await sign()).request))).toBe("configuration_invalid");
  });
});

describe("the credential", () => {
  it("comes from a source, asked each time, or is given", async () => {
    const source = countingSource(credential);
    for (let i = 0; i < 2; i++) await signRequest(new Request(URI), source, { proof: "wpt", runtime });
    expect(source.asked).toBe(2);
  });

  it("CREDS-9.5.03, WPT-3.2.03: one that has expired signs nothing", async () => {
    const late = { ...runtime, now: () => NOW + 3600 };
    expect(await outcomeOf(sign(undefined, { runtime: late }))).toBe("credential_expired");
  });

  it.each<[string, unknown, string]>([
    ["nothing", undefined, "configuration_invalid"],
    ["its text", world.wit, "configuration_invalid"],
    ["an object like one", { wit: world.wit, id: credential.id }, "configuration_invalid"],
    ["a source of nothing", { current: () => undefined }, "configuration_invalid"],
    [
      "a source that fails",
      {
        current: () => {
          throw new Error("secret");
        },
      },
      "credential_unavailable",
    ],
    [
      "a source that says why",
      { current: () => Promise.reject(new WimseError("credential_expired", "m")) },
      "credential_expired",
    ],
  ])("%s", async (_what, from, code) => {
    expect(await outcomeOf(signRequest(new Request(URI), from as WorkloadCredential, { proof: "wpt" }))).toBe(code);
  });

  it("is not asked for when the request cannot be signed", async () => {
    const source = countingSource(credential);
    const requests = [new Request("http://svc.example.com/"), new Request(URI, { headers: { authorization: "a" } })];
    for (const request of requests) await outcomeOf(signRequest(request, source, { proof: "wpt", runtime }));
    expect(source.asked).toBe(0);
  });

  it("whose key is remote is waited for until the request is aborted", async () => {
    const remote = await kmsSigner();
    const own = await createCredential(await world.issuer.issue(AGENT, remote.publicJwk), remote);
    const controller = new AbortController();
    remote.pause();
    const request = new Request(URI, { signal: controller.signal });
    const pending = signRequest(request, own, { proof: "wpt", runtime });
    controller.abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
  });
});
