import type { JWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { generateKey, type Signer } from "wimse/credential";
import { type MessageSignature, type VerifyMessageSignatureOptions, verifyMessageSignature } from "wimse/httpsig";
import type { HeaderLine } from "../../src/http/message.js";
import { outcomeOf } from "../support/wpt-fixtures.js";
import { requestView, withLines } from "./support.js";
import { other, outcome, signed, signer, verify } from "./verify-message-support.js";

describe("keys and algorithms", () => {
  const keys = new Map<string, Signer>();
  const names = ["ES256", "ES384", "ES512", "Ed25519", "EdDSA", "PS512", "RS256", "PS256"];
  beforeAll(async () => {
    for (const name of names) keys.set(name, await generateKey(name));
  });
  const keyOf = (name: string): Signer => {
    const found = keys.get(name);
    if (!found) throw new Error(name);
    return found;
  };
  const bare = ({ publicJwk: { alg: _alg, ...jwk } }: Signer): JWK => jwk;

  it.each([
    ["ES256", "ecdsa-p256-sha256"],
    ["ES384", "ecdsa-p384-sha384"],
    ["ES512", undefined],
    ["Ed25519", "ed25519"],
    ["EdDSA", "ed25519"],
    ["PS512", "rsa-pss-sha512"],
    ["RS256", "rsa-v1_5-sha256"],
    ["PS256", undefined],
  ])("%s, in the registry %s (R9421-3.3.4.01, R9421-3.3.5.01, R9421-3.3.6.01)", async (name, alg) => {
    const signed1 = await signed(requestView(), { signer: keyOf(name) });
    const signed2 = await signed(requestView(), { signer: keyOf(name), ...(alg && { parameters: { alg } }) });
    for (const request of [signed1, signed2]) {
      expect(await outcome(request, { key: keyOf(name).publicJwk })).toBe("accepted");
      expect(await outcome(request, { key: bare(keyOf(name)), algorithm: name })).toBe("accepted");
      if (alg) expect(await outcome(request, { key: keyOf(name).publicJwk, algorithm: alg })).toBe("accepted");
      const isRsa = /^[PR]S/.test(name);
      expect(await outcome(request, { key: bare(keyOf(name)) })).toBe(isRsa ? "configuration_invalid" : "accepted");
    }
  });

  it.each([
    ["ES256", "ed25519"],
    ["ES256", "hmac-sha256"],
    ["ES256", "ES256"],
    ["ES256", ""],
    ["ES512", "ES512"],
    ["ES512", "ecdsa-p384-sha384"],
    ["PS512", "rsa-v1_5-sha256"],
    ["RS256", "rsa-pss-sha512"],
    ["PS256", "rsa-pss-sha512"],
  ])("%s with alg=%j: they are not the same (R9421-3.2.05, R9421-7.3.6.01)", async (name, alg) => {
    const key = keyOf(name);
    const lines: HeaderLine[] = [
      ["Signature-Input", `a=();alg="${alg}"`],
      ["Signature", "a=:AA==:"],
    ];
    for (const options of [{ key: key.publicJwk }, { key: bare(key), algorithm: name }]) {
      expect(await outcome(withLines(...lines), options)).toBe("signature_parameter_invalid");
    }
  });

  it("a key that does not fit the algorithm of the caller verifies nothing (R9421-3.2.05, R9421-7.3.4.01)", async () => {
    const request = await signed(requestView(), { signer: keyOf("ES256") });
    for (const algorithm of ["ES384", "ed25519", "PS512"]) {
      expect(await outcome(request, { key: keyOf("ES256").publicJwk, algorithm })).toBe("signature_invalid");
      expect(await outcome(request, { key: bare(keyOf("ES256")), algorithm })).toBe("signature_invalid");
    }
    // the same key, with the other padding
    const rsa = await signed(requestView(), { signer: keyOf("RS256") });
    expect(await outcome(rsa, { key: bare(keyOf("RS256")), algorithm: "PS512" })).toBe("signature_invalid");
    expect(await outcome(rsa, { key: keyOf("RS256").publicJwk, algorithm: "rsa-pss-sha512" })).toBe(
      "signature_invalid",
    );
  });

  it("a DER-encoded ECDSA signature is none (R9421-3.3.4.01)", async () => {
    const { webcrypto, createPublicKey, createSign, generateKeyPairSync } = await import("node:crypto");
    expect(webcrypto).toBeDefined();
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const base = '"@method": POST\n"@signature-params": ("@method")';
    const message = (dsaEncoding: "der" | "ieee-p1363") => {
      const value = createSign("sha256").update(base).sign({ key: privateKey, dsaEncoding }).toString("base64");
      return withLines(["Signature-Input", 'a=("@method")'], ["Signature", `a=:${value}:`]);
    };
    const key = createPublicKey(publicKey.export({ type: "spki", format: "pem" })).export({ format: "jwk" }) as JWK;
    expect(await outcome(message("ieee-p1363"), { key })).toBe("accepted");
    expect(await outcome(message("der"), { key })).toBe("signature_invalid");
  });

  it("the key is found by what the signature says of it; without one it is refused (R9421-3.2.04)", async () => {
    const request = await signed(requestView(), { parameters: { keyid: "mine" } });
    const seen: MessageSignature[] = [];
    const keyFor = (jwk: JWK | undefined) => async (signature: MessageSignature) => {
      seen.push(signature);
      return jwk;
    };
    expect(await outcome(request, { key: keyFor(signer.publicJwk) })).toBe("accepted");
    expect(await outcome(request, { key: keyFor(other.publicJwk) })).toBe("signature_invalid");
    expect(await outcome(request, { key: keyFor(undefined) })).toBe("signature_invalid");
    expect(await outcome(request, { key: () => signer.publicJwk })).toBe("accepted");
    expect(seen.map(({ parameters }) => parameters.keyid)).toEqual(["mine", "mine", "mine"]);
    const failing = () => Promise.reject(new RangeError("no directory"));
    await expect(verify(request, { key: failing })).rejects.toThrow("no directory");
  });

  it("somebody else may verify", async () => {
    const request = await signed(requestView(), { parameters: { keyid: "mine" } });
    const seen: unknown[] = [];
    const answer =
      (value: unknown) =>
      async (base: Uint8Array, { parameters, signature }: MessageSignature) => {
        seen.push([Buffer.from(base).toString("latin1").split("\n")[0], parameters.keyid, signature.length]);
        return value as boolean;
      };
    expect(await outcome(request, { verify: answer(true) })).toBe("accepted");
    for (const value of [false, undefined, 1, "true"]) {
      expect(await outcome(request, { verify: answer(value) })).toBe("signature_invalid");
    }
    expect(seen[0]).toEqual(['"@method": POST', "mine", 64]);
    expect(await outcome({ ...request, headers: [] }, { verify: answer(true) })).toBe("signature_missing");
  });

  it.each<[string, Record<string, unknown>]>([
    ["neither key nor verify", { key: undefined }],
    ["both", { verify: () => true, key: { kty: "OKP" } }],
    ["an algorithm beside verify", { verify: () => true, algorithm: "ed25519" }],
    ["label and select", { label: "a", select: () => true }],
    ["an unknown algorithm", { algorithm: "ed448" }],
    ["an HMAC (R9421-7.3.3.01)", { algorithm: "hmac-sha256" }],
    ["none (R9421-3.3.7.02)", { algorithm: "none" }],
    ["a symmetric key (R9421-7.3.6.01)", { key: { kty: "oct", k: "AA" } }],
    ["a private key", { key: { kty: "OKP", crv: "Ed25519", x: "AA", d: "AA" } }],
    ["a key that is none", { key: {} }],
    ["an unknown option", { algorithms: ["ed25519"] }],
    ["components that are none", { components: [1] }],
    ["parameters that are none", { parameters: "nonce" }],
    ["a negative age", { maxAge: -1 }],
    ["too much tolerance", { clockTolerance: 121 }],
    ["types of fields that are none", { fieldTypes: { a: "set" } }],
    ["a request that is none", { request: "GET /" }],
  ])("%s: the caller's mistake", async (_what, options) => {
    const request = await signed(requestView());
    expect(await outcome(request, options as Partial<VerifyMessageSignatureOptions>)).toBe("configuration_invalid");
  });

  it("is found before the message is looked at", async () => {
    expect(await outcome(requestView(), { algorithm: "ed448" })).toBe("configuration_invalid");
    expect(await outcome(requestView(), { components: ["@foo"] })).toBe("signature_component_unsupported");
  });

  it("without options: the caller's mistake", async () => {
    for (const options of [undefined, null]) {
      expect(await outcomeOf(verifyMessageSignature(requestView(), options as never))).toBe("configuration_invalid");
    }
  });
});
