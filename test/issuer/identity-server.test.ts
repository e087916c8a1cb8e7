import { describe, expect, it } from "vitest";
import { createCredential } from "../../src/credential/credential.js";
import { generateKey } from "../../src/crypto/signer.js";
import { signRequest } from "../../src/exchange/sign-request.js";
import { signEnrolmentProof } from "../../src/issuer/enrolment-proof.js";
import { createIdentityServer } from "../../src/issuer/identity-server.js";
import type { IdentityServerOptions } from "../../src/issuer/identity-server-options.js";
import { createTrustStore } from "../../src/trust/store.js";
import { verifyWit } from "../../src/wit/verify.js";
import { AGENT, clockOf, enrolment, issuerWith, post, SERVER, testServer } from "../support/issuer-fixtures.js";
import { expectMistake, NOW, ORIGIN } from "../support/wit-fixtures.js";

const get = (path: string, method = "GET"): Request => new Request(`${SERVER}${path}`, { method });

describe("enrolment", () => {
  it("gives a WIT for the key whose possession was proven, and for nothing else", async () => {
    const world = await testServer({ lifetime: 600 });
    const key = await generateKey();
    const response = await world.server(await enrolment(world, { key }));
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const { wit, expiresAt } = (await response.json()) as { wit: string; expiresAt: number };
    expect(expiresAt).toBe(NOW + 600);
    const trust = createTrustStore([{ origin: ORIGIN, keys: await world.issuer.jwks() }]);
    const verified = await verifyWit(wit, { trust, runtime: world.runtime });
    expect(verified.id.uri).toBe(AGENT);
    expect(verified.confirmation.jwk).toEqual(key.publicJwk);
    await createCredential(wit, key);
  });

  it("leaves the lifetime to the issuer where none is set", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime);
    const asked: object[] = [];
    const issue: typeof issuer.issue = (sub, jwk, given = {}) => {
      asked.push(given);
      return issuer.issue(sub, jwk, given);
    };
    for (const options of [{}, { lifetime: 600 }]) {
      const world = await testServer({ runtime, issuer: { ...issuer, issue }, ...options });
      expect((await world.server(await enrolment(world))).status).toBe(200);
    }
    const signal = expect.any(AbortSignal);
    expect(asked).toStrictEqual([{ signal }, { signal, lifetime: 600 }]);
  });

  it("asks the policy with what vouched for the caller", async () => {
    const world = await testServer();
    await world.server(await enrolment(world));
    expect(world.asked).toEqual([{ type: "enrolment-token", name: "build" }]);
  });

  it("tells the audit who got what, without a token or a key", async () => {
    const world = await testServer();
    const { wit } = (await (await world.server(await enrolment(world))).json()) as { wit: string };
    expect(world.events).toEqual([
      {
        at: NOW,
        operation: "enrol",
        outcome: "issued",
        sub: AGENT,
        caller: { type: "enrolment-token", name: "build" },
        thumbprint: expect.stringMatching(/^[\w-]{43}$/),
        tokenId: expect.stringMatching(/^[\w-]{22}$/),
        expiresAt: NOW + 3600,
        kid: world.issuer.state().keys[0]?.kid,
      },
    ]);
    const told = JSON.stringify(world.events);
    for (const secret of [world.token, ...wit.split(".")]) expect(told).not.toContain(secret);
  });

  it("keeps to its decision when the audit throws or rejects", async () => {
    for (const audit of [
      () => Promise.reject(new Error("full")) as never,
      () => {
        throw new Error("full");
      },
    ]) {
      const world = await testServer({ audit });
      expect((await world.server(await enrolment(world))).status).toBe(200);
    }
  });

  it("gives the token's use back when no WIT could be issued", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime);
    let broken = true;
    const flaky = {
      ...issuer,
      issue: (...args: Parameters<typeof issuer.issue>) =>
        broken ? Promise.reject(new Error("secret")) : issuer.issue(...args),
    };
    const world = await testServer({ runtime, issuer: flaky });
    const refused = await world.server(await enrolment(world));
    expect([refused.status, await refused.text()]).toEqual([500, expect.not.stringContaining("secret")]);
    broken = false;
    expect((await world.server(await enrolment(world))).status).toBe(200);
    expect((await world.server(await enrolment(world))).status).toBe(403);
  });
});

describe("renewal", () => {
  it("gives a WIT for another key to the workload that signs with its present one", async () => {
    const world = await testServer();
    const key = await generateKey();
    const { wit } = (await (await world.server(await enrolment(world, { key }))).json()) as { wit: string };
    world.runtime.setTime(NOW + 3000);
    const next = await generateKey();
    const audience = `${SERVER}/renew`;
    const proof = await signEnrolmentProof({ audience, sub: AGENT, bootstrap: wit }, next, world.runtime);
    const { request } = await signRequest(post("/renew", { proof }), await createCredential(wit, key), {
      runtime: world.runtime,
    });
    const response = await world.server(request);
    const renewed = (await response.json()) as { wit: string; expiresAt: number };
    expect([response.status, renewed.expiresAt]).toEqual([200, NOW + 6600]);
    await createCredential(renewed.wit, next);
    expect(world.asked.at(-1)).toEqual({ type: "workload", name: AGENT });
    expect(world.events.at(-1)).toMatchObject({ operation: "renew", outcome: "issued", sub: AGENT });
  });
});

