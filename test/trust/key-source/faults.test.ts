import { afterEach, describe, expect, it } from "vitest";
import { remoteJwks } from "../../../src/trust/key-source/remote-jwks.js";
import { createTrustStore } from "../../../src/trust/store.js";
import { verifyWit } from "../../../src/wit/verify.js";
import {
  type Answer,
  body,
  flood,
  gzipBomb,
  json,
  type KeyServer,
  keyServer,
  raw,
  redirect,
  stall,
  status,
  trickle,
} from "../../support/key-server.js";
import {
  encode,
  expectWimseError,
  issuerKey,
  jwks,
  makeWit,
  ORIGIN,
  strangerKey,
  witHeader,
} from "../../support/wit-fixtures.js";
import { NOW, select, watchedRuntime } from "./support.js";

const OTHER = "wimse://example.org";
const good = json(jwks(issuerKey));
const set = JSON.stringify(jwks(issuerKey));
const ended: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function startServer(answer: Answer): Promise<KeyServer> {
  const server = await keyServer(answer);
  ended.push(server.stop);
  return server;
}

/** Two trust domains, each with a key server of its own; only the first is put to the test. */
async function twoDomains(answer: Answer) {
  const runtime = watchedRuntime();
  const [server, otherServer] = [await startServer(answer), await startServer(good)];
  const received = { bytes: 0 };
  const countingFetch: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (response.body === null) return response;
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received.bytes += chunk.length;
        controller.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(count), { status: response.status, headers: response.headers });
  };
  const options = { allowInsecureLoopback: true, timeout: 5 };
  const keys = remoteJwks(server.url, { ...options, fetch: countingFetch });
  const trust = createTrustStore(
    [
      { origin: ORIGIN, keys },
      { origin: OTHER, keys: remoteJwks(otherServer.url, options) },
    ],
    { runtime },
  );
  ended.push(() => trust.close());
  const verify = (token: string) => verifyWit(token, { trust, runtime });
  return { runtime, server, otherServer, keys, trust, verify, received };
}

const genuine = makeWit();
/** What an attacker signs with a key of his own, under the name of the issuer's. */
const forged = makeWit({ key: strangerKey });
const ofOther = makeWit({ claims: { sub: `${OTHER}/agent` } });

const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
const elsewhere = "https://127.0.0.1:1/keys";

/** What a key server can do wrong, and what the state says of it. */
const FAULTS: readonly [name: string, answer: Answer, failure: string][] = [
  ["never answers", stall, "timed_out"],
  ["trickles", trickle, "timed_out"],
  ["breaks off within Content-Length", raw(`${head}Content-Length: 5000\r\n\r\n${set}`), "unreachable"],
  ["breaks off within a chunk", raw(`${head}Transfer-Encoding: chunked\r\n\r\nfff\r\n${set}`), "unreachable"],
  ["breaks off where nobody can tell", raw(`${head}Connection: close\r\n\r\n${set.slice(0, -20)}`), "malformed"],
  ["says that less will come than does", raw(`${head}Content-Length: 20\r\n\r\n${set}`), "malformed"],
  ["speaks something else than HTTP", raw(`SSH-2.0-keys\r\n${set}`), "unreachable"],
  ["hangs up", (response) => response.socket?.destroy(), "unreachable"],
  ["sends 10 MB", flood(10), "too_large"],
  ["sends 10 MB of a set", body(`{"keys":[${"0,".repeat(5 * 2 ** 20)}0]}`), "too_large"],
  ["packs 100 MB into some kilobytes", gzipBomb(100), "too_large"],
  ["says that plain text is compressed", body(set, { "Content-Encoding": "gzip" }), "unreachable"],
  ["sends a page", body("<!doctype html><title>keys</title>", { "Content-Type": "text/html" }), "malformed"],
  ["redirects elsewhere", redirect(elsewhere), "redirect_refused"],
  ["redirects to another port", redirect("http://127.0.0.1:1/keys"), "redirect_refused"],
  ["redirects to another name of the same machine", redirect("http://localhost/keys"), "redirect_refused"],
  ["redirects in a circle", redirect("/keys"), "redirect_refused"],
  ["says that nothing is new, unasked", status(304), "status_304"],
  ["sends nothing", body(""), "malformed"],
  ["has no content", status(204), "status_204"],
  ["knows no such thing", status(404), "status_404"],
  ["wants to know who is there", status(401, { "WWW-Authenticate": "Basic" }), "status_401"],
  ["is broken", (response) => response.writeHead(500).end(set), "status_500"],
  ["is overloaded", status(503, { "Retry-After": "1" }), "status_503"],
  ["sends bytes that are not UTF-8", body(Buffer.from(set.replace("kid", "k\xefd"), "latin1")), "malformed"],
  ["nests deeply", body(`{"keys":[],"x":${"[".repeat(1000)}${"]".repeat(1000)}}`), "malformed"],
  ["names a member twice", body(set.replace('"kty"', '"kid":"issuer-1","kty"')), "malformed"],
  ["sends too many keys", json({ keys: Array.from({ length: 101 }, (_, n) => ({ kty: "XYZ", n })) }), "too_many_keys"],
];

