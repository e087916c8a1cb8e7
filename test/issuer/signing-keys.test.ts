import { describe, expect, it } from "vitest";
import { configurationInvalid } from "../../src/base/errors.js";
import { supportedAlgorithms } from "../../src/crypto/algorithms.js";
import { generatedKeys, type IssuerKeys } from "../../src/issuer/issuer-keys.js";
import { SigningKeys } from "../../src/issuer/signing-keys.js";
import { clockOf } from "../support/issuer-fixtures.js";
import { expectMistake, expectWimseError } from "../support/wit-fixtures.js";

/** Keys that are to be saved, and how often one was opened. */
function countedKeys() {
  const inner = generatedKeys("ES256", true);
  const counted = { opened: 0 };
  const keys: IssuerKeys = {
    create: inner.create,
    open(handle, options) {
      counted.opened++;
      return inner.open(handle, options);
    },
  };
  const signing = (): SigningKeys => new SigningKeys(keys, true, supportedAlgorithms, clockOf());
  return { counted, signing };
}

describe("the signing keys of an issuer", () => {
  it("are opened once each", async () => {
    const { counted, signing } = countedKeys();
    const record = await signing().make();
    const other = signing();
    const signer = await other.signerOf(record);
    expect(await other.signerOf(record)).toBe(signer);
    expect(counted.opened).toBe(1);
  });

  it("are forgotten when they are no longer there, and the others are not", async () => {
    const { counted, signing } = countedKeys();
    const keys = signing();
    const [gone, kept] = [await keys.make(), await keys.make()];
    keys.keepOnly([kept]);
    await keys.signerOf(kept);
    expect(counted.opened).toBe(0);
    await keys.signerOf(gone);
    expect(counted.opened).toBe(1);
  });

  it("are not asked for without a handle", async () => {
    const { counted, signing } = countedKeys();
    const { handle: _handle, ...record } = await signing().make();
    await expectWimseError(signing().signerOf(record), "credential_unavailable");
    expect(await signing().opens(record)).toBe(false);
    expect(counted.opened).toBe(0);
  });
});

describe("a key service that fails", () => {
  const failing = (error: unknown): SigningKeys => {
    const fail = (): never => {
      throw error;
    };
    return new SigningKeys({ create: fail, open: fail }, false, supportedAlgorithms, clockOf());
  };

  it("has one code, and what it says is not repeated", async () => {
    const error = Object.assign(new Error("arn:secret"), { code: "configuration_invalid" });
    await expectWimseError(failing(error).make(), "credential_unavailable", undefined, "arn:secret");
  });

  it("says which setting is wrong, where the mistake was found by this library", async () => {
    await expectMistake(failing(configurationInvalid("algorithm: does not fit the key")).make(), /^algorithm: /);
  });
});
