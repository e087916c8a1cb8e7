import { describe, expect, it } from "vitest";
import { differenceOf, sameJson, shown } from "../../src/conformance/differences.js";
import { judge } from "../../src/conformance/judge.js";
import type { Expectation, Verdict } from "../../src/conformance.js";

const ACCEPT: Expectation = { result: "accept", output: { a: 1 } };
const REJECT: Expectation = { result: "reject", codes: ["wit_expired", "wit_malformed"] };
const REFUSE: Expectation = { result: "reject", codes: ["configuration_invalid"] };
const EITHER: Expectation = { result: "either" };

const accepted: Verdict = { result: "accept", output: { a: 1 } };
const expired: Verdict = { result: "reject", code: "wit_expired" };
const malformed: Verdict = { result: "reject", code: "wit_malformed" };
const other: Verdict = { result: "reject", code: "wpt_expired" };
const rejected: Verdict = { result: "reject" };
const error: Verdict = { result: "error", message: "x" };
const unsupported: Verdict = { result: "unsupported" };

describe("a verdict", () => {
  it.each<[string, Expectation, string, Verdict, string]>([
    ["accept", ACCEPT, "accept", accepted, "passed"],
    ["accept", ACCEPT, "another output", { result: "accept", output: { a: 2 } }, "wrong_verdict"],
    ["accept", ACCEPT, "a rejection", expired, "wrong_verdict"],
    ["accept", ACCEPT, "a rejection without code", rejected, "wrong_verdict"],
    ["accept", ACCEPT, "an error", error, "wrong_verdict"],
    ["accept", ACCEPT, "unsupported", unsupported, "unsupported"],
    ["reject", REJECT, "the code", expired, "passed"],
    ["reject", REJECT, "another code that is right", malformed, "passed"],
    ["reject", REJECT, "another code", other, "wrong_reason"],
    ["reject", REJECT, "no code", rejected, "passed, reason unknown"],
    ["reject", REJECT, "an error", error, "passed, reason unknown"],
    ["reject", REJECT, "accept", accepted, "wrong_verdict"],
    ["reject", REJECT, "unsupported", unsupported, "unsupported"],
    ["a refusal", REFUSE, "an error", error, "passed"],
    ["a refusal", REFUSE, "the code", { result: "reject", code: "configuration_invalid" }, "passed"],
    ["a refusal", REFUSE, "another code", other, "wrong_reason"],
    ["a refusal", REFUSE, "no code", rejected, "passed, reason unknown"],
    ["either", EITHER, "accept", accepted, "passed"],
    ["either", EITHER, "a rejection", rejected, "passed"],
    ["either", EITHER, "an error", error, "passed"],
    ["either", EITHER, "unsupported", unsupported, "unsupported"],
  ])("where %s is expected (%j), %s (%j): %s", async (_expected, expectation, _seen, verdict, judgement) => {
    const { outcome, reasonUnknown } = await judge(expectation, verdict, differenceOf);
    expect(reasonUnknown ? `${outcome}, reason unknown` : outcome).toBe(judgement);
  });

  it("tells what is wrong with an output", async () => {
    expect(await judge(ACCEPT, { result: "accept", output: {} }, differenceOf)).toEqual({
      outcome: "wrong_verdict",
      reasonUnknown: false,
      detail: "a: nothing, not 1",
    });
  });
});

describe("an output", () => {
  it.each<[string, unknown, unknown, boolean]>([
    ["numbers", 1, 1, true],
    ["other numbers", 1, 2, false],
    ["a number and its text", 1, "1", false],
    ["null and nothing", null, undefined, false],
    ["lists", [1, [2]], [1, [2]], true],
    ["lists in another order", [1, 2], [2, 1], false],
    ["a list and a longer one", [1], [1, 2], false],
    ["a list and an object", [], {}, false],
    ["an object and a list", {}, [], false],
    ["members in another order", { a: 1, b: { c: [2] } }, { b: { c: [2] }, a: 1 }, true],
    ["a member more", { a: 1 }, { a: 1, b: 2 }, false],
    ["another member", { a: 1 }, { b: 1 }, false],
    ["a member that objects inherit", { toString: undefined }, {}, false],
  ])("is compared deeply: %s", (_what, a, b, same) => {
    expect(sameJson(a, b)).toBe(same);
  });

  it("must have each expected member, and may have others", () => {
    expect(differenceOf({ a: [1], b: null }, { a: [1], b: null, c: 3 })).toBeUndefined();
    expect(differenceOf({ a: [1], b: 2, toString: 1 }, { a: [2] })).toBe(
      "a: [2], not [1]; b: nothing, not 2; toString: nothing, not 1",
    );
  });

  it.each<[string, unknown, string]>([
    ["in the middle", "a\nx\nc", 'line 2 is "x", not "b"'],
    ["at the end", "a\nb", 'line 3 is nothing, not "c"'],
    ["behind the end", "a\nb\nc\n", 'line 4 is "", not nothing'],
    ["everywhere", "x", 'line 1 is "x", not "a"'],
    ["in its type", 1, '1, not "a\\nb\\nc"'],
  ])("shows the first line that differs of a text with several: %s", (_where, base, shownText) => {
    expect(differenceOf({ base: "a\nb\nc" }, { base })).toBe(`base: ${shownText}`);
  });

  it.each([
    ["a token", { wit: "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln" }, '{"wit":"…"}'],
    ["a token in a header line", [["Authorization", "WPT eyJh.eyJi.c2ln"]], '[["Authorization","WPT …"]]'],
    ["a signature", "wimse=:K2qGT5srn2OGbOIDzQ6kYT+ruaycnDAAUpKv+ePFfD0RAxn/1BUe:", '"wimse=…"'],
    ["a long text", "x".repeat(1000), `"${"x".repeat(299)}…`],
    ["nothing", undefined, "nothing"],
  ])("is shown without secrets and in short: %s", (_what, value, text) => {
    expect(shown(value)).toBe(text);
  });
});
