import { describe, expect, it } from "vitest";
import { type SignRequestOptions, signRequest } from "../../src/index.js";
import { createWorld, outcomeOf } from "../support/wpt-fixtures.js";

const { credential, runtime } = await createWorld();
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

  it.each([false, undefined, 1, "true", {}])("allowInsecure: %s allows nothing", async (allowInsecure) => {
    const options = { allowInsecure } as unknown as SignRequestOptions;
    expect(await outcomeOf(sign(new Request("http://svc.example.com/"), options))).toBe("credential_insecure_target");
  });

  it.each(["data:,a", "blob:https://svc.example.com/1", "ftp://svc.example.com/"])(
    "%s is no web target at all",
    async (url) => {
      expect(await outcomeOf(sign(new Request(url), { allowInsecure: true }))).toBe("credential_insecure_target");
    },
  );
});
