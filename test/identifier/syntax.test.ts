import { describe, it } from "vitest";
import { expectRefused } from "./refused.js";

describe("ID-4.1.01, ID-7.1.01: what is not an absolute URI is malformed", () => {
  it.each([
    ["nothing", ""],
    ["no scheme", "example.com/a"],
    ["a relative reference", "//example.com/a"],
    ["a path", "/a/b"],
    ["an empty scheme", "://example.com/a"],
    ["a scheme only, without colon", "wimse"],
    ["a scheme that begins with a digit", "1wimse://example.com/a"],
    ["a scheme that begins with a plus sign", "+x://example.com/a"],
    ["an underscore in the scheme", "wim_se://example.com/a"],
    ["percent-encoding in the scheme", "wims%65://example.com/a"],
    ["white space before", " wimse://example.com/a"],
    ["white space after", "wimse://example.com/a "],
    ["a line feed after", "wimse://example.com/a\n"],
    ["a carriage return and line feed after", "wimse://example.com/a\r\n"],
    ["a byte order mark before", "\ufeffwimse://example.com/a"],
    ["a tab inside", "wimse://exam\tple.com/a"],
    ["a line feed inside the scheme", "wim\nse://example.com/a"],
    ["a line feed and another identifier", "wimse://example.com/a\nwimse://example.org/a"],
    ["a NUL", "wimse://example.com/a\0"],
    ["a DEL", "wimse://example.com/a\x7f"],
    ["a space in the path", "wimse://example.com/a b"],
    ["a space in the trust domain", "wimse://exam ple.com/a"],
    ["a backslash for the slashes", "wimse:\\\\example.com\\a"],
    ["a backslash in the path", "wimse://example.com/a\\b"],
    ["a backslash before an at sign", "wimse://good.example\\@evil.example/a"],
    ["raw non-ASCII in the trust domain", "wimse://exämple.com/a"],
    ["raw non-ASCII in the path", "wimse://example.com/ä"],
    ["a full-width letter in the scheme", "\uff57imse://example.com/a"],
    ["a Kelvin sign, which folds to k", "wimse://\u212aube/a"],
    ["an ideographic full stop", "wimse://example\u3002com/a"],
    ["a lone surrogate", "wimse://example.com/\udfff"],
    ["quotation marks", 'wimse://example.com/"a"'],
    ["angle brackets", "<wimse://example.com/a>"],
    ["a caret", "wimse://example.com/a^b"],
    ["a grave accent", "wimse://example.com/`a`"],
    ["braces", "wimse://example.com/{a}"],
    ["a vertical bar", "wimse://example.com/a|b"],
    ["square brackets in the path", "wimse://example.com/[a]"],
    ["square brackets around a name", "wimse://[example.com]/a"],
    ["empty square brackets", "wimse://[]/a"],
    ["an IPv6 literal that is not closed", "wimse://[::1/a"],
    ["something after an IPv6 literal", "wimse://[::1]x/a"],
    ["a percent sign alone", "wimse://example.com/%"],
    ["a percent sign and one digit", "wimse://example.com/a%4"],
    ["a percent sign and other letters", "wimse://example.com/%zz"],
    ["a percent sign and one other letter", "wimse://example.com/%4g"],
    ["broken percent-encoding in the trust domain", "https://ex%ample.com/a"],
    ["broken percent-encoding in another scheme", "https://example.com/a%2"],
    ["a port of letters", "wimse://example.com:https/a"],
    ["two ports", "wimse://example.com:1:2/a"],
    ["a signed port", "wimse://example.com:+1/a"],
    ["two at signs", "wimse://a@b@example.com/a"],
    ["two fragments", "wimse://example.com/a#b#c"],
    ["a query that is no query", "wimse://example.com/a?b c"],
    ["a query with brackets", "wimse://example.com/a?b[]=1"],
    ["a fragment that is no fragment", "wimse://example.com/a#\\"],
    ["userinfo that is none", "wimse://us er@example.com/a"],
    ["userinfo and a trust domain that is none", "wimse://user@exam ple.com/a"],
    ["a list of two", "wimse://example.com/a wimse://example.com/b"],
  ])("%s", (_name, uri) => {
    expectRefused(uri, "identifier_malformed", "ID-4.1.01");
  });

  it.each([...'\0\x01\x08\t\n\v\f\r\x1f "<>\\^`{|}[]%\x7f\x80\x85\xa0\u2028\u200b'])(
    "no component has the character %j",
    (character) => {
      for (const scheme of ["wimse", "spiffe", "https"]) {
        expectRefused(`${scheme}${character}://td/a`, "identifier_malformed", "ID-4.1.01");
        expectRefused(`${scheme}://t${character}d/a`, "identifier_malformed", "ID-4.1.01");
        expectRefused(`${scheme}://td/a${character}`, "identifier_malformed", "ID-4.1.01");
        expectRefused(`${scheme}://td/a?${character}`, "identifier_malformed", "ID-4.1.01");
        expectRefused(`${scheme}://td/a#${character}`, "identifier_malformed", "ID-4.1.01");
        expectRefused(`${scheme}://${character}@td/a`, "identifier_malformed", "ID-4.1.01");
        expectRefused(`${scheme}://td:${character}/a`, "identifier_malformed", "ID-4.1.01");
      }
    },
  );
});
