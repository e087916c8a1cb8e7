import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createSigner } from "../../src/crypto/signer.js";
import { importVerificationKey } from "../../src/crypto/verifier.js";
import { kmsSigner } from "../../src/testing/kms-signer.js";
import { algorithm, usable } from "../crypto/support.js";

const data = new Uint8Array(8);

describe("kmsSigner", () => {
  it("signs with a key that it does not show", async () => {
    const signer = await kmsSigner("Ed25519");
    expect(signer.algorithm).toBe("Ed25519");
    expect(Object.isFrozen(signer)).toBe(true);
    const key = await importVerificationKey(usable(signer.publicJwk), algorithm("Ed25519"));
    expect(await key.verify(data, await signer.sign(data))).toBe(true);
    expect(Object.keys(JSON.parse(JSON.stringify(signer)))).toEqual(["algorithm", "publicJwk", "requests"]);
    expect(inspect(signer, { depth: 9, showHidden: true })).not.toContain("CryptoKey");
  });

  it("is for ES256 without a wish, and passes as a signer", async () => {
    const signer = await kmsSigner();
    expect(await (await createSigner(signer)).sign(data)).toHaveLength(64);
    expect(signer.requests).toBe(1);
  });

  it("fails the next request, and that one only", async () => {
    const signer = await kmsSigner();
    const error = new Error("throttled");
    signer.failNext(error);
    await expect(signer.sign(data)).rejects.toBe(error);
    expect(await signer.sign(data)).toHaveLength(64);
    expect(signer.requests).toBe(2);
  });

  it("lets a waiting request be given up, and answers the others when it resumes", async () => {
    const signer = await kmsSigner();
    const controller = new AbortController();
    signer.pause();
    const patient = signer.sign(data);
    const impatient = signer.sign(data, { signal: controller.signal });
    const reason = new Error("too slow");
    controller.abort(reason);
    await expect(impatient).rejects.toBe(reason);
    expect(await Promise.race([patient, Promise.resolve("waiting")])).toBe("waiting");
    signer.resume();
    expect(await patient).toHaveLength(64);
    expect(await signer.sign(data)).toHaveLength(64);
  });

  it("takes no request whose signal is aborted already", async () => {
    const signer = await kmsSigner();
    const reason = new Error("given up");
    await expect(signer.sign(data, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(signer.requests).toBe(0);
  });
});
