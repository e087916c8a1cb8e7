import { createPrivateKey } from "node:crypto";
import { inspect } from "node:util";
import { generateKeyPair, importJWK, type JWK } from "jose";
import { describe, expect, it } from "vitest";
import type { WimseErrorCode } from "../../src/base/errors.js";
import { SEAL } from "../../src/base/seal.js";
import {
  createCredential,
  credentialFields,
  isWorkloadCredential,
  WorkloadCredential,
} from "../../src/credential/credential.js";
import { createSigner, generateKey, type SigningKey } from "../../src/crypto/signer.js";
import { kmsSigner } from "../../src/testing/kms-signer.js";
import * as fixed from "../support/fixed-keys.js";
import {
  expectMistake,
  expectSilence,
  expectWimseError,
  keyFor,
  makeWit,
  NOW,
  SUBJECT,
  signRaw,
  witHeader,
  workloadKey,
} from "../support/wit-fixtures.js";

const wit = makeWit();
const privateJwk = workloadKey.privateJwk;
const keyObject = createPrivateKey({ key: { ...privateJwk }, format: "jwk" });
const asCryptoKey = (extractable: boolean) => importJWK(privateJwk, "ES256", { extractable });
const Constructor = WorkloadCredential as unknown as new (...args: unknown[]) => WorkloadCredential;

describe("createCredential joins a WIT and its key", () => {
  it.each<[string, () => SigningKey | Promise<unknown>]>([
    ["a JWK", () => privateJwk],
    ["a JWK with alg", () => ({ ...privateJwk, alg: "ES256", use: "sig", key_ops: ["sign"] })],
    ["a KeyObject", () => keyObject],
    ["an extractable CryptoKey", () => asCryptoKey(true)],
    ["a CryptoKey that is not extractable", () => asCryptoKey(false)],
    ["a signer", () => createSigner(privateJwk)],
    [
      "a signer of one's own",
      async () => {
        const inner = await createSigner(privateJwk);
        return { algorithm: "ES256", publicJwk: workloadKey.publicJwk, sign: (data: Uint8Array) => inner.sign(data) };
      },
    ],
  ])("CREDS-5.1.14, WPT-2.05, WPT-2.06: %s", async (_name, make) => {
    const credential = await createCredential(wit, (await make()) as SigningKey);
    expect(credential).toBeInstanceOf(WorkloadCredential);
    expect(isWorkloadCredential(credential)).toBe(true);
    expect(credential).toMatchObject({ wit, expiresAt: NOW + 3600, algorithm: "ES256" });
    expect(credential.id.uri).toBe(SUBJECT);
    expect(await credentialFields(credential).signer.sign(new Uint8Array(8))).toHaveLength(64);
  });

  it("that is a key pair", async () => {
    const pair = (await generateKeyPair("ES384")) as CryptoKeyPair;
    const { publicJwk } = await createSigner(pair);
    const token = makeWit({ claims: { cnf: { jwk: publicJwk } } });
    expect((await createCredential(token, pair)).algorithm).toBe("ES384");
  });

  it.each(["EdDSA", "Ed25519", "RS256", "PS512", "ES512"])("CREDS-5.1.14: signs with cnf.jwk.alg: %s", async (alg) => {
    const key = keyFor(alg);
    const token = makeWit({ claims: { cnf: { jwk: key.publicJwk } } });
    expect((await createCredential(token, key.privateJwk)).algorithm).toBe(alg);
  });

  it("uses a key service once to see that the key is the right one", async () => {
    const kms = await kmsSigner();
    const token = makeWit({ claims: { cnf: { jwk: kms.publicJwk } } });
    await createCredential(token, kms);
    expect(kms.requests).toBe(1);
  });

  it("does not verify the WIT, nor ask whether it is over", async () => {
    const token = makeWit({ claims: { exp: 1 } });
    expect((await createCredential(`${token.slice(0, -4)}AAAA`, privateJwk)).expiresAt).toBe(1);
  });
});

