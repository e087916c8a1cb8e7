import { createServer, get } from "node:https";
import { afterAll, beforeAll, expect, it } from "vitest";
import { spiffeBundle } from "../../../src/trust/key-source/spiffe-bundle.js";
import { portOf } from "../../support/loopback.js";
import { expectWimseError } from "../../support/wit-fixtures.js";
import { select, watchedRuntime } from "./support.js";

// A certificate for this machine that vouches for itself, and the key for it, which is for this test and nothing else.
const cert = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUdqX9PoPvCsHkLMZ1/2b9ldru4UgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTE0NTkyOVoYDzIxMjYxMTAx
MTQ1OTI5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR+1S1P1pk3yC+5VHxq2B/qXaWBxvD2G6z8S+zOOFlVwu/QCE+cRUdA
z0XtvjxZn7346xq9BjIXI8v2SMA1WYfCo28wbTAdBgNVHQ4EFgQUE2e/7+PIb+rj
BENlxZCwi9wq21AwHwYDVR0jBBgwFoAUE2e/7+PIb+rjBENlxZCwi9wq21AwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAK0kYKxvkFqUXuUp5Or2AQlrSOJkqjuRa/r99dNp16shAiEA
ge6FabEbLrZ53VTqClDc+KLre7DgwlQ70vRELgM/BIQ=
-----END CERTIFICATE-----
`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNNHEFBcJkuQ+eC7j
xw7Ya9mf1y1gn66acKX+oA80XqGhRANCAAR+1S1P1pk3yC+5VHxq2B/qXaWBxvD2
G6z8S+zOOFlVwu/QCE+cRUdAz0XtvjxZn7346xq9BjIXI8v2SMA1WYfC
-----END PRIVATE KEY-----
`;

let asked = 0;
const server = createServer({ cert, key }, (_request, response) => {
  asked++;
  response.end('{"keys":[]}');
});
let url = "";

beforeAll(async () => {
  url = `https://127.0.0.1:${await portOf(server)}/bundle`;
});
afterAll(() => server.close());

it("FED-5.2.1.4.01: an endpoint whose certificate no authority vouches for gives no bundle", async () => {
  const source = spiffeBundle(url);
  source.start(watchedRuntime());
  await expectWimseError(select(source, "a"), "trust_keys_unavailable", "CREDS-3.01");
  expect(source.state()).toMatchObject({ keys: 0, failure: "unreachable" });
  expect(asked).toBe(0);
  source.close();
  const status = await new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false }, (response) => resolve(response.resume().statusCode)).on("error", reject);
  });
  expect([status, asked]).toEqual([200, 1]); // to whoever does not look at certificates, it answers
});

it("FED-5.2.1.4.04: nor does one behind a redirect", async () => {
  const before = asked;
  const source = spiffeBundle("https://bundles.example.org/", {
    fetch: async (to, init) =>
      String(to) === url ? fetch(to, init) : new Response(null, { status: 302, headers: { Location: url } }),
  });
  source.start(watchedRuntime());
  await expectWimseError(select(source, "a"), "trust_keys_unavailable");
  expect(source.state().failure).toBe("unreachable");
  expect(asked).toBe(before);
  source.close();
});
