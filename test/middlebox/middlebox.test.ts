import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exactly, targetUriAt } from "../../src/index.js";
import { createSigningFetch, type SigningFetchOptions } from "../../src/integrations/fetch.js";
import { authenticate, sendProblem, sendResponse } from "../../src/integrations/node.js";
import { portOf, stop } from "../support/loopback.js";
import { createExchange, TOOLS } from "../support/response-fixtures.js";
import { outcomeOf } from "../support/wpt-fixtures.js";
import { chunkedFetch, http2Fetch } from "./clients.js";
import { isPresent, type Nginx, startNginx } from "./nginx.js";

if (!isPresent) console.warn("left out: the tests with a proxy, since nginx or openssl is absent");

/** What an honest proxy does, and what changes more than it may. */
const LOCATIONS = `
  location / { proxy_pass http://service; }
  location /rewritten/ { proxy_pass http://service/other/; }
  location /stripped/ { proxy_pass http://service/; }
  location /query/ { proxy_pass http://service$uri?added=1; }
  location /method/ { proxy_pass http://service; proxy_method PUT; }
  location /request-type/ { proxy_pass http://service; proxy_set_header Content-Type text/html; }
  location /request-wit/ { proxy_pass http://service; proxy_set_header Workload-Identity-Token ""; }
  location /request-signature/ { proxy_pass http://service; proxy_set_header Signature ""; }
  location /request-body/ { proxy_pass http://service; proxy_set_body tampered; }
  location /body/ { proxy_pass http://service; sub_filter_types *; sub_filter cones comes; }
  location /type/ { proxy_pass http://service; proxy_hide_header Content-Type; default_type text/html; add_header Content-Type text/html; }
  location /digest/ { proxy_pass http://service; proxy_hide_header Content-Digest; }
  location /wit/ { proxy_pass http://service; proxy_hide_header Workload-Identity-Token; }
  location /signature/ {
    proxy_pass http://service;
    proxy_hide_header Signature;
    proxy_hide_header Signature-Input;
  }
  location /input/ { proxy_pass http://service; proxy_hide_header Signature-Input; }
  location /error/ { proxy_pass http://service; proxy_intercept_errors on; error_page 404 =200 /replaced; }
  location /replaced { return 200 "everything is fine"; }
  location /coded/ { proxy_pass http://service; gzip on; gzip_min_length 1; gzip_types *; }
`;

it("nginx and openssl are present wherever CI is set", () => {
  expect(isPresent || !process.env["CI"]).toBe(true);
});