describe("createCredential refuses a key that is not the WIT's", () => {
  const other = fixed.otherP256;

  it.each<[string, () => SigningKey | Promise<unknown>]>([
    ["another JWK", () => other],
    ["another KeyObject", () => createPrivateKey({ key: { ...other }, format: "jwk" })],
    ["another CryptoKey", () => importJWK(other, "ES256", { extractable: false })],
    ["another signer", () => createSigner(other)],
    ["a new key", () => generateKey()],
    ["a key of another curve", () => fixed.p384],
    ["a key of another type", () => fixed.rsa],
    ["a public key", () => workloadKey.publicJwk],
    ["the public half with a private member of another", () => ({ ...privateJwk, d: other.d }) as JWK],
    ["an empty object", () => ({}) as JWK],
    ["a JWK that is not for signing", () => ({ ...privateJwk, key_ops: ["verify"] })],
    ["a JWK that is for encryption", () => ({ ...privateJwk, use: "enc" })],
    ["a JWK for another algorithm", () => ({ ...privateJwk, alg: "ES384" })],
    ["a JWK for no algorithm", () => ({ ...privateJwk, alg: "none" })],
    ["a JWK for an algorithm that does not sign", () => ({ ...privateJwk, alg: "ECDH-ES" })],
    [
      "a signer that says it has the key and has another",
      async () => {
        const inner = await createSigner(other);
        return { algorithm: "ES256", publicJwk: workloadKey.publicJwk, sign: (data: Uint8Array) => inner.sign(data) };
      },
    ],
    ["a signer of another algorithm", async () => ({ ...(await createSigner(privateJwk)), algorithm: "ES384" })],
  ])("CREDS-5.1.10: %s", async (_name, make) => {
    const key = (await make()) as SigningKey;
    await expectWimseError(createCredential(wit, key), "credential_key_mismatch", "CREDS-5.1.10", `${wit}.${other.d}`);
  });

  it("CREDS-5.1.14: a signer for the other name of Ed25519", async () => {
    const signer = await createSigner(fixed.ed25519, "Ed25519");
    const token = makeWit({ claims: { cnf: { jwk: keyFor("EdDSA").publicJwk } } });
    await expectWimseError(createCredential(token, signer), "credential_key_mismatch", "CREDS-5.1.10");
  });

  it.each<unknown>([undefined, null, "-----BEGIN PRIVATE KEY-----", 1, [privateJwk]])(
    "but %o is a mistake",
    async (key) => {
      await expectMistake(createCredential(wit, key as SigningKey), /^createCredential: a private key is required$/);
    },
  );

  it("that answers in DER", async () => {
    const der = { algorithm: "ES256", publicJwk: workloadKey.publicJwk, sign: async () => new Uint8Array(70) };
    await expectMistake(createCredential(wit, der), /not DER$/);
  });

  it("and says nothing of what a signer of one's own throws before it signs", async () => {
    const reason = new Error("not connected");
    const signer = {
      algorithm: "ES256",
      get publicJwk(): JWK {
        throw reason;
      },
      sign: async () => new Uint8Array(64),
    };
    await expectWimseError(createCredential(wit, signer), "credential_unavailable", undefined, "not.connected");
  });

  it("and says nothing of why a key service failed", async () => {
    const kms = await kmsSigner();
    const reason = new Error("throttled");
    kms.failNext(reason);
    const token = makeWit({ claims: { cnf: { jwk: kms.publicJwk } } });
    await expectWimseError(createCredential(token, kms), "credential_unavailable", undefined, "throttled");
  });
});

