import { expect, it } from "vitest";
import { atOnce } from "../../../src/base/in-pieces.js";
import { usableKeys, verifiesWits } from "../../../src/trust/key-source/usable-keys.js";
import { keyA } from "./support.js";

it("tells of no more entries that were left out than fit on a page, whoever publishes whatever", () => {
  const symmetric = Array.from({ length: 1000 }, () => ({ kty: "oct", kid: "same" }));
  const { keys, problems } = atOnce(usableKeys([...symmetric, keyA()], verifiesWits));
  expect(keys).toEqual([keyA()]);
  expect(problems).toHaveLength(33);
  expect(problems[0]).toBe("keys[0]: the key must not be symmetric");
  expect(problems.at(-1)).toBe("and 1968 more");
});
