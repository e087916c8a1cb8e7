import { describe, expect, it } from "vitest";
import { atOnce } from "../../../src/base/in-pieces.js";
import { usableKeys, verifiesWits } from "../../../src/trust/key-source/usable-keys.js";
import { keyA, keyB } from "./support.js";

it("tells of no more entries that were left out than fit on a page, whoever publishes whatever", () => {
  const symmetric = Array.from({ length: 1000 }, () => ({ kty: "oct", kid: "same" }));
  const { keys, problems } = atOnce(usableKeys([...symmetric, keyA()], verifiesWits));
  expect(keys).toEqual([keyA()]);
  expect(problems).toHaveLength(33);
  expect(problems[0]).toBe("keys[0]: the key must not be symmetric");
  expect(problems.at(-1)).toBe("and 1968 more");
});

describe("entries that share no kid", () => {
  it.each<[what: string, entries: readonly object[], usable: readonly unknown[]]>([
    [
      "have none",
      [
        { ...keyA(), kid: undefined },
        { ...keyB(), kid: undefined },
      ],
      [keyA().x, keyB().x],
    ],
    ["have one that is no text", [{ kty: "XYZ", kid: 1 }, { kty: "XYZ", kid: 1 }, keyA()], [keyA().x]],
    ["have it from elsewhere", [Object.create({ kid: "a" }), Object.create({ kid: "a" }), keyA()], [keyA().x]],
  ])("count as they are where they %s", (_what, entries, usable) => {
    const { keys, problems } = atOnce(usableKeys(entries, verifiesWits));
    expect(keys.map(({ x }) => x)).toEqual(usable);
    expect(problems.join()).not.toContain("twice");
  });
});