describe("createCredential refuses a WIT that is of no use", () => {
  it.each<[string, string, WimseErrorCode, string]>([
    ["too large", makeWit({ claims: { pad: "x".repeat(16_384) } }), "wit_too_large", "CREDS-5.1.4.02"],
    ["malformed", `${wit}.x`, "wit_malformed", "CREDS-5.1.4.02"],
    ["with a claim twice", signRaw(witHeader(), '{"sub":"a","sub":"b"}'), "wit_malformed", "CREDS-5.1.4.02"],
    ["without sub", makeWit({ claims: { sub: undefined } }), "wit_subject_invalid", "CREDS-5.1.05"],
    ["with two subs", makeWit({ claims: { sub: [SUBJECT] } }), "wit_subject_invalid", "CREDS-5.1.05"],
    [
      "with a sub not in canonical form",
      makeWit({ claims: { sub: `${SUBJECT}/` } }),
      "wit_subject_invalid",
      "CREDS-5.1.05",
    ],
    ["without exp", makeWit({ claims: { exp: undefined } }), "wit_expiration_missing", "CREDS-5.1.06"],
    ["with an exp that is no number", makeWit({ claims: { exp: "1" } }), "wit_claim_invalid", "CREDS-5.1.06"],
  ])("%s", async (_name, token, code, requirement) => {
    await expectWimseError(createCredential(token, privateJwk), code, requirement, token);
  });

  it.each<[string, unknown]>([
    ["absent", undefined],
    ["null", null],
    ["a thumbprint only", { jkt: "x" }],
    ["a jwk without alg", { jwk: { ...workloadKey.publicJwk, alg: undefined } }],
    ["a jwk for encryption", { jwk: { ...workloadKey.publicJwk, alg: "ECDH-ES" } }],
    ["a private jwk", { jwk: { ...privateJwk, alg: "ES256" } }],
    ["a jwk whose alg is not its own", { jwk: { ...workloadKey.publicJwk, alg: "ES384" } }],
  ])("CREDS-5.1.12: whose cnf is %s", async (_name, cnf) => {
    const token = makeWit({ claims: { cnf } });
    await expectWimseError(createCredential(token, privateJwk), "wit_confirmation_invalid", "CREDS-5.1.12", token);
  });

  it("and what is no string", async () => {
    await expectMistake(createCredential(undefined as never, privateJwk), /^createCredential: the WIT is a string$/);
  });
});

describe("a credential", () => {
  it("shows its workload and neither token nor key", async () => {
    for (const key of [privateJwk, keyObject, await asCryptoKey(true)] as SigningKey[]) {
      const credential = await createCredential(wit, key);
      expect(String(credential)).toBe(SUBJECT);
      expect(inspect(credential)).toBe(`WorkloadCredential <${SUBJECT}>`);
      expect(JSON.parse(JSON.stringify([credential]))).toEqual([{ id: SUBJECT, expiresAt: NOW + 3600 }]);
      expectSilence(credential, `${wit}.${privateJwk.d}`);
      expectSilence({ nested: { credential } }, `${wit}.${privateJwk.d}`);
      expect(Object.keys(credential)).toEqual([]);
    }
  });

  it("is made by createCredential alone", async () => {
    const fields = credentialFields(await createCredential(wit, privateJwk));
    await expectMistake(() => new Constructor(undefined, fields), /sealed/);
    await expectMistake(() => new Constructor(Symbol("seal"), fields), /sealed/);
    class Forged extends Constructor {}
    await expectMistake(() => new Forged(SEAL, fields), /sealed/);
  });

  it("is not forged", async () => {
    const credential = await createCredential(wit, privateJwk);
    const forgeries: unknown[] = [
      undefined,
      null,
      wit,
      { ...credential },
      { wit, id: credential.id },
      Object.create(WorkloadCredential.prototype),
      Object.create(credential),
      new Proxy(credential, {}),
      JSON.parse(JSON.stringify(credential)),
    ];
    for (const forged of forgeries) {
      await expectMistake(() => credentialFields(forged as never), /^A WorkloadCredential is required: make one with/);
    }
    expect([undefined, null, {}, wit].map(isWorkloadCredential)).toEqual([false, false, false, false]);
  });
});