describe.runIf(isPresent)("behind an nginx that ends TLS", () => {
  let server: Server;
  let nginx: Nginx;
  let last: IncomingMessage | undefined;
  let exchange: Awaited<ReturnType<typeof createExchange>>;

  beforeAll(async () => {
    exchange = await createExchange();
    server = createServer(async (req, res) => {
      last = req;
      // who the service is comes from its configuration: it never sees the name under which clients know it
      const verifier = exchange.signatureVerifier({
        audience: (target) => [...namesAt(target), "urn:tools"],
        maxBodyBytes: 1_000_000,
      });
      const namesAt = targetUriAt(nginx.origin) as (target: object) => readonly string[];
      try {
        const request = await authenticate(req, verifier);
        const response = {
          status: /^\/(?:error|missing)\//.test(String(req.url)) ? 404 : 200,
          headers: [
            ["Content-Type", "text/plain"],
            ["Set-Cookie", "a=1"],
            ["Set-Cookie", "b=2"],
          ] as const,
          body: request.body ?? "two cones",
        };
        await sendResponse(res, response, request, verifier, {
          credential: exchange.service,
          runtime: exchange.runtime,
        });
      } catch (error) {
        sendProblem(res, verifier, error);
      }
    });
    nginx = await startNginx(await portOf(server), LOCATIONS);
  });
  afterAll(async () => {
    await nginx?.stop();
    await stop(server);
  });

  const call = (path: string, init: RequestInit = {}, options: Partial<SigningFetchOptions> = {}) =>
    createSigningFetch(exchange.credential, {
      origins: [nginx.origin],
      trust: exchange.trust,
      expect: exactly(TOOLS),
      requireSignedResponse: true,
      runtime: exchange.runtime,
      fetch: chunkedFetch(nginx.certificate),
      ...options,
    })(`${nginx.origin}${path}`, init);
  /** What the service said of a request that it refused. */
  const refusalOf = async (path: string, init: RequestInit, options: Partial<SigningFetchOptions> = {}) => {
    const response = await call(path, init, { requireSignedResponse: false, ...options });
    return [response.status, ((await response.json()) as { type: string }).type.replace("urn:wimse:problem:", "")];
  };

  describe.each<[string, (certificate: string) => typeof fetch]>([
    ["HTTP/1.1", chunkedFetch],
    ["HTTP/2", http2Fetch],
  ])("over %s", (_version, clientFor) => {
    const viaClient = (path: string, init: RequestInit = {}) =>
      call(path, init, { fetch: clientFor(nginx.certificate) });

    it.each<[string, string, RequestInit, string]>([
      ["without content", "/", {}, "two cones"],
      ["with content", "/orders", { method: "POST", body: "three" }, "three"],
      ["with a query", "/orders?a=1&b=%20%41&&c", { method: "PUT", body: "ä" }, "ä"],
      ["with a path that others would tidy up", "/a//b/%2F%41;c=d/.x", {}, "two cones"],
      ["HEAD", "/orders", { method: "HEAD" }, ""],
      ["DELETE", "/orders/7", { method: "DELETE" }, "two cones"],
      ["with much content", "/orders", { method: "POST", body: "x".repeat(700_000) }, "x".repeat(700_000)],
    ])("HSIG-3.06: a request %s is verified there, and its signed response here", async (_what, path, init, text) => {
      const response = await viaClient(path, init);
      expect([response.status, (await response.text()) === text]).toEqual([200, true]);
      expect(response.headers.get("via")).toContain("middlebox");
      expect(last?.url).toBe(path);
    });

    it("an error is signed, too, and verified", async () => {
      expect((await viaClient("/missing/")).status).toBe(404);
    });
  });

  it("the proxy did change what a proxy may", async () => {
    await call("/orders", { method: "POST", body: "x".repeat(20_000) });
    expect(last?.headers).toMatchObject({
      host: "service.internal",
      "x-forwarded-proto": "https",
      via: "1.1 middlebox",
      "content-length": "20000", // it came in chunks
    });
  });

  it.each<[string, string, string]>([
    [
      "HSIG-3.02, HSIG-3.27: rewrites the path, which is in the audience",
      "/rewritten/a",
      "signature_audience_mismatch",
    ],
    ["HSIG-3.08: replaces the content", "/request-body/", "content_digest_mismatch"],
    ["HSIG-3.03: changes the query", "/query/", "signature_invalid"],
    ["HSIG-3.01: changes the method", "/method/", "signature_invalid"],
    ["HSIG-3.07: replaces the Content-Type", "/request-type/", "signature_invalid"],
    ["HSIG-3.11: removes the WIT", "/request-wit/", "wit_missing"],
    ["removes half of the signature", "/request-signature/", "signature_malformed"],
  ])("a request is refused when the proxy %s: %s", async (_what, path, code) => {
    expect(await refusalOf(path, { method: "POST", body: "three" })).toEqual([400, code]);
  });

  it.each(["/rewritten/a", "/stripped/a"])(
    "HSIG-3.02: under a fixed audience, %s is another path still",
    async (path) => {
      expect(await refusalOf(path, {}, { audience: "urn:tools" })).toEqual([400, "signature_invalid"]);
    },
  );

  it.each<[string, string, string]>([
    ["HSIG-3.20: changes the content", "/body/", "content_digest_mismatch"],
    ["HSIG-3.16: replaces the Content-Type", "/type/", "signature_invalid"],
    ["HSIG-3.17: removes the digest", "/digest/", "signature_component_invalid"],
    ["HSIG-3.18: removes the WIT", "/wit/", "wit_missing"],
    ["HSIG-3.5.05: removes the signature", "/signature/", "response_signature_required"],
    ["removes half of the signature", "/input/", "signature_malformed"],
    ["HSIG-3.5.05: puts a page of its own in place of an error", "/error/", "response_signature_required"],
  ])("a response is refused when the proxy %s: %s", async (_what, path, code) => {
    expect(await outcomeOf(call(path))).toBe(code);
  });

  it("HSIG-6.4.02: where no signed response is demanded, its removal goes unnoticed", async () => {
    const response = await call("/signature/", {}, { requireSignedResponse: false });
    expect(await response.text()).toBe("two cones");
  });

  it("R9530-3.02: a response that is asked for without coding is left alone, and one that is coded on the way is refused", async () => {
    expect(await (await call("/coded/")).text()).toBe("two cones");
    const asksForCoding = call("/coded/", { headers: { "accept-encoding": "gzip" } });
    expect(await outcomeOf(asksForCoding)).toBe("response_encoding_unsupported");
  });
});
