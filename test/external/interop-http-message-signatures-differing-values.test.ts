import { describe, expect, it } from "vitest";
import type { HttpRequestView } from "wimse/httpsig";
import { codeOf } from "../httpsig/support.js";
import { get } from "./exchanges.js";
import { ourBase, theirBase } from "./http-message-signatures.js";

const at = (host: string): HttpRequestView => ({ ...get("/"), headers: [["Host", host]] });

interface Disagreement {
  readonly component: string;
  readonly message: HttpRequestView;
  /** The value, or the values: they may write several lines for one component. */
  readonly theirs: string | readonly string[] | Error;
  /** The value, or the code of the refusal. */
  readonly ours: string;
}

/** Values on which we differ. The comment says which section of RFC 9421 decides, and for whom: so far always for us. */
const DISAGREEMENTS: Readonly<Record<string, Disagreement>> = {
  // 2.2.1: methods are case-sensitive and stay as they are
  "they write a method in capitals": {
    component: "@method",
    message: { ...get("/"), method: "m-search" },
    theirs: "M-SEARCH",
    ours: "m-search",
  },
  // 2.2.6: by simple comparison of strings (RFC 3986 section 6.2.1), which leaves dot segments where they are; the
  // request line said this path, and a server may act on it
  "they resolve dot segments": { component: "@path", message: get("/a/../b"), theirs: "/b", ours: "/a/../b" },
  // 2.2.6: before anything is decoded
  "they decode a path before they resolve it": {
    component: "@path",
    message: get("/a/%2e%2E/b"),
    theirs: "/b",
    ours: "/a/%2e%2E/b",
  },
  // 2.2.7: by simple comparison of strings: an apostrophe may stand in a query
  "they encode what is not encoded": {
    component: "@query",
    message: get("/?a='b'"),
    theirs: "?a=%27b%27",
    ours: "?a='b'",
  },
  // 2.2.5: the target as it was sent
  "they drop the question mark of an empty query": {
    component: "@request-target",
    message: get("/a?"),
    theirs: "/a",
    ours: "/a?",
  },
  // 2.2.3: letter case and default port are what is normalised
  "they rewrite an IPv4 address": {
    component: "@authority",
    message: at("0x7f.1"),
    theirs: "127.0.0.1",
    ours: "0x7f.1",
  },
  // 2.2.3, in the same way: the short form of IPv6 is no part of it
  "they shorten an IPv6 address": {
    component: "@authority",
    message: at("[2001:DB8:0:0::1]"),
    theirs: "[2001:db8::1]",
    ours: "[2001:db8:0:0::1]",
  },
  // 2.2.8: a parameter that occurs more than once must not be covered by name; a draft had one line for each
  "they write one line for each value of a parameter": {
    component: '"@query-param";name="a"',
    message: get("/?a=b&a=c"),
    theirs: ["b", "c"],
    ours: "signature_component_invalid",
  },
  // 2.2.8: the percent-encode set of form data, which leaves letters, digits and *-._ alone
  "they leave five characters of a parameter unencoded": {
    component: '"@query-param";name="a"',
    message: get("/?a=~!'()"),
    theirs: "~!'()",
    ours: "%7E%21%27%28%29",
  },
  // 2.2.8: the name in the identifier is encoded in the same way; one parameter has one identifier
  "they decode the name of a parameter before they look for it": {
    component: '"@query-param";name="a b"',
    message: get("/?a%20b=c"),
    theirs: "c",
    ours: "signature_component_invalid",
  },
  // 2.1: a fold is white space, line end and white space (RFC 9112 section 5.2), and becomes one space
  "they leave half of the line end in a folded line": {
    component: "x",
    message: get("/", ["X", "a \r\n  b"]),
    theirs: "a \r b",
    ours: "a b",
  },
  // 2.1: white space around a value is spaces and tabs (RFC 9110 section 5.6.3); of what is not ASCII nothing is taken
  "they take a no-break space away": {
    component: "x",
    message: get("/", ["X", "\u00a0a"]),
    theirs: "a",
    ours: "signature_component_invalid",
  },
  // 2.1, 2.5: a base is ASCII
  "they put other characters than ASCII into the base": {
    component: "x",
    message: get("/", ["X", "\u00e4"]),
    theirs: "\u00e4",
    ours: "signature_component_invalid",
  },
  // 2.1.3: the bytes of the field. A character of a field value stands for one of them, in Node and in fetch
  "they take a field value for UTF-8": {
    component: '"x";bs',
    message: get("/", ["X", "\u00e4"]),
    theirs: ":w6Q=:",
    ours: ":5A==:",
  },
  // 2.1: names of fields have no letter case; all lines of a field are its value
  "they see one of two lines whose names differ in letter case": {
    component: "x",
    message: get("/", ["X", "a"], ["x", "b"]),
    theirs: "a",
    ours: "a, b",
  },
  // 2.1.1: RFC 9651 section 4.1.5 always writes a fraction; without it the value is an Integer
  "they write a decimal as an integer": {
    component: '"x-dict";sf',
    message: get("/", ["X-Dict", "a=1.0"]),
    theirs: "a=1",
    ours: "a=1.0",
  },
  // 2.1.1: the type of the field is known, never guessed; this one is a Dictionary, in which a key occurs once
  "they take a dictionary for a list": {
    component: '"x-dict";sf',
    message: get("/", ["X-Dict", "a, b, a"]),
    theirs: "a, b, a",
    ours: "a, b",
  },
  // 2.1.2: the value of the member is ?1, as in the example of that section
  "they find no members in a dictionary that could be a list": {
    component: '"x-dict";key="a"',
    message: get("/", ["X-Dict", "a, b"]),
    theirs: new Error("Unable to parse header as dictionary"),
    ours: "?1",
  },
  // 2.1.1, 2.5: without a known type there is no value
  "they guess the type of a field": {
    component: '"x-unknown";sf',
    message: get("/", ["X-Unknown", "a,  b"]),
    theirs: "a, b",
    ours: "signature_component_unsupported",
  },
  // 2.1.4: a value with `tr` is that of a trailer, never of a header
  "they take a header for a trailer": {
    component: '"x";tr',
    message: get("/", ["X", "a"]),
    theirs: "a",
    ours: "signature_component_invalid",
  },
  // 2.5: a parameter that is not understood is an error
  "they pass over a parameter that they do not know": {
    component: '"x";bogus',
    message: get("/", ["X", "a"]),
    theirs: "a",
    ours: "signature_component_unsupported",
  },
  // 2.5: so is one that does not apply
  "they pass over a parameter that is out of place": {
    component: '"@method";key="a"',
    message: get("/"),
    theirs: "GET",
    ours: "signature_component_invalid",
  },
  // 2.1.1: `sf` is a Boolean flag, and false would not set it; they look whether it is there. We refuse to choose.
  "they take a flag that is false for one that is set": {
    component: '"x-dict";sf=?0',
    message: get("/", ["X-Dict", "a,  b"]),
    theirs: "a, b",
    ours: "signature_component_invalid",
  },
  // 2.1: a field is named in lower case
  "they cover a field under a name in capitals": {
    component: '"X"',
    message: get("/", ["X", "a"]),
    theirs: "a",
    ours: "signature_component_invalid",
  },
};

