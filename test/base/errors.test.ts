import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  configurationInvalid,
  isConfigurationError,
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

  it("are told from errors that have their code and come from elsewhere", () => {
    const foreign = Object.assign(new TypeError("x"), { code: "configuration_invalid" });
    expect(isConfigurationError(configurationInvalid("x"))).toBe(true);
    for (const other of [foreign, new WimseError("wit_expired", "x"), null, undefined, "x"]) {
      expect(isConfigurationError(other)).toBe(false);
    }
  });

  it.each([undefined, null, "trust", 1, true])("include options that are %j", async (options) => {
    const refuse = () => refuseUnknownOptions(options as unknown as object, [], "verify");
    await expectMistake(refuse, /^verify: an object is required$/);
  });

  it.each([
    ["a".repeat(32), `"${"a".repeat(32)}"`],
    ["a".repeat(33), ""],
    ["eyJhbGciOiJFUzI1NiJ9.e30", ""],
    ["", ""],
  ])("name an option that is unknown where its name is short: %j", async (name, shown) => {
    const message = `verify: unknown option${shown && ` ${shown}`}`;
    await expectMistake(() => refuseUnknownOptions({ [name]: 1 }, [], "verify"), new RegExp(`^${message}$`));
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
