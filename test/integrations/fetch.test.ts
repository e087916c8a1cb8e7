import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSigningFetch, type SigningFetchOptions } from "../../src/integrations/fetch.js";
import { countingSource, createWorld, mistake, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { credential, runtime } = world;
const ORIGIN = "https://svc.example.com";

/** A signing fetch whose requests are kept instead of sent. */
function recording(changes: Partial<SigningFetchOptions> = {}) {
  const sent: Request[] = [];
  const options: SigningFetchOptions = {
    origins: [ORIGIN],
    proof: "wpt",
    runtime,
    fetch: async (input) => {
      sent.push(input as Request);
      return new Response("ok");
    },
    ...changes,
  };
  return { sent, signingFetch: createSigningFetch(credential, options) };
}
const proofOf = (request: Request | undefined) =>
  decodeJwt(String(request?.headers.get("authorization")).replace(/^WPT /, ""));

describe("what is sent", () => {
  it.each<[string, RequestInfo | URL, RequestInit | undefined]>([
    ["a string", `${ORIGIN}/a?b=c`, { method: "POST", body: "x", headers: { "X-A": "1" } }],
    ["a URL", new URL(`${ORIGIN}/a?b=c`), { method: "POST", body: "x", headers: { "X-A": "1" } }],
    ["a Request", new Request(`${ORIGIN}/a?b=c`, { method: "POST", body: "x", headers: { "X-A": "1" } }), undefined],
    [
      "a Request and what to change about it",
      new Request(`${ORIGIN}/a?b=c`, { headers: { "X-A": "0" } }),
      { method: "POST", body: "x", headers: { "X-A": "1" } },
    ],
  ])("%s, with WIT and WPT", async (_what, input, init) => {
    const { sent, signingFetch } = recording();
    expect(await (await signingFetch(input, init)).text()).toBe("ok");
    const [request] = sent;
    expect(request).toMatchObject({ method: "POST", url: `${ORIGIN}/a?b=c`, redirect: "manual" });
    expect(request?.headers.get("x-a")).toBe("1");
    expect(request?.headers.get("workload-identity-token")).toBe(world.wit);
    expect(proofOf(request)).toMatchObject({ aud: `${ORIGIN}/a`, exp: NOW + 60 });
    expect(await request?.text()).toBe("x");
  });

  it("WPT-2.13: a fresh proof for each request, of the credential that the source has then", async () => {
    const source = countingSource(credential);
    const sent: unknown[] = [];
    const send = async (input: unknown) => {
      sent.push(proofOf(input as Request).jti);
      return new Response();
    };
    const signingFetch = createSigningFetch(source, {
      origins: [ORIGIN],
      proof: "wpt",
      runtime,
      fetch: send as typeof fetch,
    });
    for (let i = 0; i < 3; i++) await signingFetch(`${ORIGIN}/`);
    expect(new Set(sent).size).toBe(3);
    expect(source.asked).toBe(3);
  });

  it("by the options of signRequest", async () => {
    const { sent, signingFetch } = recording({ audience: "urn:svc", lifetime: 7, boundTokens: ["x-a"] });
    await signingFetch(`${ORIGIN}/`, { headers: { "X-A": "1" } });
    expect(proofOf(sent[0])).toMatchObject({ aud: "urn:svc", exp: NOW + 7, oth: { "x-a": expect.any(String) } });
  });

  it("without following redirects, whatever is asked for", async () => {
    const { sent, signingFetch } = recording();
    for (const redirect of ["follow", "manual", "error"] as const) await signingFetch(`${ORIGIN}/`, { redirect });
    expect(sent.map(({ redirect }) => redirect)).toEqual(["manual", "manual", "error"]);
  });
});

describe("where it is sent", () => {
  it.each([
    "https://evil.example/",
    "https://svc.example.com.evil.example/",
    "https://svc.example.com:8443/",
    "http://svc.example.com/",
    "https://a.svc.example.com/",
    "https://evil.example/https://svc.example.com/",
    "https://evil.example/?https://svc.example.com",
    "blob:https://evil.example/1",
    "data:,https://svc.example.com",
  ])("%s is not one of the origins: nothing is signed, nothing is sent", async (url) => {
    const source = countingSource(credential);
    const sent: unknown[] = [];
    const send = async (input: unknown) => {
      sent.push(input);
      return new Response();
    };
    const signingFetch = createSigningFetch(source, {
      origins: [ORIGIN],
      proof: "wpt",
      runtime,
      fetch: send as typeof fetch,
    });
    expect(await outcomeOf(signingFetch(url))).toBe("credential_origin_refused");
    expect([sent.length, source.asked]).toEqual([0, 0]);
  });

  it.each(["https://svc.example.com:443/a", "HTTPS://SVC.example.com/", "https://svc.example.com?a"])(
    "%s is, spelled otherwise",
    async (url) => {
      const { sent, signingFetch } = recording();
      await signingFetch(url);
      expect(sent.length).toBe(1);
    },
  );

  it("the second of two origins is one of them, and none is none", async () => {
    const two = recording({ origins: ["https://a.example", "https://b.example:8443"] });
    await two.signingFetch("https://b.example:8443/a");
    expect(two.sent.length).toBe(1);
    expect(await outcomeOf(recording({ origins: [] }).signingFetch(`${ORIGIN}/`))).toBe("credential_origin_refused");
  });

  it('"any" is any, save over plain http', async () => {
    const { sent, signingFetch } = recording({ origins: "any" });
    await signingFetch("https://anywhere.example/");
    expect(sent.length).toBe(1);
    expect(await outcomeOf(signingFetch("http://anywhere.example/"))).toBe("credential_insecure_target");
    expect(await outcomeOf(signingFetch("blob:https://svc.example.com/1"))).toBe("credential_insecure_target");
  });

  it("WPT-3.1.1.01: an allowed origin over plain http is refused unless it is allowed twice", async () => {
    const origins = ["http://svc.example.com"];
    expect(await outcomeOf(recording({ origins }).signingFetch("http://svc.example.com/"))).toBe(
      "credential_insecure_target",
    );
    expect(await outcomeOf(recording({ origins, allowInsecure: true }).signingFetch("http://svc.example.com/"))).toBe(
      "accepted",
    );
  });

  it("WPT-2.2.01: a request with Authorization is not sent", async () => {
    const { sent, signingFetch } = recording();
    expect(await outcomeOf(signingFetch(`${ORIGIN}/`, { headers: { authorization: "Bearer a" } }))).toBe(
      "configuration_invalid",
    );
    expect(sent).toEqual([]);
  });
});

describe("arguments of which no request can be made", () => {
  const SECRET = "s3cr3t";
  it.each<[string, unknown, RequestInit?]>([
    ["a URL with credentials", `https://user:${SECRET}@svc.example.com/`],
    ["a header with a line break", `${ORIGIN}/`, { headers: { "x-a": `${SECRET}\r\nx-b: c` } }],
    ["a header name that is none", `${ORIGIN}/`, { headers: { [`${SECRET} `]: "a" } }],
    ["a relative URL", `/${SECRET}`],
    ["no URL", undefined],
    ["GET with a body", `${ORIGIN}/`, { body: SECRET }],
  ])("%s: the mistake is told without a word of them, and nothing is sent", async (_what, input, init) => {
    const { sent, signingFetch } = recording();
    const error = await signingFetch(input as string, init).catch((e) => e);
    expect(error).toMatchObject({ ...mistake, message: "fetch: no request can be made of these arguments" });
    expect(error.cause).toBeUndefined();
    expect(inspect(error, { showHidden: true })).not.toContain(SECRET);
    expect(sent).toEqual([]);
  });
});

describe("over a real connection", () => {
  const seen: IncomingMessage[] = [];
  let server: Server;
  let base = "";

  beforeAll(async () => {
    server = createServer((req, res) => {
      seen.push(req);
      if (req.url === "/moved") res.writeHead(302, { location: `http://127.0.0.1:${port()}/elsewhere` });
      res.end("body");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${port()}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const port = (): number => (server.address() as AddressInfo).port;

  it("the platform's fetch sends one WIT and one WPT, and hands a redirect to the caller", async () => {
    const signingFetch = createSigningFetch(credential, { origins: [base], proof: "wpt", runtime });
    const response = await signingFetch(`${base}/moved`, { method: "POST", body: "x" });
    expect(response.status).toBe(302);
    expect(seen.map(({ url }) => url)).toEqual(["/moved"]);
    const names = (seen[0]?.rawHeaders ?? []).filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
    expect(names.filter((name) => name === "authorization" || name === "workload-identity-token").length).toBe(2);
  });

  it("a redirect under redirect: error is an error", async () => {
    const signingFetch = createSigningFetch(credential, { origins: [base], proof: "wpt", runtime });
    await expect(signingFetch(`${base}/moved`, { redirect: "error" })).rejects.toThrow(TypeError);
    expect(seen.at(-1)?.url).toBe("/moved");
  });
});
