import { expect, it } from "vitest";
import { staticSource } from "../../src/credential/static-source.js";
import { credentialFor } from "../support/credential-fixtures.js";
import {
  caughtFrom,
  clock,
  expectMistake,
  expectSilence,
  expectWimseError,
  NOW,
  SUBJECT,
} from "../support/wit-fixtures.js";

const credential = await credentialFor(3600);

it("has its credential until that is over, and says so: CREDS-9.5.03", async () => {
  const runtime = clock();
  const source = staticSource(credential, { runtime });
  expect(source.current()).toBe(credential);
  expect(source.state()).toEqual({ status: "ready", identifier: SUBJECT, expiresAt: NOW + 3600, failures: 0 });
  runtime.setTime(NOW + 3600);
  await expectWimseError(() => source.current(), "credential_expired", "CREDS-9.5.03");
  expect(source.state()).toMatchObject({ status: "expired" });
  expectSilence(source.state(), credential.wit);
});

it("has nothing once it is closed", async () => {
  const source = staticSource(credential, { runtime: clock() });
  await source.close();
  await expectWimseError(() => source.current(), "credential_unavailable");
  expect(source.state()).toEqual({ status: "closed", failures: 0 });
});

it("honours a signal", async () => {
  const reason = new Error("stop");
  const source = staticSource(credential, { runtime: clock() });
  expect(await caughtFrom(() => source.current({ signal: AbortSignal.abort(reason) }))).toBe(reason);
});

it("refuses what is no credential, and options that it does not know", async () => {
  await expectMistake(() => staticSource({ ...credential } as never), /^A WorkloadCredential is required/);
  await expectMistake(() => staticSource(credential, { interval: 1 } as never), /unknown option "interval"/);
});
