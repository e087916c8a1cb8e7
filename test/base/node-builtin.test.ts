import { createHash } from "node:crypto";
import { afterEach, expect, it, vi } from "vitest";
import { nodeBuiltin } from "../../src/base/node-builtin.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

it("gives the modules of Node", () => {
  expect(nodeBuiltin<{ createHash: unknown }>("crypto")?.createHash).toBe(createHash);
  expect(nodeBuiltin<{ Buffer: unknown }>("buffer")?.Buffer).toBe(Buffer);
});

it.each([
  ["no process", undefined],
  ["a process that is an imitation", {}],
])("gives nothing where there is %s", (_name, process) => {
  vi.stubGlobal("process", process);
  expect(nodeBuiltin("crypto")).toBeUndefined();
});
