import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { fileSource } from "../../src/credential/file.js";
import * as fixed from "../support/fixed-keys.js";
import {
  caughtFrom,
  expectMistake,
  expectSilence,
  keyFor,
  makeWit,
  NOW,
  SUBJECT,
  strangerKey,
  type TestKey,
  testKey,
  workloadKey,
} from "../support/wit-fixtures.js";
import { pairOf, pem, watch, watchMemory } from "./file-support.js";

const root = mkdtempSync(join(tmpdir(), "file-source-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the files of a credential", () => {
  it("are read when somebody asks, and again within ten seconds", async () => {
    const { source, put, reads } = watchMemory();
    put(pairOf());
    expect(reads).toEqual([]);
    expect(String(await source.current())).toBe(SUBJECT);
    expect(reads).toEqual(["wit", "key"]);
    const { nextAttemptAt = 0, ...state } = source.state();
    expect(nextAttemptAt).toBeGreaterThanOrEqual(NOW + 5);
    expect(nextAttemptAt).toBeLessThan(NOW + 10);
    expect(state).toMatchObject({ status: "ready", identifier: SUBJECT, expiresAt: NOW + 3600 });
  });

  it.each<[string, (key: TestKey) => string, TestKey]>([
    ["a JWK", (key) => JSON.stringify(key.privateJwk), workloadKey],
    ["a JWK with white space", (key) => `\n ${JSON.stringify(key.privateJwk, undefined, 2)}\n`, workloadKey],
    ["PKCS#8 in PEM", pem, workloadKey],
    ["an Ed25519 key in PEM", pem, keyFor("Ed25519")],
    ["an RSA key in PEM", pem, testKey(fixed.rsa, "PS256", "rsa")],
  ])("may hold %s", async (_what, write, key) => {
    const { source, put } = watchMemory();
    put({ wit: `${pairOf(3600, key).wit}\r\n`, key: write(key) });
    expect((await source.current()).algorithm).toBe(key.alg);
  });

  it.each(["RS256", "ES384", "Ed25519", "HS9"])("may hold a WIT that its issuer signed with %s", async (alg) => {
    const { source, put } = watchMemory();
    const key = alg === "HS9" ? undefined : keyFor(alg);
    put({ ...pairOf(), wit: makeWit(key === undefined ? { header: { alg } } : { key }) });
    expect(String(await source.current())).toBe(SUBJECT); // whether anybody accepts it is not for us to say
  });

  it("that have not changed give the same credential", async () => {
    const { source, put, look } = watchMemory();
    put(pairOf());
    const credential = await source.current();
    for (let i = 0; i < 3; i++) await look();
    expect(source.current()).toBe(credential);
  });

  it("that changed give the new credential, with the same key or another", async () => {
    const { source, put, look } = watchMemory();
    put(pairOf());
    await source.current();
    put(pairOf(5000));
    await look();
    expect(source.current()).toMatchObject({ expiresAt: NOW + 5000 });
    put(pairOf(6000, strangerKey));
    await look();
    expect(source.current()).toMatchObject({ expiresAt: NOW + 6000 });
  });

  it("that are replaced one after the other while they are read are read once more", async () => {
    const { source, put, contents, look } = watchMemory();
    put(pairOf());
    await source.current();
    const next = pairOf(5000, strangerKey);
    contents["wit"] = [next.wit];
    contents["key"] = [pairOf().key, next.key];
    expect(await look()).toMatchObject({ failures: 0, expiresAt: NOW + 5000 });
  });
});

describe("real files", () => {
  it("that are replaced by renaming", async () => {
    const folder = mkdtempSync(join(root, "rename-"));
    const write = (name: string, text: string) => {
      writeFileSync(join(folder, `${name}.new`), text, { mode: 0o600 });
      renameSync(join(folder, `${name}.new`), join(folder, name));
    };
    const first = pairOf();
    write("wit", first.wit);
    write("key", first.key);
    const { source, look } = watch({ wit: join(folder, "wit"), key: pathToFileURL(join(folder, "key")) });
    await source.current();
    const next = pairOf(5000, strangerKey);
    write("wit", next.wit);
    expect(await look()).toMatchObject({ failure: "credential_key_mismatch", expiresAt: NOW + 3600 });
    write("key", next.key);
    expect(await look()).toMatchObject({ failures: 0, expiresAt: NOW + 5000 });
  });

  it("behind a symbolic link that is swapped, as in a projected volume", async () => {
    const folder = mkdtempSync(join(root, "links-"));
    const swap = (version: string, pair: { wit: string; key: string }) => {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, "wit"), pair.wit);
      writeFileSync(join(folder, version, "key"), pair.key);
      symlinkSync(version, join(folder, "..data.new"));
      renameSync(join(folder, "..data.new"), join(folder, "..data"));
    };
    swap("v1", pairOf());
    for (const name of ["wit", "key"]) symlinkSync(join("..data", name), join(folder, name));
    const { source, look } = watch({ wit: join(folder, "wit"), key: join(folder, "key") });
    await source.current();
    for (const [version, lifetime] of [
      ["v2", 5000],
      ["v3", 6000],
    ] as const) {
      swap(version, pairOf(lifetime, lifetime === 5000 ? strangerKey : workloadKey));
      expect(await look()).toMatchObject({ failures: 0 });
      expect(source.current()).toMatchObject({ expiresAt: NOW + lifetime });
    }
  });

  it.each<[string, (folder: string) => void, string]>([
    ["that are not there", () => {}, "file_not_found"],
    ["that are folders", (folder) => mkdirSync(join(folder, "wit")), "not_a_file"],
    ["that are too large", (folder) => writeFileSync(join(folder, "wit"), "A".repeat(18_000)), "too_large"],
  ])("%s", async (_what, make, failure) => {
    const folder = mkdtempSync(join(root, "bad-"));
    writeFileSync(join(folder, "key"), pairOf().key);
    make(folder);
    const { source, states } = watch({ wit: join(folder, "wit"), key: join(folder, "key") });
    const error = await caughtFrom(async () => source.current());
    expect(error).toMatchObject({ code: "credential_unavailable" });
    expectSilence(error, folder);
    const state = await states.next();
    expect(state).toMatchObject({ failure });
    expectSilence(state, folder);
  });
});

describe("settings that cannot be right", () => {
  it.each<[object, RegExp]>([
    [{ wit: "" }, /^fileSource: wit is a path or a file: URL$/],
    [{ key: undefined }, /^fileSource: key is a path or a file: URL$/],
    [{ key: 7 }, /^fileSource: key is a path or a file: URL$/],
    [{ interval: 3 }, /unknown option "interval"/],
    [{ pollInterval: 0 }, /^pollInterval: /],
    [{ read: "fs" }, /^read: a function$/],
    [{ id: "agent" }, /^id: a Workload Identifier$/],
  ])("%o", async (options, message) => {
    await expectMistake(() => fileSource({ wit: "wit", key: "key", ...options } as never), message);
  });
});