describe("what everybody may have", () => {
  it("FED-5.2.1.3.03, FED-5.2.1.3.04, FED-5.2.1.3.05: hands out the present keys and how long to keep them", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { origin: "spiffe://example.org", profile: "wit-svid", refreshHint: 60 });
    const { server } = await testServer({ runtime, issuer });
    for (const [path, document] of [
      ["/jwks.json", () => issuer.jwks()],
      ["/bundle.json", () => issuer.spiffeBundle()],
    ] as const) {
      await issuer.rotate();
      const response = await server(get(path));
      expect(await response.json()).toEqual(await document());
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(response.headers.get("cache-control")).toBe("public, max-age=60");
      const head = await server(get(path, "HEAD"));
      expect([head.status, await head.text(), head.headers.get("cache-control")]).toEqual([
        200,
        "",
        "public, max-age=60",
      ]);
    }
  });

  it("has no bundle of an issuer that issues no WIT-SVIDs", async () => {
    const { server } = await testServer();
    expect((await server(get("/bundle.json"))).status).toBe(404);
  });

  it("is found below the path of its URL, and nowhere else", async () => {
    const { server } = await testServer({ url: `${SERVER}/wimse` });
    expect((await server(get("/wimse/jwks.json"))).status).toBe(200);
    for (const path of ["/jwks.json", "/wimse", "/", "/wimse/jwks.json/"])
      expect((await server(get(path))).status).toBe(404);
  });

  it.each([
    ["/enrol", "GET", "POST"],
    ["/enrol", "HEAD", "POST"],
    ["/renew", "PUT", "POST"],
    ["/jwks.json", "POST", "GET, HEAD"],
  ])("answers %s to %s with what it takes", async (path, method, allow) => {
    const { server } = await testServer();
    const response = await server(get(path, method));
    expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
  });
});

describe("createIdentityServer", () => {
  it.each<[string, object, RegExp]>([
    ["policy", { policy: undefined }, /policy/],
    ["issuer", { issuer: {} }, /issuer/],
    ["bootstrap", { bootstrap: undefined }, /bootstrap/],
    ["the type of a check", { bootstrap: [{ check: () => undefined }] }, /has a type and a function check$/],
    ["the function of a check", { bootstrap: [{ type: "jwt" }] }, /has a type and a function check$/],
    ["that a check is there", { bootstrap: [undefined] }, /has a type and a function check$/],
    ["the name that renewals have", { bootstrap: [{ type: "workload", check: () => undefined }] }, /occurs twice$/],
    [
      "a name that occurs twice",
      { bootstrap: Array(2).fill({ type: "jwt", check: () => undefined }) },
      /occurs twice$/,
    ],
    ["url", { url: "id.example.com" }, /url/],
    ["https", { url: "http://id.example.com" }, /^url: https/],
    ["https, or http on loopback", { url: "ftp://127.0.0.1" }, /^url: https/],
    ["a url without userinfo", { url: "https://user@id.example.com" }, /url/],
    ["a url without query", { url: "https://id.example.com?x" }, /url/],
    ["the spelling of the url", { url: "https://ID.example.com" }, /url/],
    ["lifetime", { lifetime: 0 }, /^lifetime/],
    ["a lifetime of a day at the most", { lifetime: 86_401 }, /^lifetime/],
    ["audit", { audit: "console" }, /audit/],
    ["option names", { polices: 1 }, /unknown option/],
  ])("checks %s", async (_what, options, message) => {
    const issuer = await issuerWith(clockOf());
    const good = { issuer, url: SERVER, bootstrap: [], policy: () => true };
    await expectMistake(() => createIdentityServer({ ...good, ...options } as IdentityServerOptions), message);
  });

  it.each([undefined, null, "options"])("checks that there are options: %s", async (options) => {
    await expectMistake(() => createIdentityServer(options as never), /^createIdentityServer: an object is required$/);
  });

  it("answers a Request, and says nothing of something else", async () => {
    const { server } = await testServer();
    for (const wrong of [undefined, "secret", { url: "secret" }, { url: new URL(SERVER) }]) {
      await expectMistake(() => server(wrong as never), /^identity server: a Request$/);
    }
  });

  it("takes plain http on loopback", async () => {
    const issuer = await issuerWith(clockOf());
    const server = createIdentityServer({ issuer, url: "http://127.0.0.1:8420/", bootstrap: [], policy: () => false });
    expect((await server(new Request("http://127.0.0.1:8420/jwks.json"))).status).toBe(200);
  });
});
