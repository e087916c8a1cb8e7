import { createPrivateKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { FileUnreadable } from "../../src/base/read-file.js";
import {
  expectSilence,
  expectWimseError,
  keyFor,
  makeWit,
  NOW,
  SUBJECT,
  strangerKey,
} from "../support/wit-fixtures.js";
import { pairOf, pem, watchMemory } from "./file-support.js";

describe("files that are no pair", () => {
  const sound = pairOf(9000, strangerKey);
  const rsa = makeWit({ key: keyFor("RS256") });
  /** A WIT of the old key whose signature has so many bytes. */
  const signedAtLength = (length: number, wit: string) => ({
    wit: `${wit.slice(0, wit.lastIndexOf(".") + 1)}${Buffer.alloc(length, 1).toString("base64url")}`,
    key: pairOf().key,
  });
  it.each<[string, Parameters<ReturnType<typeof watchMemory>["put"]>[0], string]>([
    ["no WIT", { wit: new FileUnreadable("file_not_found") }, "file_not_found"],
    ["no key", { key: new FileUnreadable("file_not_found") }, "file_not_found"],
    ["a key that may not be read", { key: new FileUnreadable("permission_denied") }, "permission_denied"],
    ["a folder", { wit: new FileUnreadable("not_a_file") }, "not_a_file"],
    ["a file that is too large", { wit: new FileUnreadable("too_large") }, "too_large"],
    ["a disk that fails", { wit: new Error("EIO /run/secret") }, "failed"],
    ["a WIT that is empty", { wit: "" }, "wit_malformed"],
    ["a WIT that is too long", { wit: `${sound.wit}${"A".repeat(17_000)}` }, "wit_too_large"],
    ["a WIT that is no text", { wit: Uint8Array.of(0xff, 0xfe) }, "wit_malformed"],
    ["half a WIT", { wit: sound.wit.slice(0, sound.wit.length / 2) }, "wit_malformed"],
    ["a WIT without its last four characters", { ...sound, wit: sound.wit.slice(0, -4) }, "wit_malformed"],
    ["a WIT with an RSA signature that is cut off", { wit: rsa.slice(0, -44), key: pairOf().key }, "wit_malformed"],
    ["a WIT whose signature is a byte short", signedAtLength(63, pairOf().wit), "wit_malformed"],
    ["a WIT whose signature is a byte long", signedAtLength(65, pairOf().wit), "wit_malformed"],
    ["a WIT with an RSA signature that is too short for any key", signedAtLength(248, rsa), "wit_malformed"],
    ["a WIT with an RSA signature of a length that no key has", signedAtLength(260, rsa), "wit_malformed"],
    ["two WITs", { wit: `${sound.wit}\n${sound.wit}` }, "wit_malformed"],
    ["a WIT beside the old key", { wit: sound.wit }, "credential_key_mismatch"],
    ["a key beside the old WIT", { key: sound.key }, "credential_key_mismatch"],
    ["a key that is empty", { ...sound, key: "" }, "key_malformed"],
    ["half a key", { ...sound, key: sound.key.slice(0, 60) }, "key_malformed"],
    ["a key that is no text", { ...sound, key: Uint8Array.of(0xff) }, "key_malformed"],
    ["half a key in PEM", { ...sound, key: pem(strangerKey).slice(0, 90) }, "key_malformed"],
    [
      "PEM around something else",
      { ...sound, key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" },
      "key_malformed",
    ],
    [
      "a key in another form of PEM",
      {
        ...sound,
        key: createPrivateKey({ key: { ...strangerKey.privateJwk }, format: "jwk" })
          .export({ type: "sec1", format: "pem" })
          .toString(),
      },
      "key_malformed",
    ],
    ["a public key", { ...sound, key: JSON.stringify(strangerKey.publicJwk) }, "credential_key_mismatch"],
    ["a WIT that is over", pairOf(-1, strangerKey), "credential_expired"],
    ["another workload's", pairOf(9000, strangerKey, "wimse://example.com/other"), "identifier_changed"],
  ])("%s: the credential of before is used on, and the failure has a name", async (_what, pair, failure) => {
    const { source, put, look } = watchMemory();
    put(pairOf());
    const credential = await source.current();
    put(pair);
    for (const failures of [1, 2]) {
      const state = await look();
      expect(state).toMatchObject({ status: "ready", failure, failures });
      expectSilence(state, sound.wit);
      expectSilence(state, "/run/secret");
    }
    expect(source.current()).toBe(credential);
    put(sound);
    expect(await look()).toMatchObject({ expiresAt: NOW + 9000, failures: 0 });
  });

  it("from the start are no credential; they are looked at again within a second, then more seldom", async () => {
    const { source, put, runtime, states } = watchMemory({ pollInterval: 4 });
    await expectWimseError(async () => source.current(), "credential_unavailable");
    for (const full of [1, 2, 4, 4]) {
      const { nextAttemptAt = 0, failedAt = 0, failure } = await states.next();
      expect(failure).toBe("file_not_found");
      expect(nextAttemptAt - failedAt).toBeGreaterThanOrEqual(full / 2);
      expect(nextAttemptAt - failedAt).toBeLessThanOrEqual(full);
      runtime.setTime(nextAttemptAt);
    }
    await states.next();
    put(pairOf());
    runtime.setTime(source.state().nextAttemptAt ?? 0);
    expect(String(await source.current())).toBe(SUBJECT);
  });

  it("CREDS-9.5.03: that stay as they are until the credential is over", async () => {
    const { source, put, runtime, states } = watchMemory();
    put(pairOf(60));
    await source.current();
    await states.next();
    runtime.setTime(NOW + 60);
    expect(await states.next()).toMatchObject({ status: "expired", failure: "credential_expired" });
    await expectWimseError(async () => source.current(), "credential_expired", "CREDS-9.5.03");
  });
});
