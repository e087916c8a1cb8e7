import { describe, expect, it } from "vitest";
import { configurationInvalid, WimseError } from "../../src/base/errors.js";
import { type JsonObject, parseJsonObject } from "../../src/base/json.js";
import { createCredential } from "../../src/credential.js";
import { readCompactJws, signCompactJws } from "../../src/crypto/jws.js";
import type { Signer } from "../../src/crypto/signer.js";
import { signRequest } from "../../src/index.js";
import { signWpt } from "../../src/wpt.js";
import { caughtFrom, expectMistake, expectWimseError } from "../support/wit-fixtures.js";
import { AUDIENCE, createWorld, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { runtime } = world;
const SECRET = "projects/p/keys/k?token=s3cr3t";

/** A signer of the caller's own, which does what it is told to. */
const signerThat = (sign: (...args: Parameters<Signer["sign"]>) => unknown): Signer => ({
  algorithm: "ES256",
  publicJwk: world.key.publicJwk,
  sign: (...args) => sign(...args) as Promise<Uint8Array>,
});
const fixed = signerThat(async () => new Uint8Array(64));
const throwing = (thrown: unknown): Signer =>
  signerThat(() => {
    throw thrown;
  });

describe("a signer that fails", () => {
  it.each<[string, unknown]>([
    ["an error that quotes", new Error(SECRET)],
    ["an error with a code of its own", Object.assign(new Error(SECRET), { code: "EACCES" })],
    ["an error with a cause", new Error("failed", { cause: SECRET })],
    ["an abort of its own", new DOMException(SECRET, "AbortError")],
    ["text", SECRET],
    ["nothing", undefined],
    ["null", null],
  ])("is told of with words of ours: %s", async (_what, thrown) => {
    for (const signer of [throwing(thrown), signerThat(() => Promise.reject(thrown))]) {
      await expectWimseError(signCompactJws({}, {}, signer), "credential_unavailable", undefined, `${SECRET}.`);
      const error = (await caughtFrom(signCompactJws({}, {}, signer))) as WimseError;
      expect(error.message).toBe("The signer made no signature");
    }
  });

  it("is told of as it told us where it spoke our language", async () => {
    for (const error of [new WimseError("credential_expired", "ours"), configurationInvalid("ours")]) {
      expect(await caughtFrom(signCompactJws({}, {}, throwing(error)))).toBe(error);
    }
  });

  it("is told of by the reason of the signal when that was aborted", async () => {
    const controller = new AbortController();
    const reason = new Error("too slow");
    const aborting = signerThat(() => {
      controller.abort(reason);
      throw new Error(SECRET);
    });
    expect(await caughtFrom(signCompactJws({}, {}, aborting, { signal: controller.signal }))).toBe(reason);
    const idle = { signal: new AbortController().signal };
    await expectWimseError(signCompactJws({}, {}, throwing(reason), idle), "credential_unavailable");
  });

  it("makes signWpt and signRequest fail alike", async () => {
    let healthy = true;
    const signer = signerThat((...args) => (healthy ? world.key.sign(...args) : Promise.reject(new Error(SECRET))));
    const credential = await createCredential(world.wit, signer); // which tries the signer out
    healthy = false;
    await expectWimseError(signWpt({ audience: AUDIENCE }, credential, { runtime }), "credential_unavailable");
    const signing = signRequest(new Request(AUDIENCE), credential, { proof: "wpt", runtime });
    await expectWimseError(signing, "credential_unavailable");
  });

  it("is asked nothing by options that are null", async () => {
    const signing = signWpt({ audience: AUDIENCE }, world.credential, null as unknown as object);
    expect(await outcomeOf(signing)).toBe("configuration_invalid");
  });
});

/** An object around objects: `levels` in all. */
function nested(levels: number): JsonObject {
  let object: JsonObject = {};
  for (let i = 1; i < levels; i++) object = { a: object };
  return object;
}

describe("claims that no JSON has", () => {
  const circle: Record<string, unknown> = {};
  circle["a"] = circle;
  const refused: [string, unknown][] = [
    ["a BigInt", { a: 1n }],
    ["a circle", circle],
    ["17 levels", nested(17)],
    ["a toJSON that throws", { a: { toJSON: () => JSON.parse(SECRET) } }],
    ["a toJSON that answers nothing", { toJSON: () => undefined }],
    ["a toJSON that answers an array", { toJSON: () => [] }],
  ];

  it.each(refused)("%s", async (_what, claims) => {
    const message = /^The claims are not JSON of at most 16 levels$/;
    await expectMistake(signCompactJws({}, claims as JsonObject, fixed), message);
  });

  it("16 levels are what is read, too", async () => {
    const token = await signCompactJws({}, nested(16), fixed);
    expect(readCompactJws(token, "wit").claims).toEqual(nested(16));
    expect(parseJsonObject(JSON.stringify(nested(17)))).toBeUndefined();
  });
});
