import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configurationInvalid, WimseError, type WimseErrorCode, withStatus } from "../../src/base/errors.js";
import { createWorld } from "../support/wpt-fixtures.js";

const verifier = (await createWorld()).verifier();

/** Every code there is: docs/errors.md lists them, and a test of its own keeps that list whole. */
const documented = [
  ...readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8").matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm),
]
  .map(([, code = "", status = ""]) => ({ code: code as WimseErrorCode, status: status.trim() }))
  .filter(({ code, status }) => status !== "–" && code !== ("configuration_invalid" as string));

const headersOf = (error: unknown): Record<string, string> => Object.fromEntries(verifier.problem(error).headers);

describe("the answer to a request that was refused", () => {
  it.each(documented)("$code: $status", ({ code, status }) => {
    const error = new WimseError(code, "with a detail", "WPT-2.29");
    const expected = code === "wit_missing" ? 400 : Number(status);
    const problem = verifier.problem(error);
    expect(problem.status).toBe(expected);
    expect(headersOf(error)).toEqual({
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      ...(expected === 401 && { "WWW-Authenticate": "WPT" }),
    });
    const body = JSON.parse(problem.body);
    expect(body).toEqual({ type: `urn:wimse:problem:${code}`, title: expect.any(String), status: expected });
    expect(problem.body).not.toMatch(/detail|WPT-2/);
  });

  it("WPT-2.1.01: what is wrong with a WPT is answered with 401, all of it", () => {
    const codes = documented.filter(({ code }) => code.startsWith("wpt_"));
    expect(codes.length).toBeGreaterThan(15);
    for (const { code } of codes) expect(verifier.problem(new WimseError(code, "m")).status, code).toBe(401);
  });

  it("CREDS-5.2.01, CREDS-5.2.02, WPT-2.1.04: what is wrong with a WIT is not, nor a request that cannot be read", () => {
    for (const { code } of documented.filter(({ code }) => /^(?:wit|request)_/.test(code))) {
      const { status } = verifier.problem(new WimseError(code, "m"));
      expect([400, 403, 431], code).toContain(status);
      expect(headersOf(new WimseError(code, "m"))).not.toHaveProperty("WWW-Authenticate");
    }
  });

  it("WPT-2.1.02, WPT-2.1.03: the challenge is the scheme and nothing else, and comes with every 401 and no other", () => {
    const missing = withStatus(new WimseError("wit_missing", "m"), 401);
    expect(verifier.problem(missing).status).toBe(401);
    expect(headersOf(missing)["WWW-Authenticate"]).toBe("WPT");
    expect(headersOf(withStatus(new WimseError("wpt_expired", "m"), 400))).not.toHaveProperty("WWW-Authenticate");
  });

  it.each([
    ["wit_missing", "WIT missing"],
    ["wpt_wit_hash_mismatch", "WPT wit hash mismatch"],
    ["proof_missing", "Proof missing"],
    ["replay_store_unavailable", "Replay store unavailable"],
  ] as const)("WPT-2.1.05: the title of %s is %s", (code, title) => {
    expect(JSON.parse(verifier.problem(new WimseError(code, "m")).body).title).toBe(title);
  });

  it.each<[string, unknown]>([
    ["an error of another library", new Error("secret")],
    ["a mistake of the caller", configurationInvalid("secret")],
    ["what looks like one of ours", { code: "wpt_expired", status: 401, message: "secret" }],
    ["a string", "secret"],
    ["nothing", undefined],
  ])("%s is a plain 500", (_what, error) => {
    const { status, body } = verifier.problem(error);
    expect(status).toBe(500);
    expect(JSON.parse(body)).toEqual({ type: "about:blank", title: "Internal Server Error", status: 500 });
    expect(headersOf(error)).not.toHaveProperty("WWW-Authenticate");
  });

  it("the headers are the caller's to change", () => {
    verifier.problem(undefined).headers.push(["a", "b"]);
    expect(headersOf(undefined)).not.toHaveProperty("a");
  });
});
