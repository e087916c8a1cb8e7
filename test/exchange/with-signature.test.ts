import { createPublicKey, verify as nodeVerify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type HeaderLine, type SignRequestOptions, signRequest, targetUriAt } from "../../src/index.js";
import { digestOf, signatureVerifier, TAG } from "../support/signature-fixtures.js";
import { createWorld, mistake, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const { credential, runtime } = world;
const URI = "https://svc.example.com/tools";
const verifier = signatureVerifier(world, {
  audience: targetUriAt("https://svc.example.com"),
  understoodTokens: ["x-a"],
});

const sign = async (request: Request, options: SignRequestOptions = {}): Promise<Request> =>
  (await signRequest(request, credential, { runtime, ...options })).request;
const post = (body: BodyInit, headers: HeadersInit = {}): Request =>
  new Request(URI, { method: "POST", body, headers, duplex: "half" } as RequestInit);
const inputOf = ({ headers }: Request): string => String(headers.get("signature-input"));
const coveredBy = (request: Request): string[] => /\((.*?)\)/.exec(inputOf(request))?.[1]?.split(" ") ?? [];
const q = (...names: string[]): string[] => names.map((name) => `"${name}"`);

describe("what is covered", () => {
  it.each<[string, Request, SignRequestOptions, string[]]>([
    ["HSIG-3.01, HSIG-3.02, HSIG-3.04, HSIG-3.11", new Request(URI), {}, []],
    ["HSIG-3.07, HSIG-3.08", post("a"), {}, ["content-type", "content-digest"]],
    ["HSIG-3.09", new Request(URI, { headers: { Authorization: "Bearer a" } }), {}, ["authorization"]],
    ["HSIG-3.10", new Request(URI, { headers: { "Txn-Token": "a.b.c" } }), {}, ["txn-token"]],
    ["HSIG-3.07", new Request(URI, { headers: { "Content-Type": "text/plain" } }), {}, ["content-type"]],
    ["HSIG-6.3.01", new Request(URI, { headers: { "X-A": "1", Cookie: "a=b" } }), {}, []],
    ["boundTokens", new Request(URI, { headers: { "X-A": "1", "X-B": "2" } }), { boundTokens: ["X-A"] }, ["x-a"]],
  ])("%s", async (_requirement, request, options, more) => {
    const signed = await sign(request, options);
    expect(coveredBy(signed)).toEqual(q("@method", "@path", "@query", "workload-identity-token", ...more));
    expect(await outcomeOf(verifier.verify(signed))).toBe("accepted");
  });

  it("HSIG-3.22 to HSIG-3.31: the parameters are those of the profile, and no others", async () => {
    const request = await sign(new Request(`${URI}?a=b#c`));
    const expected = `;created=${NOW};expires=${NOW + 60};nonce="([\\w-]{22})";tag="${TAG}";wimse-aud="${URI}"`;
    expect(inputOf(request)).toMatch(new RegExp(`^wimse=\\([^)]*\\)${expected}$`));
    expect(request.headers.get("signature")).toMatch(/^wimse=:[A-Za-z0-9+/]{86}==:$/);
    expect(request.headers.get("workload-identity-token")).toBe(world.wit);
    expect(request.headers.has("authorization")).toBe(false);
  });

  it("HSIG-3.37: no two nonces are the same", async () => {
    const nonces = new Set<string>();
    for (let i = 0; i < 20; i++) nonces.add(/nonce="([^"]*)"/.exec(inputOf(await sign(new Request(URI))))?.[1] ?? "");
    expect(nonces.size).toBe(20);
  });

  it("HSIG-3.1.01: the signature is one over the base of RFC 9421 section 2.5, by the key of the WIT", async () => {
    const request = await sign(post("a", { "Content-Type": "text/plain" }));
    const base = [
      '"@method": POST',
      '"@path": /tools',
      '"@query": ?',
      `"workload-identity-token": ${world.wit}`,
      '"content-type": text/plain',
      `"content-digest": ${digestOf("a")}`,
      `"@signature-params": ${inputOf(request).slice("wimse=".length)}`,
    ].join("\n");
    const { alg: _alg, ...jwk } = world.key.publicJwk;
    const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
    const signature = Buffer.from(String(request.headers.get("signature")).slice("wimse=:".length, -1), "base64");
    expect(nodeVerify(null, Buffer.from(base), key, signature)).toBe(true);
  });

  it("http-signature-06 covers @request-target in place of path and query", async () => {
    const request = await sign(new Request(`${URI}?a=b`), { revision: "http-signature-06" });
    expect(coveredBy(request)).toEqual(q("@method", "@request-target", "workload-identity-token"));
    const audience = targetUriAt("https://svc.example.com");
    const older = signatureVerifier(world, { audience, compat: ["http-signature-06"] });
    expect((await older.verify(request)).proof.revision).toBe("http-signature-06");
    expect(await outcomeOf(verifier.verify(request))).toBe("signature_revision_unsupported");
  });
});

