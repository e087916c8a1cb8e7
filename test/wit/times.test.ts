import { describe, expect, it } from "vitest";
import { WimseError, type WimseErrorCode } from "../../src/base/errors.js";
import { verifyWit } from "../../src/wit/verify.js";
import {
  clock,
  expectWimseError,
  makeTrust,
  makeWit,
  NOW,
  signRaw,
  witClaims,
  witHeader,
} from "../support/wit-fixtures.js";

const trust = makeTrust();

interface Times {
  readonly exp?: unknown;
  readonly nbf?: unknown;
  readonly iat?: unknown;
}

const REQUIREMENTS: Readonly<Partial<Record<WimseErrorCode, string>>> = {
  wit_expired: "CREDS-5.1.4.08",
  wit_not_yet_valid: "WITSVID-3.5.02",
  wit_lifetime_too_long: "CREDS-9.3.1.02",
};

/** "valid", or the code. */
async function judge(times: Times, now: number, clockTolerance?: number, maxLifetime?: number): Promise<string> {
  const options = {
    trust,
    runtime: clock(now),
    ...(clockTolerance !== undefined && { clockTolerance }),
    ...(maxLifetime !== undefined && { maxLifetime }),
  };
  try {
    await verifyWit(makeWit({ claims: { ...times } }), options);
    return "valid";
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    expect(error.requirement).toBe(REQUIREMENTS[error.code]);
    return error.code;
  }
}

const TOLERANCES: readonly (readonly [string, number | undefined, number])[] = [
  ["the default tolerance", undefined, 5],
  ["no tolerance", 0, 0],
  ["a tolerance of 120 s", 120, 120],
  ["a fractional tolerance", 0.25, 0.25],
];

describe.each(TOLERANCES)("with %s", (_name, option, tolerance) => {
  it("CREDS-5.1.4.08, WITSVID-3.4.03: a WIT is valid while now < exp + tolerance", async () => {
    for (const exp of [NOW, NOW + 0.5]) {
      const end = exp + tolerance;
      expect(await judge({ exp }, end - 0.001, option)).toBe("valid");
      expect(await judge({ exp }, end, option)).toBe("wit_expired");
      expect(await judge({ exp }, end + 0.001, option)).toBe("wit_expired");
    }
  });

  it("WITSVID-3.5.02: a WIT is valid from now >= nbf - tolerance", async () => {
    for (const nbf of [NOW, NOW + 0.5]) {
      const start = nbf - tolerance;
      expect(await judge({ nbf }, start - 0.001, option)).toBe("wit_not_yet_valid");
      expect(await judge({ nbf }, start, option)).toBe("valid");
      expect(await judge({ nbf }, start + 0.001, option)).toBe("valid");
    }
  });

  it("CREDS-9.3.1.02: a WIT lives no longer than is accepted, from now", async () => {
    for (const most of [1, 600, 86_400]) {
      const exp = NOW + most + tolerance;
      expect(await judge({ exp }, NOW, option, most)).toBe("valid");
      expect(await judge({ exp: exp + 0.001 }, NOW, option, most)).toBe("wit_lifetime_too_long");
    }
  });

  it("WITSVID-3.5.03: a WIT lives no longer than is accepted, from nbf when that is earlier", async () => {
    const nbf = NOW - 500;
    const exp = nbf + 600 + tolerance;
    expect(await judge({ nbf, exp }, NOW, option, 600)).toBe("valid");
    expect(await judge({ nbf, exp: exp + 0.001 }, NOW, option, 600)).toBe("wit_lifetime_too_long");
    expect(await judge({ exp: exp + 0.001 }, NOW, option, 600)).toBe("valid");
  });
});

