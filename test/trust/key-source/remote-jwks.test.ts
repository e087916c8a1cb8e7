import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { type RemoteJwksOptions, remoteJwks } from "../../../src/trust/key-source/remote-jwks.js";
import { expectMistake, expectWimseError, issuerKey, keyFor } from "../../support/wit-fixtures.js";
import { fetchedSource, set, URL_OF_KEYS } from "./remote-jwks-support.js";
import { keyA, keyB, NOW, select, settled, watchedRuntime } from "./support.js";

describe("remoteJwks", () => {
  it("CREDS-3.04, CREDS-3.05: selects among the keys that it fetched", async () => {
    const { source, sent } = fetchedSource([set([keyA(), keyB(), keyFor("Ed25519").publicJwk])]);
    expect((await select(source, "a")).jwk).toEqual(keyA());
    expect((await select(source, "b")).jwk).toEqual(keyB());
    expect(source.state()).toMatchObject({ keys: 3, fetchedAt: NOW, problems: [] });
    expect(sent).toHaveLength(1);
  });

  it("sends nothing that tells of anybody, and follows no redirect unasked", async () => {
    const { sent } = fetchedSource([set([keyA()])]);
    await settled();
    const [{ url, init, headers } = {} as never] = sent;
    expect(url).toBe(URL_OF_KEYS);
    expect(Object.fromEntries(headers as Headers)).toEqual({
      accept: "application/jwk-set+json, application/json",
      "cache-control": "no-cache",
    });
    expect({ ...(init as RequestInit), headers: undefined, signal: undefined }).toEqual({
      method: "GET",
      redirect: "manual",
      headers: undefined,
      signal: undefined,
    });
  });

  it("uses the platform's fetch by default", async () => {
    const original = globalThis.fetch;
    globalThis.fetch = async () => set([keyA()])();
    try {
      const source = remoteJwks(URL_OF_KEYS);
      source.start(watchedRuntime());
      expect((await select(source, "a")).jwk.kid).toBe("a");
    } finally {
      globalThis.fetch = original;
    }
  });

  it.each<[string, unknown, string]>([
    ["a private key", { ...issuerKey.privateJwk, kid: "x" }, "keys[1]: the JWK must hold no private member"],
    ["a symmetric key", { kty: "oct", k: "c2VjcmV0", kid: "x" }, "keys[1]: the JWK must hold no private member"],
    ["a key off its curve", { ...keyB(), y: keyB().x }, "keys[1]: x and y must be a point of the curve"],
    ["no object", 42, "keys[1]: a JWK must be an object"],
    ["a kid that is no string", { ...keyB(), kid: 1 }, "keys[1]: kid must be a string"],
  ])("CREDS-5.1.09: leaves out and reports %s", async (_name, entry, problem) => {
    const { source } = fetchedSource([set([keyA(), entry])]);
    expect((await select(source, "a")).jwk.kid).toBe("a");
    expect(source.state()).toMatchObject({ keys: 1, problems: [problem] });
  });

  it("leaves out a private key that has the name of a public one, and that one with it", async () => {
    const { source } = fetchedSource([set([keyA(), { ...issuerKey.privateJwk, kid: "a" }])]);
    await expectWimseError(select(source, "a"), "wit_key_not_found", "CREDS-3.07");
    expect(source.state().problems).toEqual([
      "keys[0]: its kid occurs twice in the set",
      "keys[1]: the JWK must hold no private member",
      "keys[1]: its kid occurs twice in the set",
    ]);
  });

  it("CREDS-3.07: takes neither of two keys with one kid, the same key twice included", async () => {
    const twice = [keyA(), { ...keyB(), kid: "a" }, keyB()];
    const { source } = fetchedSource([set(twice)]);
    await expectWimseError(select(source, "a"), "wit_key_not_found", "CREDS-3.07");
    expect((await select(source, "b")).jwk.kid).toBe("b");
    expect(source.state().problems).toEqual([0, 1].map((n) => `keys[${n}]: its kid occurs twice in the set`));
    await expectWimseError(select(fetchedSource([set([keyA(), keyA()])]).source, "a"), "wit_key_not_found");
  });

  it.each([
    ["a use for something else", { use: "enc" }],
    ["a use of JWT-SVIDs", { use: "jwt-svid" }],
    ["no operation verify", { key_ops: ["sign"] }],
  ])("leaves out in silence a key with %s", async (_name, labels) => {
    const { source } = fetchedSource([set([{ ...keyA(), ...labels }, keyB(), { kty: "XYZ" }])]);
    await expectWimseError(select(source, "a"), "wit_key_not_found");
    expect(source.state()).toMatchObject({ keys: 1, problems: [] });
  });

  it.each<[string, string | Uint8Array, RemoteJwksOptions, string]>([
    ["nothing", "", {}, "malformed"],
    ["no JSON", "<html></html>", {}, "malformed"],
    ["an array", "[]", {}, "malformed"],
    ["an object without keys", "{}", {}, "malformed"],
    ["keys that are no array", '{"keys":{}}', {}, "malformed"],
    ["inherited keys", '{"__proto__":{"keys":[]}}', {}, "malformed"],
    ["a member twice", '{"keys":[],"keys":[]}', {}, "malformed"],
    ["a member of a key twice", '{"keys":[{"kty":"EC","kty":"EC"}]}', {}, "malformed"],
    ["deep JSON", `{"keys":[${"[".repeat(50)}${"]".repeat(50)}]}`, {}, "malformed"],
    ["very deep JSON", `{"keys":${"[".repeat(100_000)}`, {}, "malformed"],
    ["bytes that are not UTF-8", Buffer.from([...Buffer.from('{"keys":[{"kid":"'), 0xff, 0x22]), {}, "malformed"],
    ["a byte order mark", '\ufeff{"keys":[]}', {}, "malformed"],
    ["UTF-16", Buffer.from('{"keys":[]}', "utf16le"), {}, "malformed"],
    ["a key too many", '{"keys":[1,2,3]}', { maxKeys: 2 }, "too_many_keys"],
    ["a byte too many", '{"keys":[]} ', { maxBytes: 11 }, "too_large"],
  ])("CREDS-3.01: accepts nothing of %s", async (_name, content, options, failure) => {
    const { source } = fetchedSource([() => new Response(content as BodyInit)], options);
    await expectWimseError(select(source, "a"), "trust_keys_unavailable", "CREDS-3.01");
    expect(source.state()).toMatchObject({ keys: 0, failure });
  });

  it.each<[string, unknown, RemoteJwksOptions]>([
    ["entries", { keys: [keyA(), keyB()] }, { maxKeys: 2 }],
    ["bytes", { keys: [keyA()] }, { maxBytes: JSON.stringify({ keys: [keyA()] }).length }],
  ])("accepts a set with as many %s as there may be", async (_name, content, options) => {
    const { source } = fetchedSource([() => new Response(JSON.stringify(content))], options);
    expect((await select(source, "a")).jwk.kid).toBe("a");
  });

  it.each<[string, () => Response | Promise<Response>, string]>([
    ["a status of failure", () => new Response("{}", { status: 500 }), "status_500"],
    ["a status that is not asked for", () => new Response('{"keys":[]}', { status: 203 }), "status_203"],
    ["nothing new, unasked", () => new Response(null, { status: 304 }), "status_304"],
    ["an error of the network", () => Promise.reject(new Error(`connect ${URL_OF_KEYS}?secret`)), "unreachable"],
    ["something that is no response", () => ({}) as Response, "status_0"],
    ["nothing at all", () => undefined as unknown as Response, "unreachable"],
    ["a body of something else than bytes", () => ({ status: 200, body: "keys" }) as never, "unreachable"],
    ["a stream of text", () => ({ status: 200, body: streamOf("text") }) as never, "unreachable"],
    ["a stream of anything", () => ({ status: 200, body: streamOf({ length: -1 }) }) as never, "unreachable"],
    ["a redirect that was followed", () => redirectedResponse(), "redirect_refused"],
    ["a redirect that a browser hides", () => ({ type: "opaqueredirect", status: 0 }) as Response, "redirect_refused"],
  ])("CREDS-3.01: accepts nothing of a fetch that gives %s", async (_name, response, failure) => {
    const { source } = fetchedSource([response]);
    await expectWimseError(select(source, "a"), "trust_keys_unavailable", "CREDS-3.01");
    expect(source.state()).toMatchObject({ keys: 0, failure });
    expect(JSON.stringify(source.state())).not.toContain("secret");
  });
});