describe("the target", () => {
  it.each([
    ["https://svc.example.com", "/", "https://svc.example.com/"],
    [`${URI}?a=b&c`, "/tools?a=b&c", URI],
    [`${URI}?`, "/tools", URI],
    [`${URI}?#a`, "/tools", URI],
    [`${URI}??`, "/tools??", URI],
    [`${URI}#a?b`, "/tools", URI],
    [`${URI}/a%2fb/../%7e`, "/tools/%7e", "https://svc.example.com/tools/%7e"],
  ])("of %s is signed as it is sent: %s", async (url, target, audience) => {
    const request = await sign(new Request(url));
    expect(inputOf(request)).toContain(`;wimse-aud="${audience}"`);
    const view = { method: "GET", target, headers: [...request.headers] as HeaderLine[] };
    expect(await outcomeOf(verifier.verify(view))).toBe("accepted");
  });

  it("http-signature-06: a question mark that nothing follows is not sent, and not signed", async () => {
    const request = await sign(new Request(`${URI}?`), { revision: "http-signature-06" });
    const view = { method: "GET", headers: [...request.headers] as HeaderLine[] };
    const audience = targetUriAt("https://svc.example.com");
    const older = signatureVerifier(world, { audience, compat: ["http-signature-06"] });
    expect(await outcomeOf(older.verify({ ...view, target: "/tools" }))).toBe("accepted");
    expect(await outcomeOf(older.verify({ ...view, target: "/tools?" }))).toBe("signature_invalid");
  });

  it("HSIG-3.2.03: another audience takes its place", async () => {
    const request = await sign(new Request(URI), { audience: 'urn:"a"' });
    expect(inputOf(request)).toContain(';wimse-aud="urn:\\"a\\""');
    expect(await outcomeOf(verifier.verify(request))).toBe("signature_audience_mismatch");
    expect(await outcomeOf(signatureVerifier(world, { audience: 'urn:"a"' }).verify(request))).toBe("accepted");
  });

  it.each(["http://svc.example.com/", "http://127.0.0.1.evil.example/"])("HSIG-5.1.02: %s is refused", async (url) => {
    expect(await outcomeOf(sign(new Request(url)))).toBe("credential_insecure_target");
    expect(await outcomeOf(sign(new Request(url), { allowInsecure: true }))).toBe("accepted");
  });
});

