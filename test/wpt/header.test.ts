import { describe, expect, it } from "vitest";
import { verifyWit } from "../../src/wit.js";
import { verifyWpt } from "../../src/wpt.js";
import { AUDIENCE, createWorld, encodePart, outcomeOf, signJws, spoilSignature } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { runtime, trust } = world;
const wit = await verifyWit(world.wit, { trust, runtime });
const outcome = (wpt: string): Promise<string> => outcomeOf(verifyWpt(wpt, wit, { audience: [AUDIENCE], runtime }));

describe("typ", () => {
  it.each(["wpt+jwt", "WPT+JWT", "Wpt+Jwt", "application/wpt+jwt", "Application/WPT+jwt"])(
    "WPT-2.07, WPT-2.27: %s conveys the media type",
    async (typ) => {
      expect(await outcome(await world.wpt({ header: { typ } }))).toBe("accepted");
    },
  );

  it.each([
    undefined,
    null,
    "",
    "JWT",
    "wit+jwt",
    "wimse-proof+jwt",
    "dpop+jwt",
    "text/wpt+jwt",
    "application/application/wpt+jwt",
    "wpt+jwt; charset=utf-8",
    " wpt+jwt",
    ["wpt+jwt"],
    1,
  ])("WPT-2.07, WPT-2.27: typ %j is refused", async (typ) => {
    expect(await outcome(await world.wpt({ header: { typ } }))).toBe("wpt_type_mismatch");
  });
});

describe("critical parameters", () => {
  it.each([
    { crit: ["exp"] },
    { crit: [] },
    { crit: null },
    { crit: ["b64"], b64: false },
    { b64: true },
    { b64: false },
    { crit: ["unknown"], unknown: 1 },
  ])("CREDS-5.1.4.01: %j is refused", async (header) => {
    expect(await outcome(await world.wpt({ header }))).toBe("wpt_critical_header_unsupported");
  });

  it("other parameters are left alone, and none of them leads to a key", async () => {
    const other = await createWorld();
    const header = { kid: "x", jku: "https://evil.example/", x5u: 1, jwk: other.key.publicJwk, x5c: [], cty: "JWT" };
    expect(await outcome(await world.wpt({ header }))).toBe("accepted");
    expect(await outcome(await world.wpt({ header, signer: other.key }))).toBe("wpt_signature_invalid");
  });
});

describe("alg", () => {
  it.each([
    undefined,
    null,
    "none",
    "None",
    "HS256",
    "es256",
    "ES256 ",
    "ES384",
    "RS256",
    "EdDSA",
    "ECDH-ES",
    "",
    ["ES256"],
    1,
  ])("WPT-2.05, WPT-2.06, WPT-2.25: alg %j is not the ES256 of the WIT's key", async (alg) => {
    expect(await outcome(await world.wpt({ header: { alg } }))).toBe("wpt_algorithm_mismatch");
  });

  it.each([
    ["Ed25519", "EdDSA"],
    ["EdDSA", "Ed25519"],
  ])("WPT-2.25, CREDS-5.1.14: cnf.jwk.alg %s is a match for itself and none for %s", async (name, alias) => {
    const { wit: token, ...edwards } = await createWorld(name);
    const verified = await verifyWit(token, { trust: edwards.trust, runtime });
    const verify = async (alg: string): Promise<string> =>
      outcomeOf(verifyWpt(await edwards.wpt({ header: { alg } }), verified, { audience: [AUDIENCE], runtime }));
    expect(verified.confirmation.algorithm).toBe(name);
    expect(await verify(name)).toBe("accepted");
    expect(await verify(alias)).toBe("wpt_algorithm_mismatch");
  });
});

describe("the token", async () => {
  const sound = await world.wpt();
  const [header = "", claims = "", signature = ""] = sound.split(".");

  it("WPT-2.26: passes as it was made", async () => {
    expect(await outcome(sound)).toBe("accepted");
  });

  it.each([
    ["empty", ""],
    ["one part", header],
    ["two parts", `${header}.${claims}`],
    ["four parts", `${sound}.${signature}`],
    ["five parts, a JWE", `${sound}.${signature}.${signature}`],
    ["an empty header", `.${claims}.${signature}`],
    ["an empty payload", `${header}..${signature}`],
    ["an empty signature", `${header}.${claims}.`],
    ["padding", `${sound}=`],
    ["a leading space", ` ${sound}`],
    ["a line end", `${sound}\n`],
    ["two tokens", `${sound}, ${sound}`],
    ["a JSON serialization", JSON.stringify({ protected: header, payload: claims, signature })],
    ["standard base64", `${header}.${claims}.${signature.replaceAll("_", "/").replaceAll("-", "+")}+/`],
    ["a header that is no JSON", `${encodePart("{")}.${claims}.${signature}`],
    ["a header that is an array", `${encodePart("[]")}.${claims}.${signature}`],
    ["a payload that is a string", `${header}.${encodePart('"a"')}.${signature}`],
    ["a payload with a member twice", `${header}.${encodePart('{"exp":1,"exp":2}')}.${signature}`],
    ["a header with a member twice", `${encodePart('{"alg":"ES256","alg":"ES256"}')}.${claims}.${signature}`],
  ])("WPT-2.04, WPT-2.24: %s is refused", async (_what, token) => {
    expect(await outcome(token)).toBe("wpt_malformed");
  });

  it("WPT-2.24: 16 KiB are read, one character more is not", async () => {
    const of = async (length: number): Promise<string> => {
      for (let pad = length; ; pad--) {
        const token = await world.wpt({ claims: { pad: "p".repeat(Math.floor(pad * 0.74)) } });
        if (token.length <= length) return token;
      }
    };
    const largest = await of(16384);
    expect(largest.length).toBeGreaterThan(16380);
    expect(await outcome(largest)).toBe("accepted");
    expect(await outcome(`${largest}${"A".repeat(16385 - largest.length)}`)).toBe("wpt_too_large");
  });

  it("WPT-2.26, WITSVID-5.01: a signature of another key, or with another bit, is refused", async () => {
    const other = await createWorld();
    expect(await outcome(await world.wpt({ signer: other.key }))).toBe("wpt_signature_invalid");
    expect(await outcome(spoilSignature(sound))).toBe("wpt_signature_invalid");
  });

  it("WPT-2.03: the value is case-sensitive", async () => {
    expect(await outcome(sound.toLowerCase())).not.toBe("accepted");
    expect(await outcome(sound.toUpperCase())).not.toBe("accepted");
  });

  it("WPT-2.26: a payload of another token under the signature is refused", async () => {
    const [, others = ""] = (await world.wpt()).split(".");
    expect(await outcome(`${header}.${others}.${signature}`)).toBe("wpt_signature_invalid");
  });

  it("WPT-2.26: header and payload are covered as they were written, not as they would be written again", async () => {
    const spaced = `{ "typ":"wpt+jwt","alg":"ES256" }`;
    const payload = JSON.parse(Buffer.from(claims, "base64url").toString());
    expect(await outcome(await signJws(spaced, JSON.stringify(payload, null, 1), world.key))).toBe("accepted");
  });
});
