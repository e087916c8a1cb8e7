import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { rejectedCases } from "../vectors/rejection.js";
import { enrolmentFailures } from "./enrolment-failures.js";
import { failuresOf } from "./failures.js";
import { createScene } from "./scene.js";
import { MARK, printed, Secrets } from "./secrets.js";

const scene = await createScene();
const { wit, wpt, exchange } = scene;
const secrets = new Secrets([MARK, wit, wpt, exchange.wit, exchange.service.wit]);
const failures = failuresOf(scene);

it.each(failures.map((one) => [one.what, one.code, one] as const))(
  "WPT-3.1.5.01: %s is %s, and nothing else is said of it",
  async (_what, code, { fails }) => {
    const error: unknown = await fails().catch((reason) => reason);
    expect(error).toMatchObject({ code });
    expect(error).not.toHaveProperty("cause");
    expect(secrets.pieceIn(printed([error, exchange.verifier().problem(error)]))).toBeUndefined();
  },
);

/** The codes of the library, as its source lists them. */
const codes = [
  ...readFileSync(new URL("../../src/base/errors.ts", import.meta.url), "utf8").matchAll(/^ {2}\| "(\w+)"/gm),
].map(([, code]) => code);

it("every code is driven by one of these, or by a rejected vector", () => {
  const driven = new Set<unknown>([
    ...failures.map(({ code }) => code),
    ...enrolmentFailures.map(({ code }) => code),
    ...rejectedCases.map(([, { expect: expected }]) => expected.code),
  ]);
  expect(codes.length).toBeGreaterThan(80);
  expect(codes.filter((code) => !driven.has(code))).toEqual([]);
});
