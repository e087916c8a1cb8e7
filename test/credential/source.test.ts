import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { createCredential } from "../../src/credential/credential.js";
import { checkNotExpired, currentCredential } from "../../src/credential/source.js";
import { caughtFrom, expectMistake, expectWimseError, makeWit, NOW, workloadKey } from "../support/wit-fixtures.js";

const credential = await createCredential(makeWit(), workloadKey.privateJwk);
const END = NOW + 3600;

describe("the current credential", () => {
  it("is the credential itself, or what the source has", async () => {
    expect(await currentCredential(credential, NOW)).toBe(credential);
    expect(await currentCredential({ current: () => credential }, NOW)).toBe(credential);
    expect(await currentCredential({ current: async () => credential }, NOW)).toBe(credential);
  });

  it("CREDS-9.5.03, WPT-3.2.03: is not used from its expiry on, without any tolerance", async () => {
    for (const from of [credential, { current: () => credential }]) {
      expect(await currentCredential(from, END - 0.001)).toBe(credential);
      await expectWimseError(currentCredential(from, END), "credential_expired", "CREDS-9.5.03");
      await expectWimseError(currentCredential(from, END + 1), "credential_expired", "CREDS-9.5.03");
      await expectWimseError(currentCredential(from, Number.NaN), "credential_expired", "CREDS-9.5.03");
    }
    checkNotExpired(credential, END - 1);
    await expectWimseError(() => checkNotExpired(credential, END), "credential_expired", "CREDS-9.5.03");
  });

  it("is asked for each time, with the caller's signal", async () => {
    const seen: unknown[] = [];
    const source = {
      current(options?: object) {
        seen.push(options);
        return credential;
      },
    };
    const { signal } = new AbortController();
    await currentCredential(source, NOW, signal);
    await currentCredential(source, NOW);
    expect(seen).toEqual([{ signal }, undefined]);
  });
});

describe("a source that fails", () => {
  const foreign = new Error("ENOENT /var/run/secret-path");

  it("has no credential, and does not say why", async () => {
    const sources = [
      { current: () => Promise.reject(foreign) },
      {
        current: (): never => {
          throw foreign;
        },
      },
    ];
    for (const source of sources) {
      await expectWimseError(
        currentCredential(source, NOW),
        "credential_unavailable",
        undefined,
        "/var/run/secret-path",
      );
    }
  });

  it("is heard when it says it with a code", async () => {
    const coded = new WimseError("credential_unavailable", "x");
    await expect(currentCredential({ current: () => Promise.reject(coded) }, NOW)).rejects.toBe(coded);
  });

  it("has been given up when the caller's signal says so", async () => {
    const reason = new Error("too slow");
    const source = { current: () => Promise.reject(foreign) };
    expect(await caughtFrom(currentCredential(source, NOW, AbortSignal.abort(reason)))).toBe(reason);
    const { signal } = new AbortController();
    await expectWimseError(currentCredential(source, NOW, signal), "credential_unavailable");
  });

  it.each<unknown>([undefined, null, {}, { current: 1 }, "wit", makeWit()])("is none: %o", async (source) => {
    await expectMistake(currentCredential(source as never, NOW), /^A credential or a source of one is required$/);
  });

  it.each<unknown>([undefined, null, makeWit(), { wit: makeWit(), id: credential.id, expiresAt: END }])(
    "is wrong that answers %o",
    async (answer) => {
      await expectMistake(
        currentCredential({ current: () => answer as never }, NOW),
        /^A WorkloadCredential is required: make one with createCredential$/,
      );
    },
  );

  it("is wrong that answers with a forged credential", async () => {
    const forged = Object.create(Object.getPrototypeOf(credential));
    await expectMistake(currentCredential(forged, NOW), /^A WorkloadCredential is required/);
    await expectMistake(() => checkNotExpired(forged, NOW), /^A WorkloadCredential is required/);
  });
});
