import { describe, expect, it } from "vitest";
import { sha256Base64url } from "../../src/crypto/digest.js";
import { createEnrolmentToken, type EnrolmentTokenRecord, enrolmentTokens } from "../../src/issuer/enrolment-tokens.js";
import { clockOf } from "../support/issuer-fixtures.js";
import { expectMistake, expectWimseError, NOW } from "../support/wit-fixtures.js";

const options = {};

describe("enrolment tokens", () => {
  it("are long, differ, and are kept as a hash only", () => {
    const runtime = clockOf();
    const [a, b] = [createEnrolmentToken({ label: "a", runtime }), createEnrolmentToken({ label: "a", runtime })];
    expect(a.token).toMatch(/^wimse_enrol_[\w-]{43}$/);
    expect(a.token).not.toBe(b.token);
    expect(a.record).toEqual({ hash: sha256Base64url(a.token), label: "a", expiresAt: NOW + 3600, uses: 1 });
  });

  it("are good for so many uses, each of which is saved before it counts", async () => {
    const runtime = clockOf();
    const { token, record } = createEnrolmentToken({ label: "a", uses: 2, runtime });
    const saved: (readonly EnrolmentTokenRecord[])[] = [];
    const tokens = enrolmentTokens([record], { runtime, save: (records) => void saved.push(records) });
    expect(await (await tokens.check(token, options)).claim?.()).toBe(true);
    const last = await tokens.check(token, options);
    expect(await last.claim?.()).toBe(true);
    expect(await last.claim?.()).toBe(false);
    expect(saved.map((records) => records.map(({ uses }) => uses))).toEqual([[1], []]);
    await expectWimseError(() => tokens.check(token, options), "enrolment_bootstrap_refused", undefined, token);
    await last.release?.();
    expect((await tokens.check(token, options)).caller).toEqual({ type: "enrolment-token", name: "a" });
  });

  it("are not used up by a use that cannot be saved", async () => {
    const runtime = clockOf();
    const { token, record } = createEnrolmentToken({ label: "a", runtime });
    let full = true;
    const tokens = enrolmentTokens([record], {
      runtime,
      save: () => (full ? Promise.reject(new Error("disk")) : undefined),
    });
    const grant = await tokens.check(token, options);
    await expectWimseError(async () => grant.claim?.(), "issuer_state_unavailable");
    full = false;
    expect(await grant.claim?.()).toBe(true);
  });

  it("are saved in order: an earlier saving that takes longer brings no use back", async () => {
    const runtime = clockOf();
    const { token, record } = createEnrolmentToken({ label: "a", uses: 2, runtime });
    const written: (() => void)[] = [];
    let file: readonly EnrolmentTokenRecord[] = [record];
    const save = (records: readonly EnrolmentTokenRecord[]): Promise<void> =>
      new Promise((done) => {
        written.push(() => {
          file = records;
          done();
        });
      });
    const tokens = enrolmentTokens([record], { runtime, save });
    const grants = [await tokens.check(token, options), await tokens.check(token, options)];
    const claims = Promise.all(grants.map((grant) => grant.claim?.()));
    for (let turn = 0; turn < 20; turn++) {
      await Promise.resolve();
      written.pop()?.(); // the latest first
    }
    expect(await claims).toEqual([true, true]);
    expect(file).toEqual([]);
  });

  it("end by the clock, also between check and use", async () => {
    const runtime = clockOf();
    const { token, record } = createEnrolmentToken({ label: "a", lifetime: 10, runtime });
    const tokens = enrolmentTokens([record], { runtime });
    const grant = await tokens.check(token, options);
    runtime.setTime(NOW + 10);
    expect(await grant.claim?.()).toBe(false);
    await expectWimseError(() => tokens.check(token, options), "enrolment_bootstrap_refused");
  });

  it("are texts, and nothing else is one", async () => {
    const { token, record } = createEnrolmentToken({ label: "a" });
    const tokens = enrolmentTokens([record]);
    // a list of one text is that text to whatever makes texts of things
    for (const value of [7, undefined, [token]] as never[]) {
      expect(tokens.recognizes?.(value)).toBe(false);
      await expectWimseError(() => tokens.check(value, options), "enrolment_bootstrap_refused", undefined, token);
    }
  });

  it("are not looked at when they are longer than any token", async () => {
    const record = (token: string) => ({ hash: sha256Base64url(token), label: "a", expiresAt: NOW + 60, uses: 1 });
    const [longest, longer] = ["x".repeat(256), "x".repeat(257)];
    const tokens = enrolmentTokens([record(longest), record(longer)], { runtime: clockOf() });
    expect((await tokens.check(longest, options)).caller.name).toBe("a");
    await expectWimseError(() => tokens.check(longer, options), "enrolment_bootstrap_refused");
  });

  it.each<[string, () => unknown, RegExp]>([
    ["a function that saves", () => enrolmentTokens([], { save: "x" as never }), /save/],
    ["a label", () => createEnrolmentToken({ label: "" }), /label/],
    ["a label that is text", () => createEnrolmentToken({ label: 7 as never }), /label/],
    ["whole uses", () => createEnrolmentToken({ label: "a", uses: 1.5 }), /uses/],
    ["some uses", () => createEnrolmentToken({ label: "a", uses: 0 }), /uses/],
    ["a lifetime of a month at most", () => createEnrolmentToken({ label: "a", lifetime: 31 * 86_400 }), /lifetime/],
    ["records", () => enrolmentTokens([{ hash: "x" } as EnrolmentTokenRecord]), /records/],
    ["an array of records", () => enrolmentTokens("x" as never), /records/],
    ["no endless list", () => enrolmentTokens(Array(1001).fill(createEnrolmentToken({ label: "a" }).record)), /1000/],
  ])("want %s", async (_what, run, message) => {
    await expectMistake(run, message);
  });

  it("want records of which every member is sound", async () => {
    const { record } = createEnrolmentToken({ label: "a", runtime: clockOf() });
    const wrong: unknown[] = [
      null,
      [],
      { ...record, hash: record.hash.slice(1) },
      { ...record, hash: [...record.hash] }, // as many members as the text has characters
      { ...record, label: 7 },
      { ...record, expiresAt: Number.POSITIVE_INFINITY },
      { ...record, expiresAt: `${record.expiresAt}` },
      { ...record, uses: 1.5 },
      ...Object.keys(record).map((name) => ({ ...record, [name]: undefined })),
    ];
    for (const other of wrong) {
      await expectMistake(() => enrolmentTokens([record, other as EnrolmentTokenRecord]), /at most 1000 records$/);
    }
  });
});
