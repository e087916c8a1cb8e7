import { describe, expect, it } from "vitest";
import { type SignRequestOptions, signRequest } from "../../src/index.js";
import { createWorld, mistake, outcomeOf } from "../support/wpt-fixtures.js";

const { credential, runtime } = await createWorld();
const URI = "https://svc.example.com/tools";
const sign = (request: Request, options: SignRequestOptions = {}) =>
  signRequest(request, credential, { proof: "wpt", runtime, ...options });

describe("plain http", () => {
  it.each([
    "http://localhost/",
    "http://LOCALHOST:8080/",
    "http://127.0.0.1/",
    "http://127.1.2.3:80/a",
    "http://127.1/",
    "http://0x7f000001/",
    "http://[::1]:3000/",
    "http://[0:0:0:0:0:0:0:1]/",
  ])("WPT-3.1.1.01: %s is loopback", async (url) => {
    expect(await outcomeOf(sign(new Request(url)))).toBe("accepted");
  });

  it.each([
    "http://svc.example.com/",
    "http://127.0.0.1.evil.example/",
    "http://127.0.0.1evil.example/",
    "http://a127.0.0.1.example/",
    "http://localhost.evil.example/",
    "http://evil-localhost/",
    "http://localhost./",
    "http://evil.example/localhost",
    "http://evil.example/?h=127.0.0.1",
    "http://0.0.0.0/",
    "http://128.0.0.1/",
    "http://10.127.0.1/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[fe80::1]/",
    "http://127.0.0.1.nip.example/",
  ])("WPT-3.1.1.01, CREDS-9.6.01, WITSVID-7.3.01: %s is not, and is refused", async (url) => {
    await expect(sign(new Request(url))).rejects.toMatchObject({
      code: "credential_insecure_target",
      requirement: "WPT-3.1.1.01",
    });
    expect(await outcomeOf(sign(new Request(url), { allowInsecure: true }))).toBe("accepted");
  });

  it("HSIG-5.1.02: with a signature that is what it violates", async () => {
    const refused = sign(new Request("http://svc.example.com/"), { proof: undefined } as object);
    await expect(refused).rejects.toMatchObject({ code: "credential_insecure_target", requirement: "HSIG-5.1.02" });
  });

  it.each([false, undefined])("allowInsecure: %s allows nothing", async (allowInsecure) => {
    const options = { allowInsecure } as SignRequestOptions;
    expect(await outcomeOf(sign(new Request("http://svc.example.com/"), options))).toBe("credential_insecure_target");
  });

  it.each([1, 0, "true", {}, null])("allowInsecure: %s is the caller's mistake", async (allowInsecure) => {
    for (const url of ["http://svc.example.com/", URI]) {
      const options = { allowInsecure } as unknown as SignRequestOptions;
      expect(await outcomeOf(sign(new Request(url), options))).toBe("configuration_invalid");
    }
  });

  it.each(["data:,a", "blob:https://svc.example.com/1", "ftp://svc.example.com/"])(
    "%s is no web target at all",
    async (url) => {
      expect(await outcomeOf(sign(new Request(url), { allowInsecure: true }))).toBe("credential_insecure_target");
    },
  );
});

describe("the caller's mistakes", () => {
  const said = (part: string) => ({ ...mistake, message: expect.stringContaining(part) });

  it.each<[string, object, string]>([
    ["an unknown proof", { proof: "dpop" }, "proof: an unknown kind"],
    ["a proof that is null", { proof: null }, "proof: an unknown kind"],
    ["an unknown revision", { revision: "wpt-00" }, "revision: the older formats"],
    ["the revision of another proof", { revision: "http-signature-06" }, "revision: the older formats"],
    [
      "the revision of another proof than the default",
      { proof: undefined, revision: "wpt-01" },
      "revision: the older formats",
    ],
    ["a revision that is null", { revision: null }, "revision: the older formats"],
    ["a demand that a WPT cannot make", { requireSignedResponse: true }, "a WPT cannot ask"],
    ["a demand that is no boolean", { requireSignedResponse: "false" }, "requireSignedResponse: a boolean"],
    ["a demand that is null", { requireSignedResponse: null }, "requireSignedResponse: a boolean"],
    ["a limit that is none", { maxBodyBytes: -1 }, "maxBodyBytes"],
    ["a lifetime that is none", { lifetime: 0 }, "lifetime"],
    ["an unknown option", { ttl: 60 }, "signRequest: unknown option"],
    ["an empty audience", { audience: "" }, "audience: a non-empty string"],
    ["an audience that is a URL", { audience: new URL(URI) }, "audience: a non-empty string"],
    ["an audience that is null", { audience: null }, "audience: a non-empty string"],
    ["an audience that is an array", { audience: [URI] }, "audience: a non-empty string"],
    ["a runtime without a clock", { runtime: {} }, "runtime: "],
  ])("%s", async (_what, options, part) => {
    await expect(sign(new Request(URI), options)).rejects.toMatchObject(said(part));
  });

  it("a response need not be signed: that may be said", async () => {
    expect(await outcomeOf(sign(new Request(URI), { requireSignedResponse: false }))).toBe("accepted");
  });

  it.each([null, 1, "wpt"])("options that are %s", async (options) => {
    const signing = signRequest(new Request(URI), credential, options as unknown as SignRequestOptions);
    await expect(signing).rejects.toMatchObject(said("signRequest: an object"));
  });

  it("a body that was consumed already, or that somebody is reading", async () => {
    const post = () => new Request(URI, { method: "POST", body: "x" });
    const consumed = post();
    await consumed.text();
    await expect(sign(consumed)).rejects.toMatchObject(said("consumed already"));
    const locked = post();
    locked.body?.getReader();
    await expect(sign(locked)).rejects.toMatchObject(said("with a body that nobody reads"));
  });

  it.each([
    undefined,
    null,
    URI,
    { url: 1 },
    new URL(URI),
    { url: new URL(URI), headers: new Headers() },
    { url: URI },
    { url: "/tools", headers: new Headers() },
    { url: URI, headers: {} },
  ])("%s is no Request", async (request) => {
    await expect(sign(request as unknown as Request)).rejects.toMatchObject(said("signRequest: a Request is required"));
    await expect(sign(request as unknown as Request)).rejects.not.toThrow("body");
  });

  it("what has the members of a Request is not one for that", async () => {
    const request = { url: URI, headers: new Headers() } as unknown as Request;
    await expect(sign(request)).rejects.toMatchObject(said("a Request is required, with a body that nobody reads"));
  });

  it("a mistake is said, not merely refused", async () => {
    await expect(sign(new Request(URI), { revision: "http-signature-06" })).rejects.toMatchObject(
      said("older formats"),
    );
    await expect(sign(new Request(URI), { boundTokens: ["x-missing"] })).rejects.toMatchObject(said("no such field"));
  });

  it("without options the proof is a signature", async () => {
    const { request } = await signRequest(new Request(URI), credential, { runtime });
    expect(request.headers.has("signature-input")).toBe(true);
    expect(request.headers.has("authorization")).toBe(false);
  });
});
