import { createSigner } from "http-message-signatures";
import { describe, expect, it, vi } from "vitest";
import type { HeaderLine, HttpMessageView, HttpRequestView } from "wimse/httpsig";
import { codeOf } from "../httpsig/support.js";
import { forge, get, NOW, privateKeyOf, REQUEST, signed, withLines, weSign, weVerify } from "./exchanges.js";
import { ourBase, theirBase, theySign, theyVerify } from "./http-message-signatures.js";

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

describe("signatures on which we disagree", () => {
  it("they salt RSA-PSS with as much as fits", async () => {
    // 3.3.1: the salt has 64 bytes, for the verifier too. They take any length.
    const key = createSigner(privateKeyOf("rsa-pss-sha512"), "rsa-pss-sha512");
    const message = await theySign(signed(REQUEST), "rsa-pss-sha512", { key });
    expect(await theyVerify(message, "rsa-pss-sha512")).toBe(true);
    expect(await weVerify(message, "rsa-pss-sha512")).toBe("signature_invalid");
  });

  it.each([
    // 2: a component is covered once
    ["that cover a component twice", '("@path" "@path")', '"@path": /a\n"@path": /a\n', "signature_component_invalid"],
    // 2.3: @signature-params is no member of its own list
    ["that list their own parameters", '("@path" "@signature-params")', '"@path": /a\n', "signature_component_invalid"],
    // 2.5, 4.1: the names of components are Strings
    ["over names that are tokens", "(host)", '"host": example.com\n', "signature_malformed"],
    // 2.3: `created` is an Integer; whoever compares it with a clock has to be sure of that
    ["made at a fraction of a second", "();created=1.5", "", "signature_parameter_invalid"],
    ["made at no time", '();created="now"', "", "signature_parameter_invalid"],
    // 2.3: `nonce` is a String
    ["with a token for a nonce", "();nonce=abc", "", "signature_parameter_invalid"],
    // 3.2, step 6: where the algorithm is named more than once, it is the same
    ["whose alg is not that of the key", '();alg="rsa-v1_5-sha256"', "", "signature_parameter_invalid"],
    // RFC 9651 section 3.1.2 would let the last one count. 3.2.1 lets a verifier ask for more, and we do: somebody on
    // the way may have looked at the first.
    ["with a parameter twice", "();created=1;created=1", "", "signature_parameter_invalid", "();created=1"],
    // a bound of ours (3.2.1): what has to be remembered of a signature stays small
    ["with a long nonce", `();nonce="${"n".repeat(257)}"`, "", "signature_parameter_invalid"],
  ])("they verify signatures %s", async (_, params, lines, code, serialized = params) => {
    const { headers } = forge(serialized, lines);
    const message = withLines(get("/a"), ["Signature-Input", `sig1=${params}`], headers.at(-1) as HeaderLine);
    expect(await theyVerify(message, "ed25519")).toBe(true);
    expect(await weVerify(message, "ed25519")).toBe(code);
  });

  it("they write a decimal among the parameters as an integer, and fail", async () => {
    // 2.3: serialised by RFC 9651 section 4, where 1.0 stays a Decimal
    const message = forge("();extra=1.0", "");
    expect(await theyVerify(message, "ed25519")).toBe(false);
    expect(await weVerify(message, "ed25519")).toBe("accepted");
  });

  it("they break a signature of another when they add theirs", async () => {
    // 4.1: the field has what was signed, and whoever adds a member leaves the others as they are
    const before = forge("();extra=1.0", "");
    const after = await theySign(signed(before), "ed25519", { name: "theirs" });
    expect(await weVerify(before, "ed25519", { label: "sig1" })).toBe("accepted");
    expect(await weVerify(after, "ed25519", { label: "sig1" })).toBe("signature_invalid");
    expect(await weVerify(after, "ed25519", { label: "theirs" })).toBe("accepted");
  });

  it("they let the last of two labels count", async () => {
    // 4, 4.1: labels are unique; otherwise two verifiers verify two signatures
    const message = forge("()", "");
    const twice = withLines(message, ["Signature-Input", 'sig1=("@path")'], ["Signature", "sig1=:AA==:"]);
    expect(await theyVerify({ ...twice, headers: twice.headers.toReversed() }, "ed25519")).toBe(true);
    expect(await weVerify({ ...twice, headers: twice.headers.toReversed() }, "ed25519")).toBe("signature_malformed");
  });

  it("they do not miss what Signature-Input lacks", async () => {
    // 4: a label in one field only is an error
    const message = withLines(forge("()", ""), ["Signature", "sig2=:AA==:"]);
    expect(await theyVerify(message, "ed25519")).toBe(true);
    expect(await weVerify(message, "ed25519", { label: "sig1" })).toBe("signature_malformed");
  });

  it("of several signatures, they believe the last, even when all have to verify", async () => {
    // 3.2, step 1: the verifier says which counts, and that one has to verify. We are told by label or callback.
    const good = await weSign(signed(REQUEST), "ed25519", "good");
    const bad = await weSign(signed(REQUEST), "ecdsa-p256-sha256", "bad");
    const added = (message: HttpMessageView) => message.headers.slice(REQUEST.headers.length);
    const badFirst = withLines(REQUEST, ...added(bad), ...added(good));
    const badLast = withLines(REQUEST, ...added(good), ...added(bad));
    expect(await theyVerify(badFirst, "ed25519", undefined, { all: true })).toBe(true);
    expect(await theyVerify(badLast, "ed25519")).toBe(false);
    for (const message of [badFirst, badLast]) {
      expect(await weVerify(message, "ed25519", { label: "good" })).toBe("accepted");
      expect(await weVerify(message, "ed25519", { label: "bad" })).toBe("signature_invalid");
      expect(await weVerify(message, "ed25519")).toBe("signature_multiple");
    }
  });

  it("they take a component of the request for the one that is required of the response", async () => {
    // 2: parameters are part of the identifier
    const message = { status: 200, headers: [["Content-Type", "text/plain"]] as const };
    const exchange = { message, request: REQUEST, components: ['"content-type";req'] };
    const response = await weSign(exchange, "ed25519");
    const required = { requiredFields: ["content-type"] };
    expect(await theyVerify(response, "ed25519", REQUEST, required)).toBe(true);
    const components = ["content-type"];
    expect(await weVerify(response, "ed25519", { request: REQUEST, components })).toBe("signature_component_missing");
  });

  it("they accept a signature in the second in which it expires", async () => {
    // 3.1, step 3: the time at which it expires. RFC 9421 leaves the comparison open; ours is that of `exp` in RFC 7519.
    const message = await weSign({ ...signed(REQUEST), parameters: { expires: NOW } }, "ed25519");
    vi.useFakeTimers({ toFake: ["Date"], now: NOW * 1000 });
    try {
      expect(await theyVerify(message, "ed25519")).toBe(true);
    } finally {
      vi.useRealTimers();
    }
    expect(await weVerify(message, "ed25519", { clockTolerance: 0 })).toBe("signature_expired");
  });

  it("they have no opinion on a message without signatures", async () => {
    // 3.2, step 1: no applicable signature is an error
    expect(await theyVerify(REQUEST, "ed25519")).toBe(null);
    expect(await weVerify(REQUEST, "ed25519")).toBe("signature_missing");
  });
});
