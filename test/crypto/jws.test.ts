import { describe, expect, it } from "vitest";
import type { WimseErrorCode } from "../../src/base/errors.js";
import {
  checkCriticalHeaders,
  checkTokenSize,
  isMediaType,
  MAX_TOKEN_LENGTH,
  readCompactJws,
  signCompactJws,
} from "../../src/crypto/jws.js";
import type { Signer } from "../../src/crypto/signer.js";
import { createSigner } from "../../src/crypto/signer.js";
import {
  encode,
  expectMistake,
  expectWimseError,
  issuerKey,
  keyFor,
  makeWit,
  signatureOver,
  witClaims,
  witHeader,
} from "../support/wit-fixtures.js";

const wit = makeWit();
const [header = "", claims = "", signature = ""] = wit.split(".");
const KINDS = [
  ["wit", "CREDS-5.1.4.02"],
  ["wpt", "WPT-2.24"],
] as const;

/** Expects that reading ends at this check, and tells nothing of the token. */
async function expectEndsAt(token: string, check: "shape" | "header" | "claims"): Promise<void> {
  for (const [kind, requirement] of KINDS) {
    const checks: string[] = [];
    const trace = { begin: (name: string) => void checks.push(name) };
    await expectWimseError(() => readCompactJws(token, kind, trace), `${kind}_malformed`, requirement, token);
    expect(checks.at(-1)).toBe(`${kind}.${check}`);
  }
}

describe("readCompactJws", () => {
  it("takes a token apart", () => {
    expect(readCompactJws(wit, "wit")).toEqual({
      header: witHeader(),
      claims: witClaims(),
      signingInput: `${header}.${claims}`,
      signature: Buffer.from(signature, "base64url"),
    });
  });

  it("reads the smallest token that there is", () => {
    expect(readCompactJws("e30.e30.AA", "wpt")).toMatchObject({ header: {}, claims: {}, signature: Buffer.of(0) });
  });

  it("says which check it makes", () => {
    const checks: string[] = [];
    readCompactJws(wit, "wpt", { begin: (name) => void checks.push(name) });
    expect(checks).toEqual(["wpt.shape", "wpt.header", "wpt.claims"]);
  });

  it.each([
    ["nothing", ""],
    ["no dot", header],
    ["dots only", ".."],
    ["two parts", `${header}.${claims}`],
    ["four parts", `${wit}.`],
    ["five parts, as a JWE has", `${wit}.${claims}.${signature}`],
    ["an empty header", `.${claims}.${signature}`],
    ["an empty payload", `${header}..${signature}`],
    ["an empty signature", `${header}.${claims}.`],
    ["an empty part between four", `${header}..${claims}.${signature}`],
    ["two tokens", `${wit},${wit}`],
    ["two tokens with a space", `${wit} ${wit}`],
    ["a space after it", `${wit} `],
    ["a line feed after it", `${wit}\n`],
    ["padding of the signature", `${header}.${claims}.${signature}==`],
    ["a signature with stray bits", `${header}.${claims}.AB`],
    ["a signature in the other alphabet", `${header}.${claims}.+/+/`],
    ["JSON serialization", JSON.stringify({ protected: header, payload: claims, signature })],
    ["an unsecured JWT", `${encode('{"alg":"none"}')}.${claims}.`],
  ])("CREDS-5.1.4.02, CREDS-5.1.1.01, WPT-2.24: refuses the shape: %s", async (_name, token) => {
    await expectEndsAt(token, "shape");
  });

  it.each([
    ["a space before it", ` ${header}`],
    ["padding", `${encode("{} ")}=`],
    ["padding of a whole part", `${encode("{}")}=`],
    ["stray bits", "e31"],
    ["the other alphabet", "e30+"],
    ["a length that base64url has not", "e30AA"],
    ["a single character", "A"],
    ["a comma", "e30,"],
    ["no JSON", encode("alg=ES256")],
    ["an array", encode("[]")],
    ["a string", encode('"{}"')],
    ["null", encode("null")],
    ["two objects", encode("{}{}")],
    ["a byte order mark", encode("\ufeff{}")],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString("base64url")],
    ["a member twice", encode('{"alg":"ES256","alg":"none"}')],
    ["a member twice, once escaped", encode(String.raw`{"alg":"ES256","\u0061lg":"none"}`)],
    ["17 levels", encode(`{"a":${"[".repeat(16)}${"]".repeat(16)}}`)],
  ])("CREDS-5.1.4.02, CREDS-5.1.4.01: refuses a part: %s", async (_name, part) => {
    await expectEndsAt(`${part}.${claims}.${signature}`, "header");
    await expectEndsAt(`${header}.${part}.${signature}`, "claims");
  });
});

