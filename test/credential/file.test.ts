import { createPrivateKey } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { utf8Bytes } from "../../src/base/bytes.js";
import { FileUnreadable, type ReadFile } from "../../src/base/read-file.js";
import { type FileSourceOptions, fileSource } from "../../src/credential/file.js";
import type { RenewingSource } from "../../src/credential/renewing-source.js";
import { stateEvents } from "../support/credential-fixtures.js";
import * as fixed from "../support/fixed-keys.js";
import {
  caughtFrom,
  clock,
  expectMistake,
  expectSilence,
  expectWimseError,
  keyFor,
  makeWit,
  NOW,
  SUBJECT,
  strangerKey,
  type TestKey,
  testKey,
  workloadKey,
} from "../support/wit-fixtures.js";

const root = mkdtempSync(join(tmpdir(), "file-source-"));
const open: RenewingSource[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A sound pair of texts, good for so many seconds from {@link NOW}. */
function pairOf(lifetime = 3600, key: TestKey = workloadKey, sub = SUBJECT) {
  const wit = makeWit({ claims: { sub, exp: NOW + lifetime, cnf: { jwk: key.publicJwk } } });
  return { wit, key: JSON.stringify(key.privateJwk) };
}
const pem = (key: TestKey) =>
  createPrivateKey({ key: { ...key.privateJwk }, format: "jwk" })
    .export({ type: "pkcs8", format: "pem" })
    .toString();

/** A source that looks when the test says so. */
function watch(options: FileSourceOptions) {
  const runtime = clock();
  const states = stateEvents();
  const source = fileSource({ runtime, onChange: states.onChange, ...options });
  open.push(source);
  /** The state after one look at the files. */
  const look = async () => {
    await source.renew();
    return source.state();
  };
  return { source, runtime, states, look };
}

/** A source of files in memory: each reading takes the next of the given contents, and the last one again and again. */
function watchMemory(changes: Partial<FileSourceOptions> = {}) {
  const contents: Record<string, (string | Uint8Array | Error)[]> = { wit: [], key: [] };
  const reads: string[] = [];
  const read: ReadFile = async (path) => {
    reads.push(String(path));
    const [content, ...rest] = contents[String(path)] ?? [];
    if (rest.length > 0) contents[String(path)] = rest;
    if (content === undefined) throw new FileUnreadable("file_not_found");
    if (content instanceof Error) throw content;
    return typeof content === "string" ? utf8Bytes(content) : content;
  };
  const put = (pair: { wit?: string | Uint8Array | Error; key?: string | Uint8Array | Error }) => {
    for (const [name, content] of Object.entries(pair)) contents[name] = [content];
  };
  return { ...watch({ wit: "wit", key: "key", read, ...changes }), contents, reads, put };
}

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

describe("files that are no pair", () => {
  const sound = pairOf(9000, strangerKey);
  const rsa = makeWit({ key: keyFor("RS256") });
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
    ["a WIT without its last four characters", { wit: sound.wit.slice(0, -4) }, "wit_malformed"],
    ["a WIT with an RSA signature that is cut off", { wit: rsa.slice(0, -44), key: pairOf().key }, "wit_malformed"],
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
