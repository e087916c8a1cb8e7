import { expect, it } from "vitest";
import { isLoopback } from "../../src/base/loopback.js";

it.each<[url: string, loopback: boolean]>([
  ["http://localhost:8080/", true],
  ["http://LOCALHOST/", true],
  ["http://127.0.0.1/", true],
  ["http://127.255.255.254/", true],
  ["http://2130706433/", true],
  ["http://0x7f.1/", true],
  ["http://[::1]/", true],
  ["http://[0:0:0:0:0:0:0:1]:80/", true],
  ["http://[::2]/", false],
  ["http://[::ffff:127.0.0.1]/", false],
  ["http://0.0.0.0/", false],
  ["http://128.0.0.1/", false],
  ["http://10.127.0.0/", false],
  ["http://127.0.0.1.example/", false],
  ["http://x127.0.0.1.example/", false],
  ["http://localhost.example/", false],
  ["http://notlocalhost/", false],
  ["http://localhost./", false],
])("%s is this machine: %s", (url, loopback) => {
  expect(isLoopback(new URL(url).hostname)).toBe(loopback);
});