describe("checkTokenSize", () => {
  it.each(KINDS)("of a %s: 16 KiB and no more", async (kind, requirement) => {
    expect(MAX_TOKEN_LENGTH).toBe(16_384);
    checkTokenSize("a".repeat(16_384), kind);
    await expectWimseError(() => checkTokenSize("a".repeat(16_385), kind), `${kind}_too_large`, requirement);
    const seen: unknown[] = [];
    checkTokenSize("abc", kind, { begin: (...check) => void seen.push(check) });
    expect(seen).toEqual([[`${kind}.size`, "3 characters"]]);
  });
});

describe("checkCriticalHeaders", () => {
  const codes = { wit: "wit_critical_header_unsupported", wpt: "wpt_critical_header_unsupported" } as const;

  it.each<[string, Record<string, unknown>]>([
    ["an unknown name", { crit: ["exp"], exp: 1 }],
    ["b64", { crit: ["b64"], b64: false }],
    ["an empty array", { crit: [] }],
    ["null", { crit: null }],
    ["an empty string", { crit: "" }],
    ["undefined", { crit: undefined }],
    ["false", { crit: false }],
    ["b64 that is not critical", { b64: false }],
    ["b64 that is the default", { b64: true }],
    ["b64 that is null", { b64: null }],
  ])("CREDS-5.1.4.01, WITSVID-2.4.02: refuses crit and b64: %s", async (_name, critical) => {
    for (const kind of ["wit", "wpt"] as const) {
      await expectWimseError(() => checkCriticalHeaders(critical, kind), codes[kind], "CREDS-5.1.4.01");
    }
  });

  it.each([{}, { alg: "ES256", x: 1, Crit: ["x"], CRIT: ["x"] }, { jwk: {}, jku: "https://evil.example" }])(
    "CREDS-5.1.4.07, WITSVID-2.4.02: leaves others alone: %j",
    (header) => {
      checkCriticalHeaders(header, "wit");
      checkCriticalHeaders(header, "wpt");
    },
  );

  it("is not fooled by what an object inherits", () => {
    checkCriticalHeaders(Object.create({ crit: ["x"] }), "wit");
  });

  it("says which check it makes", () => {
    const checks: string[] = [];
    checkCriticalHeaders({}, "wpt", { begin: (name) => void checks.push(name) });
    expect(checks).toEqual(["wpt.critical"]);
  });
});

describe("isMediaType", () => {
  it.each(["wit+jwt", "WIT+JWT", "Wit+Jwt", "application/wit+jwt", "Application/WIT+jwt"])(
    "WPT-2.27, CREDS-11.1.01: %s is wit+jwt",
    (typ) => {
      expect(isMediaType(typ, "wit+jwt")).toBe(true);
    },
  );

  it.each([
    undefined,
    null,
    "",
    "JWT",
    "wpt+jwt",
    "wit",
    "wit+jwt ",
    " wit+jwt",
    "wit+jwt;v=1",
    "application/wit+jwt; charset=utf-8",
    "application/application/wit+jwt",
    "text/wit+jwt",
    "/wit+jwt",
    "wimse-id+jwt",
    ["wit+jwt"],
    { toString: () => "wit+jwt" },
    "wıt+jwt",
  ])("%j is not", (typ) => {
    expect(isMediaType(typ, "wit+jwt")).toBe(false);
  });
});