describe.each(FAULTS)("a key server that %s", (_name, answer, failure) => {
  it("CREDS-3.01: is trusted with nothing, and delays no other trust domain", async () => {
    const { runtime, server, keys, verify, received } = await twoDomains(answer);
    const requests = [genuine, forged].map((token) => verify(token).then(undefined, (error: unknown) => error));
    await server.requested(1);
    expect((await verify(ofOther)).id.origin).toBe(OTHER); // while the others wait
    if (failure === "timed_out") runtime.setTime(NOW + 5);
    for (const error of await Promise.all(requests)) expect(error).toMatchObject({ code: "trust_keys_unavailable" });
    expect(keys.state()).toMatchObject({ keys: 0, failure });
    expect(received.bytes).toBeLessThan(2 ** 20);
  });

  it("CREDS-3.04: leaves the last good keys in force, without a wait", async () => {
    const { runtime, server, keys, verify, received } = await twoDomains(good);
    await verify(genuine);
    server.answer = answer;
    runtime.setTime(NOW + 210);
    const joined = expectWimseError(select(keys, "not there"), "trust_keys_unavailable"); // waits for the end of the load
    await server.requested(2);
    expect((await verify(genuine)).id.origin).toBe(ORIGIN); // while the load goes on
    await expectWimseError(verify(forged), "wit_signature_invalid");
    if (failure === "timed_out") runtime.setTime(NOW + 215);
    await joined;
    expect(keys.state()).toMatchObject({ keys: 1, fetchedAt: NOW, failure });
    expect((await verify(genuine)).id.origin).toBe(ORIGIN);
    await expectWimseError(verify(forged), "wit_signature_invalid");
    expect((await verify(ofOther)).id.origin).toBe(OTHER);
    expect(received.bytes).toBeLessThan(2 ** 20);
  });
});

describe("a key server that is odd, but honest", () => {
  it.each<[string, Answer]>([
    [
      "redirects within its origin",
      (response, { url }) => (url === "/keys" ? redirect("/moved") : good)(response, null as never),
    ],
    ["sends another type", body(set, { "Content-Type": "text/plain; charset=latin1" })],
    ["sends no type", raw(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${set}`)],
    [
      "sends one byte at a time",
      (response) => {
        for (const character of set) response.write(character);
        response.end();
      },
    ],
    ["sends members that nobody knows", json({ ...jwks(issuerKey), spiffe_sequence: 1, more: [{}] })],
  ])("serves: it %s", async (_name, answer) => {
    const { verify } = await twoDomains(answer);
    expect((await verify(genuine)).id.origin).toBe(ORIGIN);
    await expectWimseError(verify(forged), "wit_signature_invalid");
  });
});

describe("ten thousand requests with unknown kids", () => {
  it("CREDS-3.07: cost the key server one request in a cooldown, and delay nobody else", async () => {
    const { runtime, server, otherServer, verify } = await twoDomains(good);
    await verify(genuine);
    const [, ...claimsAndSignature] = genuine.split(".");
    const hostile = Array.from({ length: 10_000 }, (_, index) =>
      [encode(JSON.stringify({ ...witHeader(), kid: `hostile-${index}` })), ...claimsAndSignature].join("."),
    );
    for (const [round, expected] of [
      [10, 2], // the cooldown after the first fetch is over
      [10, 2],
      [20, 3],
    ] as const) {
      runtime.setTime(NOW + round);
      const outcomes = hostile.map((token) => verify(token).then(undefined, (error: unknown) => error));
      expect((await verify(genuine)).id.origin).toBe(ORIGIN);
      expect((await verify(ofOther)).id.origin).toBe(OTHER);
      const codes = new Set((await Promise.all(outcomes)).map((error) => (error as { code?: string }).code));
      expect(codes).toEqual(new Set(["wit_key_not_found"]));
      expect(server.requests).toHaveLength(expected);
    }
    expect(otherServer.requests).toHaveLength(1);
  }, 60_000);
});

describe("a key server that is not there", () => {
  it("CREDS-3.01: is trust_keys_unavailable", async () => {
    const server = await keyServer(good);
    await server.stop();
    const keys = remoteJwks(server.url, { allowInsecureLoopback: true, runtime: watchedRuntime() });
    await expectWimseError(select(keys, issuerKey.kid), "trust_keys_unavailable", "CREDS-3.01");
    expect(keys.state()).toMatchObject({ keys: 0, failure: "unreachable" });
    keys.close();
  });
});