describe("the content", () => {
  const form = new FormData();
  form.set("a", "b");
  const stream = (...pieces: string[]): ReadableStream => new Blob(pieces).stream();

  it.each<[string, () => BodyInit, RegExp | null]>([
    ["a string", () => "two cones", /^text\/plain/],
    ["bytes", () => new Uint8Array([0, 255]), null],
    ["a buffer", () => new Uint8Array([1, 2, 3]).buffer, null],
    ["URLSearchParams", () => new URLSearchParams("a=b"), /^application\/x-www-form-urlencoded/],
    ["FormData", () => form, /^multipart\/form-data; boundary=/],
    ["a Blob", () => new Blob(["a"], { type: "a/b" }), /^a\/b$/],
    ["a stream", () => stream("one", "two"), null],
  ])("HSIG-3.19: of %s is read, digested and moved into the signed request", async (_what, body, type) => {
    const given = post(body());
    const request = await sign(given);
    expect(given.bodyUsed).toBe(true);
    if (type === null) expect(request.headers.has("content-type")).toBe(false);
    else expect(request.headers.get("content-type")).toMatch(type);
    const result = await verifier.verify(request);
    const bytes = new Uint8Array(await request.arrayBuffer());
    expect(bytes.length).toBeGreaterThan(0);
    expect(result.body).toEqual(bytes);
    expect(request.headers.get("content-digest")).toBe(digestOf(bytes));
  });

  it.each<[string, () => BodyInit]>([
    ["an empty string", () => ""],
    ["a stream of nothing", () => stream()],
  ])("of %s has no digest", async (_what, body) => {
    const request = await sign(post(body()));
    expect(request.headers.has("content-digest")).toBe(false);
    expect((await verifier.verify(request)).body).toBeUndefined();
  });

  it.each([
    [9, "accepted"],
    [8, "body_too_large"],
    [0, "body_too_large"],
  ])("maxBodyBytes %d: %s", async (maxBodyBytes, expected) => {
    for (const body of ["two cones", stream("two", " cones")]) {
      expect(await outcomeOf(sign(post(body), { maxBodyBytes }))).toBe(expected);
    }
  });

  it("of a stream without end is read no further than 1 MiB, and the stream is told", async () => {
    let told: unknown;
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65536).fill(++pulled)),
      cancel: (reason) => {
        told = [reason];
        return new Promise(() => undefined); // and is not waited for
      },
    });
    await expect(sign(post(endless))).rejects.toMatchObject({ code: "body_too_large" });
    expect(pulled).toBeLessThan(25);
    expect(told).toEqual([undefined]);
  });

  it("of a stream that fails is the caller's mistake, and says nothing", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("secret")) });
    const error = await sign(post(broken)).catch((e) => e);
    expect(error).toMatchObject({ ...mistake, message: expect.stringContaining("cannot be read") });
    expect(`${error.stack}${error.cause}`).not.toContain("secret");
  });

  it("of a stream that never comes is waited for until the request is aborted", async () => {
    const controller = new AbortController();
    const silent = new ReadableStream({ pull: () => new Promise(() => undefined) });
    const init = { method: "POST", body: silent, duplex: "half", signal: controller.signal } as RequestInit;
    const pending = sign(new Request(URI, init));
    setImmediate(() => controller.abort(new Error("enough")));
    await expect(pending).rejects.toThrow("enough");
  });

  it.each([
    ["sha-256", digestOf("a")],
    ["sha-512", digestOf("a", "sha-512")],
    ["two", `${digestOf("a")}, ${digestOf("a", "sha-512")}`],
  ])("HSIG-3.08: the caller's own digest is kept: %s", async (_what, digest) => {
    const request = await sign(post("a", { "Content-Digest": digest }));
    expect(request.headers.get("content-digest")).toBe(digest);
    expect(await outcomeOf(verifier.verify(request))).toBe("accepted");
  });

  it("HSIG-3.08: that of no content is kept where there is none", async () => {
    const request = await sign(new Request(URI, { headers: { "Content-Digest": digestOf("") } }));
    expect(coveredBy(request)).toContain('"content-digest"');
    expect((await verifier.verify(request)).body).toHaveLength(0);
  });

  it.each(["", "sha-256", digestOf("b"), "md5=:AA==:", `${digestOf("a")}, ${digestOf("b", "sha-512")}`])(
    "HSIG-3.20: one that is wrong is the caller's mistake: %s",
    async (digest) => {
      await expect(sign(post("a", { "Content-Digest": digest }))).rejects.toMatchObject({
        ...mistake,
        message: expect.stringContaining("Content-Digest"),
      });
    },
  );
});