describe("times", () => {
  it("CREDS-9.3.1.02: 24 hours are the longest lifetime by default", async () => {
    expect(await judge({ exp: NOW + 86_405 }, NOW)).toBe("valid");
    expect(await judge({ exp: NOW + 86_406 }, NOW)).toBe("wit_lifetime_too_long");
  });

  it("an nbf in the future does not stretch the lifetime", async () => {
    expect(await judge({ nbf: NOW + 5, exp: NOW + 605 }, NOW, 5, 600)).toBe("valid");
    expect(await judge({ nbf: NOW + 5, exp: NOW + 606 }, NOW, 5, 600)).toBe("wit_lifetime_too_long");
  });

  it("CREDS-5.1.06, CREDS-9.3.1.01, WITSVID-3.4.01, WITSVID-3.4.02: exp must be there", async () => {
    const token = makeWit({ claims: { exp: undefined } });
    await expectWimseError(verifyWit(token, { trust, runtime: clock() }), "wit_expiration_missing", "CREDS-5.1.06");
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["a string", String(NOW + 60)],
    ["a date", "2026-12-01T00:00:00Z"],
    ["true", true],
    ["an array", [NOW + 60]],
    ["an object", {}],
  ])("must be numbers, and are refused as %s", async (_name, value) => {
    const requirements = { exp: "CREDS-5.1.06", nbf: "CREDS-5.1.4.01", iat: "CREDS-5.1.4.01" };
    for (const [name, requirement] of Object.entries(requirements)) {
      const token = makeWit({ claims: { [name]: value } });
      await expectWimseError(verifyWit(token, { trust, runtime: clock() }), "wit_claim_invalid", requirement);
    }
  });

  it.each<[string, string, WimseErrorCode | "valid"]>([
    ["exp", "1e400", "wit_claim_invalid"],
    ["exp", "-1e400", "wit_claim_invalid"],
    ["exp", "1e308", "wit_lifetime_too_long"],
    ["exp", "9007199254740993", "wit_lifetime_too_long"],
    ["exp", "-1", "wit_expired"],
    ["exp", "0", "wit_expired"],
    ["exp", "-0", "wit_expired"],
    ["exp", `${NOW}e0`, "valid"],
    ["exp", `${NOW / 10}e1`, "valid"],
    ["exp", `${NOW - 5}.0`, "wit_expired"],
    ["exp", `${NOW * 1000}`, "wit_lifetime_too_long"],
    ["nbf", "1e308", "wit_not_yet_valid"],
    ["nbf", "1e400", "wit_claim_invalid"],
    ["nbf", "-1e308", "wit_lifetime_too_long"],
    ["nbf", "0", "wit_lifetime_too_long"],
    ["nbf", `${NOW + 5.5}`, "wit_not_yet_valid"],
    ["iat", "1e308", "valid"],
    ["iat", "1e400", "wit_claim_invalid"],
    ["iat", "-1e308", "valid"],
  ])("written as a number of any form: %s %s", async (name, number, expected) => {
    const { [name]: _, ...claims } = witClaims();
    const token = signRaw(witHeader(), `${JSON.stringify(claims).slice(0, -1)},"${name}":${number}}`);
    const verified = verifyWit(token, { trust, runtime: clock() });
    if (expected === "valid") expect((await verified).claims[name]).toBe(Number(number));
    else await expectWimseError(verified, expected, undefined, token);
  });

  it("CREDS-9.3.1.02: both ends of the range of numbers at once are too long", async () => {
    expect(await judge({ exp: 1e308, nbf: -1e308 }, NOW, 5, Number.MAX_SAFE_INTEGER)).toBe("wit_lifetime_too_long");
  });

  it.each([NOW - 1e9, NOW, NOW + 1, NOW + 3600, NOW + 1e9])(
    "WITSVID-3.6.01, WITSVID-3.6.02: iat %d limits nothing",
    async (iat) => {
      expect(await judge({ iat }, NOW, 0, 3600)).toBe("valid");
      expect(await judge({ iat }, NOW + 3600, 0, 3600)).toBe("wit_expired");
      expect(await judge({ iat, exp: NOW + 3601 }, NOW, 0, 3600)).toBe("wit_lifetime_too_long");
    },
  );

  it("are refused under a clock that tells no time", async () => {
    const runtime = { ...clock(), now: () => Number.NaN };
    await expectWimseError(verifyWit(makeWit(), { trust, runtime }), "wit_expired");
  });
});
