import { describe, expect, it, vi } from "vitest";
import type { HttpMessageView } from "../../src/http/message.js";
import { parseItem } from "../../src/http/structured-dictionary.js";
import { checkTarget, readComponent, readComponents } from "../../src/httpsig/component.js";
import { KNOWN_FIELD_TYPES, MessageValues } from "../../src/httpsig/component-value.js";

const itemOf = (identifier: string) => {
  const item = parseItem(identifier);
  if (item === undefined) throw new Error("no item");
  return item;
};
const REQUEST: HttpMessageView = { method: "GET", target: "/a?b=1&b=2", headers: [] };
const RESPONSE: HttpMessageView = { status: 200, headers: [] };
const invalid = (requirement: string) => expect.objectContaining({ code: "signature_component_invalid", requirement });

describe("a refused value names the requirement", () => {
  it.each<[string, string, HttpMessageView]>([
    ["R9421-2.5.03", '"@method"', RESPONSE],
    ["R9421-2.2.02", '"@method"', { ...REQUEST, method: "G T" }],
    ["R9421-2.2.8.01", '"@query-param";name="b"', REQUEST],
    ["R9421-2.2.8.01", '"@query-param";name="c"', REQUEST],
    ["R9421-2.04", '"x";bs', { ...REQUEST, headers: [["x", "\u0100"]] }],
    ["R9421-2.2.02", '"@status"', { ...RESPONSE, status: 1000 }],
    ["R9421-2.2.9.01", '"@status"', REQUEST],
  ])("%s: %s", (requirement, identifier, message) => {
    const values = new MessageValues(message, KNOWN_FIELD_TYPES);
    expect(() => values.valueOf(readComponent(itemOf(identifier)))).toThrow(invalid(requirement));
  });

  it("R9421-2.5.02, R9421-2.5.03: as does a refused component", () => {
    expect(() => readComponent(itemOf("1"))).toThrow(invalid("R9421-2.5.02"));
    expect(() => readComponents(Array.from({ length: 65 }, (_, i) => itemOf(`"x${i}"`)))).toThrow(
      invalid("R9421-2.5.03"),
    );
  });
});

it("R9421-2.1.4.01: members of several fields, in headers and trailers, are kept apart", () => {
  const message: HttpMessageView = {
    ...RESPONSE,
    headers: [["a", "k=1"]],
    trailers: [
      ["a", "k=2"],
      ["b", "k=3"],
    ],
  };
  const values = new MessageValues(message, KNOWN_FIELD_TYPES);
  const identifiers = ['"a";key="k"', '"a";key="k";tr', '"b";key="k";tr', '"a";key="k"'];
  expect(identifiers.map((identifier) => values.valueOf(readComponent(itemOf(identifier))))).toEqual([
    "1",
    "2",
    "3",
    "1",
  ]);
});

describe("what a kind of message has", () => {
  const check = (identifier: string, target: "request" | "response") => () =>
    checkTarget([readComponent(itemOf(identifier))], target);

  it.each([
    '"@method"',
    '"@target-uri"',
    '"@authority"',
    '"@scheme"',
    '"@request-target"',
    '"@path"',
    '"@query"',
    '"@query-param";name="a"',
  ])("R9421-5.03: %s is of requests, and of responses with req", (identifier) => {
    expect(check(identifier, "request")).not.toThrow();
    expect(check(`${identifier};req`, "response")).not.toThrow();
    expect(check(identifier, "response")).toThrow(invalid("R9421-5.03"));
    expect(check(`${identifier};req`, "request")).toThrow(invalid("R9421-2.4.05"));
  });

  it("R9421-2.2.9.01, R9421-5.03: @status is of responses, fields are of both", () => {
    expect(check('"@status"', "response")).not.toThrow();
    expect(check('"@status"', "request")).toThrow(invalid("R9421-5.03"));
    for (const target of ["request", "response"] as const) expect(check('"date"', target)).not.toThrow();
    expect(check('"date";req', "response")).not.toThrow();
    expect(check('"date";req', "request")).toThrow(invalid("R9421-2.4.05"));
  });
});

it("R9421-2.1.2.01: a field is read once, however many of its members are covered", () => {
  const members = Array.from({ length: 64 }, (_, i) => `a${i}`);
  const value = members.map((key, i) => `${key}=${i}`).join(", ");
  const read = vi.fn(() => value);
  const line = Object.defineProperty(["x", value] as [string, string], 1, { get: read });
  const values = new MessageValues({ ...REQUEST, headers: [line] }, KNOWN_FIELD_TYPES);
  const found = members.map((key) => values.valueOf(readComponent(itemOf(`"x";key="${key}"`))));
  expect(found).toEqual(members.map((_, i) => `${i}`));
  expect(read).toHaveBeenCalledTimes(1);
});
