import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isWimseError } from "../../../src/base/errors.js";
import { openStateFolder } from "../../../src/cli/serve/state-folder.js";
import {
  createEnrolmentToken,
  type EnrolmentTokenRecord,
  enrolmentTokens,
} from "../../../src/issuer/enrolment-tokens.js";
import { clockOf } from "../../support/issuer-fixtures.js";
import { caughtFrom, expectMistake, expectWimseError } from "../../support/wit-fixtures.js";
import { temporaryFolder } from "../support.js";

const folder = temporaryFolder();
const ORIGIN = "spiffe://example.org";

describe("the state folder", () => {
  const state = (revision: number) =>
    ({ format: "wimse-issuer/v1", origin: ORIGIN, revision, sequence: 1, contents: "", keys: [] }) as const;
  const options = { signal: new AbortController().signal };

  it("lets one of several writers save a revision, and no older one", async () => {
    const path = folder.path("raced");
    const { store } = await openStateFolder(path, true, clockOf());
    const saved = await Promise.all(Array.from({ length: 8 }, () => store.save(state(1), options)));
    expect(saved.filter(Boolean)).toHaveLength(1);
    expect(await store.save(state(2), options)).toBe(true);
    expect(await store.save(state(1), options)).toBe(false);
    expect(await store.save(state(2), options)).toBe(false);
    expect(readdirSync(path)).toEqual(["issuer.2.json"]);
    expect(await store.load(options)).toEqual(state(2));
  });

  it("leaves nothing behind of a folder that cannot be made", async () => {
    const file = folder.write("file", "");
    const error = await caughtFrom(openStateFolder(join(file, "below"), true, clockOf()));
    expect([isWimseError(error), (error as { code?: string }).code]).toEqual([false, "configuration_invalid"]);
    expect(existsSync(join(file, "below"))).toBe(false);
  });

  it("lets only one of two servers use the enrolment tokens in it", async () => {
    const runtime = clockOf();
    const { token, record } = createEnrolmentToken({ label: "a", runtime });
    const first = await openStateFolder(folder.path("shared"), true, runtime);
    await first.saveEnrolmentTokens([record]);
    const claims: (() => unknown)[] = [];
    for (const server of [first, await openStateFolder(folder.path("shared"), false, runtime)]) {
      const save = (left: readonly EnrolmentTokenRecord[]): Promise<void> => server.saveEnrolmentTokens(left);
      const tokens = enrolmentTokens((await server.enrolmentTokens()) ?? [], { save, runtime });
      const grant = await tokens.check(token, {});
      claims.push(() => grant.claim?.());
    }
    expect(await claims[1]?.()).toBe(true);
    await expectWimseError(async () => claims[0]?.(), "issuer_state_unavailable");
    expect(await (await openStateFolder(folder.path("shared"), false, runtime)).enrolmentTokens()).toEqual([]);
  });

  it("clears away what was left of a process that ended while it wrote", async () => {
    const path = folder.path("crashed");
    const { saveEnrolmentTokens } = await openStateFolder(path, true, clockOf());
    const [left, fresh] = [".AAAAAAAAAAAAAAAA.tmp", ".BBBBBBBBBBBBBBBB.tmp"];
    for (const name of [left, fresh]) writeFileSync(join(path, name), "{}", { mode: 0o600 });
    utimesSync(join(path, left), 1, 1);
    await saveEnrolmentTokens([]);
    expect(readdirSync(path).sort()).toEqual([fresh, "enrolment-tokens.1.json"]);
  });

  it.runIf(process.platform !== "win32")("is nothing that others may write into", async () => {
    mkdirSync(folder.path("open"));
    chmodSync(folder.path("open"), 0o777);
    await expectMistake(openStateFolder(folder.path("open"), true, clockOf()), /--dir: others may write/);
  });

  it.runIf(process.getuid?.() === 0)("holds no files of another user", async () => {
    const path = folder.path("planted");
    const { enrolmentTokens: load } = await openStateFolder(path, true, clockOf());
    writeFileSync(join(path, "enrolment-tokens.9.json"), "[]", { mode: 0o600 });
    chownSync(join(path, "enrolment-tokens.9.json"), 1234, 1234);
    await expectMistake(load(), /another user/);
  });
});
