import { expect, it } from "vitest";
import { WimseError, type WimseErrorCode } from "../../src/base/errors.js";
import { problemResponse } from "../../src/issuer/enrolment-response.js";

it.each<[WimseErrorCode, number, string | null]>([
  ["enrolment_overloaded", 429, "1"],
  ["enrolment_malformed", 400, null],
  ["enrolment_bootstrap_refused", 403, null],
  ["enrolment_denied", 403, null],
  ["wit_revoked", 403, null],
  ["body_too_large", 413, null],
  ["issuer_state_unavailable", 503, null],
  ["replay_store_unavailable", 503, null],
])("%s is answered with %i, and when to come back with %s", async (code, status, retryAfter) => {
  const response = problemResponse(new WimseError(code, "words"));
  expect([response.status, response.headers.get("retry-after")]).toEqual([status, retryAfter]);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual({ type: `urn:wimse:problem:${code}`, title: expect.any(String), status });
});

it("what is not the library's is answered with 500 and none of its words", async () => {
  const response = problemResponse(Object.assign(new Error("secret"), { code: "wit_expired", status: 200 }));
  expect([response.status, response.headers.get("retry-after")]).toEqual([500, null]);
  expect(await response.json()).toEqual({ type: "about:blank", title: "Internal Server Error", status: 500 });
});