describe("values on which we disagree", () => {
  it.each(Object.entries(DISAGREEMENTS))("%s", (_, { component, message, theirs, ours }) => {
    const exchange = { message, components: [component] };
    const identifier = component.startsWith('"') ? component : `"${component}"`;
    if (theirs instanceof Error) expect(() => theirBase(exchange)).toThrow(theirs.message);
    else
      expect(theirBase(exchange)).toBe(
        [theirs]
          .flat()
          .map((value) => `${identifier}: ${value}`)
          .join("\n"),
      );
    const ourOutcome = codeOf(() => ourBase(exchange, { "x-dict": "dictionary" }));
    if (ourOutcome !== "accepted") expect(ourOutcome).toBe(ours);
    else expect(ourBase(exchange, { "x-dict": "dictionary" })).toBe(`${identifier}: ${ours}`);
  });

  it("they read an encoded host as a URL has it, we as it came", () => {
    // 2.2.3 names letter case and port, and refers to a section of HTTP that would decode this too. No client sends it,
    // no server looks it up; left as it came, it matches nothing but itself.
    const exchange = { message: at("ex%61mple.com"), components: ["@authority"] };
    expect(theirBase(exchange)).toBe('"@authority": example.com');
    expect(ourBase(exchange)).toBe('"@authority": ex%61mple.com');
  });
});
