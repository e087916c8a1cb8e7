import { describe, expect, it } from "vitest";
import { checkRequestHead, type HttpRequestView, lineFault, pathOf } from "../../src/http/message.js";
import { serializeParams } from "../../src/http/structured-dictionary.js";
import { serializeKey } from "../../src/http/structured-values.js";
import { messageViewOf } from "../../src/http/views.js";
import { expectMistake } from "../support/wit-fixtures.js";

const REQUEST: HttpRequestView = { method: "GET", target: "/", headers: [] };

describe("a request that is not well formed is refused by the requirement", () => {
  it.each<[string, string, Partial<HttpRequestView>]>([
    ["R9421-2.2.02", "The method is not a token", { method: "G T" }],
    ["CREDS-5.1.1.02", "A field name is not a token", { headers: [["a b", "c"]] }],
    ["CREDS-5.1.1.02", "A field name is not a token", { trailers: [["", "c"]] }],
    ["R9421-2.04", "A field value has a character that no value has", { headers: [["a", "b\nc"]] }],
    ["R9421-2.04", "A field value has a character that no value has", { trailers: [["a", "b\0"]] }],
    ["WPT-2.28", "The request target has characters that no target has", { target: "/a b" }],
    ["WPT-2.28", "The request target has no form that its method can have", { target: "*" }],
  ])("%s: %s: %o", (requirement, message, changes) => {
    const malformed = expect.objectContaining({ code: "request_malformed", message, requirement });
    expect(() => checkRequestHead({ ...REQUEST, ...changes })).toThrow(malformed);
  });

  it.each(["/a\tb", "a"])("WPT-2.28: where its target %j alone is looked at, too", (target) => {
    const malformed = expect.objectContaining({ code: "request_malformed", requirement: "WPT-2.28" });
    expect(() => pathOf({ ...REQUEST, target })).toThrow(malformed);
  });

  it("CREDS-5.1.1.02, R9421-2.04: the first wrong line counts", () => {
    const [name, value] = [["a b", "c"] as const, ["d", "e\r"] as const];
    expect(lineFault([["a", "b"]])).toBeUndefined();
    expect(lineFault([name, value])).toMatchObject({ requirement: "CREDS-5.1.1.02" });
    expect(lineFault([["a", "b"], value, name])).toMatchObject({ requirement: "R9421-2.04" });
  });
});

describe("a caller's mistake is told by the name of what is wrong", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a truth value", true],
    ["an array with a key in it", ["a"]],
  ])("a key of a structured field that is %s, though its text would be a key", async (_what, key) => {
    await expectMistake(() => serializeKey(key as string), /^structured field: a key that is none$/);
    const params = new Map([[key as string, 1]]);
    await expectMistake(() => serializeParams(params), /^structured field: a key that is none$/);
  });

  it.each<[string, unknown]>([
    ["no lines", undefined],
    ["an object", { host: "a" }],
    ["fetch's lines", new Headers()],
  ])("a message with %s for headers", async (_what, headers) => {
    await expectMistake(() => messageViewOf({ ...REQUEST, headers } as never), /^message: its headers are an array/);
  });
});