describe("the configuration of a remote set", () => {
  it.each<[string, unknown, RegExp]>([
    ["no URL", undefined, /^remoteJwks: an absolute URL$/],
    ["a relative URL", "/keys", /^remoteJwks: an absolute URL$/],
    ["something like a URL", { href: URL_OF_KEYS, toString: () => URL_OF_KEYS }, /^remoteJwks: an absolute URL$/],
    ["plain http", "http://id.example.com/keys?secret", /^remoteJwks: https is required$/],
    ["plain http to a name like loopback", "http://localhost.example.com/", /^remoteJwks: https is required$/],
    ["plain http to loopback", "http://127.0.0.1:1/keys", /^remoteJwks: http to loopback only with allowInsecureLoop/],
    ["a file", "file:///keys", /^remoteJwks: https is required$/],
    ["a user name", "https://secret@id.example.com/", /^remoteJwks: it must not hold a user name or password$/],
    [
      "a password",
      new URL("https://:secret@id.example.com/"),
      /^remoteJwks: it must not hold a user name or password$/,
    ],
  ])("is not %s", async (_name, url, message) => {
    await expectMistake(() => remoteJwks(url as string), message);
  });

  it.each(["http://localhost:1/", "http://127.1.2.3/", "http://[::1]:8/", "https://localhost/"])(
    "may be %s where that is allowed",
    (url) => {
      expect(remoteJwks(url, { allowInsecureLoopback: true }).state()).toEqual({ keys: 0, problems: [] });
    },
  );

  it.each<[string, unknown, RegExp]>([
    ["a misspelt option", { refreshinterval: 5 }, /^remoteJwks: unknown option "refreshinterval"$/],
    ["options that are none", null, /^remoteJwks: an object is required$/],
    ["a fetch that is none", { fetch: "https" }, /^fetch: a function$/],
    ["a switch that is none", { allowInsecureLoopback: "true" }, /^allowInsecureLoopback: a boolean$/],
    ["another switch that is none", { loadAtStart: 1 }, /^loadAtStart: a boolean$/],
    ["a runtime that is none", { runtime: {} }, /^runtime: /],
    ["a runtime without timers", { runtime: { ...watchedRuntime(), schedule: undefined } }, /^runtime: schedule/],
    ["no bytes", { maxBytes: 1 }, /^maxBytes: a number from 2 to/],
    ["no keys", { maxKeys: 0 }, /^maxKeys: a number from 1 to/],
    ["no interval", { refreshInterval: 0 }, /^refreshInterval: a number from 1 to/],
    ["an interval that is no number", { refreshInterval: "5" }, /^refreshInterval: /],
    ["bounds that contradict", { minRefreshInterval: 20, maxRefreshInterval: 10 }, /^minRefreshInterval: no more than/],
    ["a cooldown below zero", { cooldown: -1 }, /^cooldown: a number from 0 to 3600$/],
    ["endless staleness", { maxStale: Number.POSITIVE_INFINITY }, /^maxStale: a number from 0 to 2592000$/],
    ["no time", { timeout: 0 }, /^timeout: a number from 0.1 to 120$/],
  ])("is not %s", async (_name, options, message) => {
    await expectMistake(() => remoteJwks(URL_OF_KEYS, options as never), message);
  });

  it("takes a runtime without fetch for what it lacks", async () => {
    const original = globalThis.fetch;
    globalThis.fetch = undefined as never;
    try {
      await expectMistake(() => remoteJwks(URL_OF_KEYS), /^fetch: a function$/);
    } finally {
      globalThis.fetch = original;
    }
  });

  it("is not shown by the source: a query may be a secret", async () => {
    const source = remoteJwks(`${URL_OF_KEYS}?token=secret`, { runtime: watchedRuntime() });
    const printed = inspect(source, { depth: 9, showHidden: true, getters: true }) + JSON.stringify(source);
    expect(printed).not.toContain("secret");
  });
});

function streamOf(chunk: unknown): ReadableStream {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(chunk);
      controller.close();
    },
  });
}

function redirectedResponse(): Response {
  return Object.defineProperty(set([keyA()])(), "redirected", { value: true });
}
