import { describe, expect, it } from "vitest";
import { decodeUnverifiedWit } from "wimse/dangerous";
import { verifiedWitFields } from "../../src/wit/verified-wit.js";
import {
  expectMistake,
  expectWimseError,
  makeWit,
  signRaw,
  strangerKey,
  witClaims,
  witHeader,
} from "../support/wit-fixtures.js";

describe("decodeUnverifiedWit", () => {
  it("ID-7.2.03: shows header and claims of anything, and what it gives counts as nothing", async () => {
    const token = makeWit({ key: strangerKey, claims: { exp: 1 }, header: { typ: "JWT" } });
    const decoded = decodeUnverifiedWit(token);
    expect(decoded).toEqual({
      header: { ...witHeader(strangerKey), typ: "JWT" },
      claims: { ...witClaims(), exp: 1 },
    });
    await expectMistake(() => verifiedWitFields(decoded as never), /^A VerifiedWit is required/);
  });

  it("refuses what has not the form of a token", async () => {
    const large = makeWit({ claims: { pad: "x".repeat(16_384) } });
    await expectWimseError(() => decodeUnverifiedWit(large), "wit_too_large", "CREDS-5.1.4.02", large);
    await expectWimseError(() => decodeUnverifiedWit("a.b"), "wit_malformed", "CREDS-5.1.4.02");
    const twice = signRaw('{"a":1,"a":1}', "{}");
    await expectWimseError(() => decodeUnverifiedWit(twice), "wit_malformed", "CREDS-5.1.4.02", twice);
    await expectMistake(() => decodeUnverifiedWit(undefined as never), /^decodeUnverifiedWit: the token is a string$/);
  });

  it("is the only thing that the entry point for the dangerous has", async () => {
    expect(Object.keys(await import("wimse/dangerous"))).toEqual(["decodeUnverifiedWit"]);
  });
});
