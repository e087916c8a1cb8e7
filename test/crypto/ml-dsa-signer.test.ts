import { describe, expect, it, vi } from "vitest";
import { b64 } from "./keys.js";
import { withNodeCrypto } from "./support.js";

/*
 * A runtime that has ML-DSA, as far as can be seen from outside: what it is handed, and what becomes of what it answers.
 * Where the runtime of the tests has ML-DSA itself, the other files sign and verify with it.
 */
const pub = b64(new Uint8Array(1312).fill(7));
const priv = b64(new Uint8Array(32).fill(8));
const publicJwk = { kty: "AKP", alg: "ML-DSA-44", pub };
const privateJwk = { ...publicJwk, priv };
const signature = new Uint8Array(2420).fill(9);

const nodeCrypto = {
  createPublicKey: ({ key }: { key: { alg: string } }) => ({ asymmetricKeyType: key.alg.toLowerCase() }),
  createPrivateKey: vi.fn((input: unknown) => ({ input })),
  sign: vi.fn((..._args: unknown[]) => signature),
  verify: () => true,
};
const load = () => withNodeCrypto(nodeCrypto, () => import("../../src/crypto/signer.js"));

describe("a private key for ML-DSA (RFC 9964 section 3)", () => {
  it("in a JWK is its seed with its alg", async () => {
    const { createSigner } = await load();
    const signer = await createSigner({ ...privateJwk, kid: "k", use: "sig", key_ops: ["sign"] });
    expect(signer).toMatchObject({ algorithm: "ML-DSA-44", publicJwk: { ...publicJwk, kid: "k" } });
    expect(JSON.stringify(signer)).not.toContain(priv);
    expect(nodeCrypto.createPrivateKey.mock.lastCall).toEqual([{ key: { ...privateJwk, kid: "k" }, format: "jwk" }]);
    expect(await signer.sign(new Uint8Array(1))).toBe(signature);
    expect(nodeCrypto.sign.mock.lastCall?.[0]).toBeNull();
  });

  it("in a JWK without its seed is none", async () => {
    const { createSigner } = await load();
    await expect(createSigner(publicJwk)).rejects.toMatchObject({
      code: "configuration_invalid",
      message: expect.stringContaining("must hold a private key"),
    });
  });

  it("in a CryptoKey has a public half with its alg", async () => {
    const { createSigner } = await load();
    const cryptoKey = {
      type: "private",
      usages: ["sign"],
      extractable: true,
      algorithm: { name: "ML-DSA-44" },
      [Symbol.toStringTag]: "CryptoKey",
    } as unknown as CryptoKey;
    const exportKey = vi.spyOn(crypto.subtle, "exportKey").mockResolvedValue({ ...privateJwk, ext: true } as never);
    const sign = vi.spyOn(crypto.subtle, "sign").mockResolvedValue(signature.buffer);
    try {
      const signer = await createSigner(cryptoKey);
      expect(signer).toMatchObject({ algorithm: "ML-DSA-44", publicJwk });
      expect(await signer.sign(new Uint8Array(1))).toEqual(signature);
      expect(sign.mock.lastCall?.slice(0, 2)).toEqual([{ name: "ML-DSA-44" }, cryptoKey]);
    } finally {
      exportKey.mockRestore();
      sign.mockRestore();
    }
  });
});
