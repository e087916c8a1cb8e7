import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  configurationInvalid,
  isWimseError,
  refuseUnknownOptions,
  WimseError,
  withStatus,
} from "../../src/base/errors.js";
import { expectMistake } from "../support/wit-fixtures.js";

describe("WimseError", () => {
  it("has a code, fixed text and the requirement that was violated", () => {
    const error = new WimseError("wit_expired", "The WIT has expired", "CREDS-5.1.4.08");
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "WimseError", code: "wit_expired", requirement: "CREDS-5.1.4.08" });
    expect(String(error)).toBe("WimseError: The WIT has expired");
    expect(Object.keys(error)).toEqual(["code", "requirement"]);
    expect(inspect(error)).toMatch(/^WimseError: The WIT has expired\n/);
  });

  it("has neither requirement nor status where there is none", () => {
    const error = new WimseError("wit_revoked", "x");
    expect(Object.keys(error)).toEqual(["code"]);
    expect(JSON.stringify(error)).toBe('{"code":"wit_revoked"}');
  });

  it("gets its HTTP status from the verification of requests", () => {
    const error = new WimseError("wit_revoked", "x");
    expect(withStatus(error, 403)).toBe(error);
    expect(error.status).toBe(403);
  });

  it("is told from other errors, and by its code", () => {
    const error = new WimseError("wit_expired", "x");
    expect(isWimseError(error)).toBe(true);
    expect(isWimseError(error, "wit_expired")).toBe(true);
    expect(isWimseError(error, "wit_revoked")).toBe(false);
    expect(isWimseError(Object.assign(new Error("x"), { code: "wit_expired" }), "wit_expired")).toBe(false);
    expect(isWimseError(undefined)).toBe(false);
  });
});

describe("mistakes of the caller", () => {
  it("are a TypeError with a code", () => {
    const error = configurationInvalid("x: must be y");
    expect(error).toBeInstanceOf(TypeError);
    expect({ ...error, message: error.message }).toEqual({ code: "configuration_invalid", message: "x: must be y" });
    expect(isWimseError(error)).toBe(false);
  });

  it("include an option whose name is not known", async () => {
    refuseUnknownOptions({ trust: 1, runtime: undefined }, ["trust", "runtime"], "verify");
    await expectMistake(
      () => refuseUnknownOptions({ trsut: 1 }, ["trust"], "verify"),
      /^verify: unknown option "trsut"$/,
    );
    await expectMistake(() => refuseUnknownOptions({ toString: 1 }, ["trust"], "verify"), /"toString"/);
  });
});
