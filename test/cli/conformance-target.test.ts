import { describe, expect, it } from "vitest";
import { createTarget } from "../../src/conformance.js";
import { wimse } from "./support.js";

describe("wimse conformance target", () => {
  it("answers line by line, like the target that it serves", async () => {
    const lines = [
      '{"hello":"wimse-target/v1"}',
      "nonsense",
      '{"id":1,"op":"parseIdentifier","input":{"uri":"\u2028"}}',
    ];
    const target = createTarget();
    const expected = [];
    for (const line of lines) expected.push(await target.answer(line));
    const { status, stdout, stderr } = await wimse(["conformance", "target"], { stdin: lines.join("\n") });
    expect([status, stdout, stderr]).toEqual([0, `${expected.join("\n")}\n`, ""]);
  });
});
