import { describe, expect, it } from "vitest";
import { isWimseError } from "../../src/index.js";
import { AGENT_KEY } from "../conformance/support.js";
import { createWorld } from "../support/wpt-fixtures.js";
import { entryPoints } from "../../scripts/entry-points.mjs";
import { ENTRY_POINTS } from "./entry-points.js";
import { soundCalls } from "./public-calls.js";
import { MARK, printed, Secrets } from "./secrets.js";
import type { SoundCall } from "./sound-call.js";
import { wrongValues } from "./wrong-values.js";

const world = await createWorld();
const tokens = {
  wit: await world.forgeWit({ claims: { note: MARK } }),
  wpt: await world.wpt({ claims: { note: MARK } }),
  privateJwk: { ...AGENT_KEY, note: MARK },
};
const secrets = new Secrets([MARK, tokens.wit, tokens.wpt, AGENT_KEY.d]);
const values = wrongValues(tokens);
const calls = await soundCalls();

const isOptions = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The argument lists of a call in which one argument, or one option, is something else. */
function* wrongArguments({ args, more = [] }: SoundCall, make: () => unknown): Generator<[where: string, unknown[]]> {
  for (const [index, sound] of args.entries()) {
    const changed = (value: unknown): unknown[] => args.map((one, at) => (at === index ? value : one));
    yield [`argument ${index + 1}`, changed(make())];
    if (!isOptions(sound)) continue;
    for (const name of [...Object.keys(sound), ...more, `x ${MARK}`, tokens.wit]) {
      yield [name, changed({ ...sound, [name]: make() })];
    }
  }
}

/** What a call throws, sooner or later; `undefined` when it throws nothing. */
async function thrownBy({ call }: SoundCall, args: unknown[]): Promise<unknown> {
  try {
    await (call as (...args: unknown[]) => unknown)(...args);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Functions of the caller's own that are called for him: what they throw is his, and comes through. */
const HIS_OWN =
  /^(?:anyOf argument 1|verifyMessageSignature key|createSigningFetch fetch|authenticate verify)$|^send(?:Problem|Response) /;
/** What is not looked at before it is used: values that the caller got from here, or from the platform. */
const UNCHECKED =
  /^(?:textReport|junitReport|sendProblem|sendResponse|RevocationList\.isRevoked) |^(?:RenewingSource\.current|Issuer\.issue) signal$/;

describe.each(calls.map((one) => [one.name, one] as const))("%s", (_name, one) => {
  it("is called as it should be", async () => {
    expect(await thrownBy(one, [...one.args])).toBeUndefined();
  });

  it.each(values.map((value) => [value.what, value] as const))(
    "says nothing of %s in any place",
    async (what, { make }) => {
      for (const [where, args] of wrongArguments(one, make)) {
        const place = `${one.name} ${where}`;
        const error = await thrownBy(one, args);
        if (error === undefined || (what === "a function that fails" && HIS_OWN.test(place))) continue;
        expect([place, secrets.pieceIn(printed(error))]).toEqual([place, undefined]);
        if (UNCHECKED.test(place)) continue;
        const coded = isWimseError(error) || (error as { code?: unknown }).code === "configuration_invalid";
        expect([place, coded ? "coded" : String(error)]).toEqual([place, "coded"]);
      }
    },
  );
});

it("every public function is called", () => {
  const called = new Set(calls.map(({ name }) => name));
  for (const [entry, exported] of Object.entries(ENTRY_POINTS)) {
    const functions = Object.entries(exported).filter(([, value]) => typeof value === "function");
    // a sealed class has no public constructor
    const missing = functions.filter(([name, value]) => !called.has(name) && !/^class /.test(String(value)));
    expect([entry, missing.map(([name]) => name)]).toEqual([entry, []]);
  }
  expect(Object.keys(ENTRY_POINTS).sort()).toEqual(Object.keys(entryPoints).sort());
});
