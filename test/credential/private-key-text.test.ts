import { createPrivateKey } from "node:crypto";
import { expect, it } from "vitest";
import { withNodeCrypto } from "../crypto/support.js";
import { caughtFrom, workloadKey } from "../support/wit-fixtures.js";

it("a key in PEM is malformed to a runtime that has no node:crypto, and a JWK is not", async () => {
  const key = createPrivateKey({ key: { ...workloadKey.privateJwk }, format: "jwk" });
  const pem = key.export({ type: "pkcs8", format: "pem" }).toString();
  const { readPrivateKeyText } = await withNodeCrypto(
    undefined,
    () => import("../../src/credential/private-key-text.js"),
  );
  expect(await caughtFrom(() => readPrivateKeyText(pem))).toMatchObject({ failure: "key_malformed" });
  expect(readPrivateKeyText(JSON.stringify(workloadKey.privateJwk))).toEqual(workloadKey.privateJwk);
});
