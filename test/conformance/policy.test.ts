import { describe, expect, it } from "vitest";
import { matcherOf, policyOf } from "../../src/conformance/policy.js";
import { mistake } from "../support/wpt-fixtures.js";

const AGENT = "wimse://example.com/agent";
const ONE_MATCHER = "allow: null or one matcher";
const KNOWN_MATCHERS = "allow: the matchers are exactly, memberOf, under and anyOf";

describe("a policy that says nothing is never taken for one that lets everybody in", () => {
  it.each<[string, () => unknown, string]>([
    ["a policy that is a list", () => policyOf({ policy: [] }), "policy: an object"],
    ["a policy that is null", () => policyOf({ policy: null }), "policy: an object"],
    ["a policy that is a number", () => policyOf({ policy: 1 }), "policy: an object"],
    ["a misspelt member", () => policyOf({ policy: { alow: {} } }), 'policy: unknown option "alow"'],
    ["an empty matcher", () => matcherOf({}), ONE_MATCHER],
    ["a list of matchers", () => matcherOf([{ exactly: AGENT }]), ONE_MATCHER],
    ["a name in the place of a matcher", () => matcherOf(AGENT), ONE_MATCHER],
    ["false", () => matcherOf(false), ONE_MATCHER],
    ["two matchers in one", () => matcherOf({ exactly: AGENT, under: AGENT }), ONE_MATCHER],
    ["an unknown matcher", () => matcherOf({ everybody: true }), KNOWN_MATCHERS],
    ["anyOf without a list", () => matcherOf({ anyOf: {} }), KNOWN_MATCHERS],
    ["anyOf with null", () => matcherOf({ anyOf: [null] }), "allow: anyOf is a list of matchers"],
  ])("%s is refused", (_what, read, message) => {
    expect(read).toThrow(expect.objectContaining({ ...mistake, message }));
  });

  it("no policy is an empty one, and null in the place of a matcher is none", () => {
    expect(policyOf({})).toEqual({});
    expect([matcherOf(null), matcherOf(undefined)]).toEqual([undefined, undefined]);
  });
});
