import nodeCrypto from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { derSignature } from "../../src/crypto/ecdsa-signature.js";
import { importVerificationKey } from "../../src/crypto/verifier.js";
import { b64 } from "./keys.js";
import { keyOf } from "./samples.js";
import { algorithm, withNodeCrypto } from "./support.js";

describe("the backend of a key", () => {
  it("is node:crypto on Node, at once", async () => {
    const { jwk, data, signature } = await keyOf("ES256");
    const key = importVerificationKey(jwk, algorithm("ES256"));
    expect(key).not.toBeInstanceOf(Promise);
    expect((await key).verify(data, signature)).toBe(true);
  });

  const load = () => import("../../src/crypto/verifier.js");

  it.each([
    ["node", [1, 0]],
    ["webcrypto", [0, 1]],
    ["noble", [0, 0]],
  ] as const)("is %s when that is asked for, and no other", async (backend, calls) => {
    const { jwk, data, signature } = await keyOf("ES256");
    const nodeVerify = vi.fn(nodeCrypto.verify);
    const portable = await withNodeCrypto({ ...nodeCrypto, verify: nodeVerify }, load);
    const subtleVerify = vi.spyOn(crypto.subtle, "verify");
    try {
      const key = await portable.importVerificationKey(jwk, algorithm("ES256"), backend);
      expect(await key.verify(data, signature)).toBe(true);
      expect([nodeVerify.mock.calls.length, subtleVerify.mock.calls.length]).toEqual(calls);
    } finally {
      subtleVerify.mockRestore();
    }
  });

  it.each([
    ["there is no node:crypto", undefined],
    [
      "node:crypto does not take the key",
      {
        createPublicKey: () => {
          throw new Error("unsupported");
        },
      },
    ],
  ])("is WebCrypto where %s", async (_name, replacement) => {
    const { jwk, data, signature } = await keyOf("ES256");
    const portable = await withNodeCrypto(replacement, load);
    const verify = vi.spyOn(crypto.subtle, "verify");
    try {
      const key = await portable.importVerificationKey(jwk, algorithm("ES256"));
      expect(await key.verify(data, signature)).toBe(true);
      expect(verify).toHaveBeenCalledOnce();
      verify.mockResolvedValueOnce(true);
      expect(await key.verify(data, derSignature(signature))).toBe(false);
      expect(verify).toHaveBeenCalledOnce();
      verify.mockReset().mockRejectedValueOnce(new Error("out of order"));
      expect(await key.verify(data, signature)).toBe(false);
    } finally {
      verify.mockRestore();
    }
  });

  it("is noble where WebCrypto does not take the key either", async () => {
    const { jwk, data, signature } = await keyOf("Ed25519");
    const portable = await withNodeCrypto(undefined, load);
    const importKey = vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new Error("unsupported"));
    try {
      const key = await portable.importVerificationKey(jwk, algorithm("Ed25519"));
      expect(await key.verify(data, signature)).toBe(true);
      const { jwk: rsa, data: covered, signature: of } = await keyOf("RS256");
      expect(await (await portable.importVerificationKey(rsa, algorithm("RS256"))).verify(covered, of)).toBe(false);
    } finally {
      importKey.mockRestore();
    }
  });

  it("stays quiet when node:crypto throws at a signature", async () => {
    const { jwk, data, signature } = await keyOf("ES256");
    const verify = vi.fn(() => {
      throw new Error(b64(signature));
    });
    const { importVerificationKey: importKey } = await withNodeCrypto({ createPublicKey: () => ({}), verify }, load);
    expect(await (await importKey(jwk, algorithm("ES256"))).verify(data, signature)).toBe(false);
    expect(verify).toHaveBeenCalledOnce();
  });
});
