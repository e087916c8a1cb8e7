import { createPublicKey, sign as nodeSign } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import { describe, expect, it, vi } from "vitest";
import { createSigner, type Signer } from "../../src/crypto/signer.js";
import { ecPair, formsOf, invalid, joseVerifies, jwkOf, okpPair, text } from "./signing.js";
import { withNodeCrypto } from "./support.js";

describe("a signer of the caller's own", () => {
  const publicJwk = jwkOf(ecPair.publicKey);
  const service = (changes: object = {}): Signer => ({
    algorithm: "ES256",
    publicJwk,
    sign: async (data) => nodeSign("sha256", data, { key: ecPair.privateKey, dsaEncoding: "ieee-p1363" }),
    ...changes,
  });

  it("is wrapped, is not asked to sign before time, and gets the caller's signal", async () => {
    const sign = vi.fn(service().sign);
    const signer = await createSigner(service({ sign }));
    expect(sign).not.toHaveBeenCalled();
    expect(signer.publicJwk).toEqual({ ...publicJwk, alg: "ES256" });
    expect(await joseVerifies(signer)).toBe(true);
    const { signal } = new AbortController();
    await signer.sign(text.encode("x"), { signal });
    expect(sign.mock.lastCall?.[1]?.signal).toBe(signal);
  });

  it("may be named with its algorithm, and with no other", async () => {
    expect((await createSigner(service(), "ES256")).algorithm).toBe("ES256");
    await expect(createSigner(service(), "ES384")).rejects.toEqual(invalid(/another/));
  });

  it.each<[string, object, RegExp]>([
    ["an algorithm out of the table", { algorithm: "HS256" }, /must be one of/],
    ["no algorithm", { algorithm: undefined }, /must be one of/],
    ["no public key", { publicJwk: undefined }, /public half/],
    ["a private key where the public one belongs", { publicJwk: jwkOf(ecPair.privateKey) }, /private member/],
    ["a public key for another algorithm", { algorithm: "ES384" }, /does not fit/],
    ["a public key that says another algorithm", { publicJwk: { ...publicJwk, alg: "EdDSA" } }, /does not fit/],
  ])("is refused with %s", async (_name, changes, message) => {
    await expect(createSigner(service(changes))).rejects.toEqual(invalid(message));
  });

  it("is told when it answers in DER", async () => {
    const sign: Signer["sign"] = async (data) => nodeSign("sha256", data, ecPair.privateKey);
    const signer = await createSigner(service({ sign }));
    await expect(signer.sign(text.encode("x"))).rejects.toEqual(invalid(/not DER/));
  });

  it("keeps its own errors", async () => {
    const error = new Error("the service is down");
    const signer = await createSigner(service({ sign: () => Promise.reject(error) }));
    await expect(signer.sign(text.encode("x"))).rejects.toBe(error);
  });
});

describe("the public half that the caller gives", () => {
  it("is taken without asking the key for its own", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const publicJwk = { ...(await exportJWK(publicKey)), kid: "k" };
    const exportKey = vi.spyOn(crypto.subtle, "exportKey").mockRejectedValue(new Error("not asked for"));
    try {
      const signer = await createSigner(privateKey, "ES256", publicJwk);
      expect(signer.publicJwk).toEqual({ ...publicJwk, alg: "ES256" });
      expect(exportKey).not.toHaveBeenCalled();
    } finally {
      exportKey.mockRestore();
    }
  });
});

describe("without node:crypto", () => {
  const load = () => import("../../src/crypto/signer.js");

  it.each(["ES256", "Ed25519", "RS256"])("%s: takes JWKs, extractable keys and pairs", async (name) => {
    const portable = await withNodeCrypto(undefined, load);
    for (const [form, key] of await formsOf(name)) {
      if (form === "KeyObject" || form.includes("cannot")) continue;
      expect(await joseVerifies(await portable.createSigner(key, name)), form).toBe(true);
    }
    expect(await joseVerifies(await portable.generateKey(name))).toBe(true);
  });

  it("hands WebCrypto the key material alone: some of its implementations hold a name in alg against a key", async () => {
    const portable = await withNodeCrypto(undefined, load);
    const jwk = jwkOf(okpPair.privateKey);
    const importKey = vi.spyOn(crypto.subtle, "importKey");
    try {
      await portable.createSigner({ ...jwk, alg: "EdDSA", use: "sig", key_ops: ["sign"], ext: false });
      expect(importKey.mock.calls[0]).toStrictEqual(["jwk", jwk, { name: "Ed25519" }, false, ["sign"]]);
    } finally {
      importKey.mockRestore();
    }
  });

  it("asks WebCrypto, or else the caller, for the public half of a key that cannot be extracted", async () => {
    const portable = await withNodeCrypto(undefined, load);
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const subtle = crypto.subtle as { getPublicKey?: unknown };
    const original = subtle.getPublicKey;
    try {
      Object.defineProperty(subtle, "getPublicKey", { value: undefined, configurable: true, writable: true });
      for (const runtime of [portable, await withNodeCrypto({ createPublicKey }, load)]) {
        await expect(runtime.createSigner(privateKey)).rejects.toEqual(invalid(/pass publicJwk/));
      }
      const signer = await portable.createSigner(privateKey, "ES256", await exportJWK(publicKey));
      expect(await joseVerifies(signer)).toBe(true);
      const getPublicKey = vi.fn(async () => publicKey);
      subtle.getPublicKey = getPublicKey;
      expect(await joseVerifies(await portable.createSigner(privateKey))).toBe(true);
      expect(getPublicKey.mock.calls).toEqual([[privateKey, ["verify"]]]);
    } finally {
      delete subtle.getPublicKey;
      if (original !== undefined && subtle.getPublicKey === undefined) subtle.getPublicKey = original;
    }
  });

  it("cannot use a KeyObject, whose public half nobody tells", async () => {
    const portable = await withNodeCrypto(undefined, load);
    await expect(portable.createSigner(ecPair.privateKey)).rejects.toEqual(invalid(/public half/));
    const publicJwk = jwkOf(createPublicKey(ecPair.privateKey));
    await expect(portable.createSigner(ecPair.privateKey, "ES256", publicJwk)).rejects.toEqual(invalid(/node:crypto/));
  });
});