describe("signCompactJws", () => {
  const signed = async (signature: unknown, algorithm = "ES256"): Promise<string> => {
    const signer = { algorithm, publicJwk: {}, sign: async () => signature as Uint8Array } satisfies Signer;
    return signCompactJws({ alg: algorithm }, { a: "é" }, signer);
  };

  it("signs header and claims as they are read", async () => {
    const signer = await createSigner(issuerKey.privateJwk);
    const token = await signCompactJws({ alg: "ES256" }, { a: "é" }, signer);
    const jws = readCompactJws(token, "wit");
    expect(jws).toMatchObject({ header: { alg: "ES256" }, claims: { a: "é" } });
    expect(jws.signature).toHaveLength(64);
  });

  it("hands what is to be signed, and the options, to the signer", async () => {
    const seen: unknown[] = [];
    const signer: Signer = {
      algorithm: "ES256",
      publicJwk: {},
      sign: async (...args) => {
        seen.push(...args);
        return new Uint8Array(64);
      },
    };
    const options = { signal: new AbortController().signal };
    const token = await signCompactJws({ alg: "ES256" }, {}, signer, options);
    expect(Buffer.from(seen[0] as Uint8Array).toString()).toBe(token.slice(0, token.lastIndexOf(".")));
    expect(seen[1]).toEqual(options);
  });

  it.each([
    ["DER", 70],
    ["shorter by one byte", 63],
    ["longer by one byte", 65],
    ["empty", 0],
  ])("refuses an ES256 signature that is not r || s: %s", async (_name, length) => {
    await expectMistake(signed(new Uint8Array(length)), /^The signer's ES256 signature/);
  });

  it.each([
    ["a string", "A".repeat(64)],
    ["nothing", undefined],
    ["an array", Array(64).fill(0)],
  ])("refuses a signature that is %s", async (_name, signature) => {
    await expectMistake(signed(signature), /^The signer's ES256 signature/);
  });

  it("lets an RSA signature be as long as its key", async () => {
    expect(await signed(new Uint8Array(256), "RS256")).toMatch(/\.A{342}$/);
  });

  it("lets a signature of an algorithm that this runtime lacks be as long as it is", async () => {
    expect(await signed(new Uint8Array(48), "SLH-DSA-SHA2-128s")).toMatch(/\.A{64}$/);
  });

  it("refuses to make a token that nobody would read", async () => {
    const signer = await createSigner(issuerKey.privateJwk);
    const token = (length: number): Promise<string> => signCompactJws({ a: 1 }, { a: "x".repeat(length) }, signer);
    const longest = 12_206;
    expect(await token(longest)).toHaveLength(MAX_TOKEN_LENGTH);
    await expectMistake(token(longest + 1), /^The token would be longer than 16384 characters$/);
  });
});

describe("what an error says of a token", () => {
  const broken: [string, WimseErrorCode, (token: string) => unknown][] = [
    ["size", "wpt_too_large", (token) => checkTokenSize(token.padEnd(20_000, "A"), "wpt")],
    ["shape", "wpt_malformed", (token) => readCompactJws(`${token}.`, "wpt")],
    ["header", "wpt_malformed", (token) => readCompactJws(`${claims}${token}`, "wpt")],
    ["claims", "wpt_malformed", (token) => readCompactJws(token.replace(".", ".AA"), "wpt")],
  ];

  it.each(broken)("WPT-3.1.5.01: nothing: %s", async (_name, code, run) => {
    const input = `${encode('{"typ":"wpt+jwt"}')}.${encode('{"aud":"https://example.com/secret"}')}`;
    const token = `${input}.${signatureOver(input, keyFor("Ed25519"))}`;
    await expectWimseError(() => run(token), code, undefined, token);
  });
});
