import type { SignatureMessage } from "http-message-sig";
import { describe, expect, it } from "vitest";
import type { HeaderLine, HttpMessage, HttpRequestView } from "wimse/httpsig";
import { forge, get, NOW, REQUEST, signed, withLines, weSign, weVerify } from "./exchanges.js";
import { ourBase, theirBase, theirMessage, theyVerify } from "./http-message-sig.js";

const at = (host: string): HttpRequestView => ({ ...get("/"), headers: [["Host", host]] });
const withField = (value: string): HttpRequestView => get("/?b=c", ["X-Dict", value]);

interface Disagreement {
  readonly message: HttpRequestView | Request;
  /** As we write it, and as they do where that is something else. */
  readonly component: string;
  readonly theirComponent?: { readonly name: string; readonly parameters: Readonly<Record<string, string | boolean>> };
  /** The value, or the code of the refusal, in capitals for them. */
  readonly theirs: string;
  readonly ours: string;
}
const dictionaryMember = {
  component: '"x-dict";key="a"',
  theirComponent: { name: "x-dict", parameters: { key: "a" } },
};
const flagged = (flag: string) => ({
  component: `"x-dict";${flag}`,
  theirComponent: { name: "x-dict", parameters: { [flag]: true } },
});

/** Values on which we differ. The comment says which section of RFC 9421 decides. */
const DISAGREEMENTS: Readonly<Record<string, Disagreement>> = {
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
  // 2.2.3 refers to a section of HTTP that would decode this too. No client sends it, no server looks it up; left as it
  // came, it matches nothing but itself
  "they decode a host": {
    component: "@authority",
    message: at("ex%61mple.com"),
    theirs: "example.com",
    ours: "ex%61mple.com",
  },
  // 2.1: a fold is white space, line end and white space (RFC 9112 section 5.2), and becomes one space
  "they leave the white space before a fold": {
    component: "x-dict",
    message: withField("a \r\n  b"),
    theirs: "a  b",
    ours: "a b",
  },
  // 2.1.2: RFC 9651 section 4.1.5 always writes a fraction; without it the value is an Integer
  "they write a decimal as an integer": { ...dictionaryMember, message: withField("a=1.0"), theirs: "1", ours: "1.0" },
  // 2.1.2: RFC 9421 refers to RFC 8941, which RFC 9651 replaces; a field that has a Date is read by the newer one
  "they refuse a date": {
    ...dictionaryMember,
    message: withField("a=@1659578233"),
    theirs: "UnsupportedFeature",
    ours: "@1659578233",
  },
  // 2.1.1
  "they have no strict spelling": {
    ...flagged("sf"),
    message: withField("a,  b"),
    theirs: "UnsupportedFeature",
    ours: "a, b",
  },
  // 2.1.3
  "they have no bytes": {
    ...flagged("bs"),
    message: withField("a,  b"),
    theirs: "UnsupportedFeature",
    ours: ":YSwgIGI=:",
  },
  // 2.1.4
  "they have no trailers": {
    ...flagged("tr"),
    message: { ...get("/"), trailers: [["X-Dict", "a"]] },
    theirs: "UnsupportedFeature",
    ours: "a",
  },
  // 2.2.8
  "they have no parameters of a query": {
    component: '"@query-param";name="b"',
    theirComponent: { name: "@query-param", parameters: { name: "b" } },
    message: get("/?b=c"),
    theirs: "UnsupportedFeature",
    ours: "c",
  },
  // 2.2.5: fetch does not show the request line, but sends path and query (RFC 9112 section 3.2.1)
  "they have no target of a request of fetch": {
    component: "@request-target",
    message: new Request("https://example.com/a?b"),
    theirs: "UnsupportedFeature",
    ours: "/a?b",
  },
  // 2.2.2: the target URI, which has no fragment: that is never sent (RFC 9110 section 7.1)
  "they stumble over a fragment": {
    component: "@target-uri",
    message: new Request("https://example.com/a#b"),
    theirs: "InvalidComponent",
    ours: "https://example.com/a",
  },
};

describe("values on which we disagree", () => {
  it.each(Object.entries(DISAGREEMENTS))(
    "%s",
    (_, { component, theirComponent = component, message, theirs, ours }) => {
      const identifier = component.startsWith('"') ? component : `"${component}"`;
      const lineOf = (value: string): string => `${identifier}: ${value}\n"@signature-params": (${identifier})`;
      const theirMessageOf = (it: HttpMessage): SignatureMessage =>
        it instanceof Request ? it : theirMessage(it as HttpRequestView);
      const theirOutcome = theirBase(theirMessageOf(message), [theirComponent]);
      expect(theirOutcome).toBe(/^[A-Z][a-zA-Z]+$/.test(theirs) ? theirs : lineOf(theirs));
      expect(ourBase(message, [component], { fieldTypes: { "x-dict": "dictionary" } })).toBe(lineOf(ours));
    },
  );

  it("they give a request about the whole server the path of its root", () => {
    // 2.2.6: an empty path is a slash. Section 4.2.3 of HTTP, to which it refers, makes an exception for OPTIONS: there
    // the two are different requests, and a signature for one should not serve for the other.
    const message = { ...get("*"), method: "OPTIONS" };
    const theirs = { ...theirMessage(message), targetUri: "https://example.com" } as SignatureMessage;
    expect(theirBase(theirs, ["@path"])).toContain('"@path": /\n');
    expect(ourBase(message, ["@path"])).toContain('"@path": *\n');
  });
});

describe("signatures on which we disagree", () => {
  const lastOf = ({ headers }: HttpRequestView): HeaderLine => headers.at(-1) as HeaderLine;

  it("they write a decimal among the parameters as an integer, and fail", async () => {
    // 2.3: serialised by RFC 9651 section 4, where 1.0 stays a Decimal
    const message = forge("();extra=1.0");
    expect(await theyVerify(theirMessage(message), "ed25519")).toBe("VerificationFailed");
    expect(await weVerify(message, "ed25519")).toBe("accepted");
  });

  it("they take 1.0 for an integer", async () => {
    // 2.3: `created` is an Integer. What was signed is not what the field says.
    const message = withLines(get("/a"), ["Signature-Input", "sig1=();created=1.0"], lastOf(forge("();created=1")));
    expect(await theyVerify(theirMessage(message), "ed25519")).toBe("accepted");
    expect(await weVerify(message, "ed25519")).toBe("signature_parameter_invalid");
  });

  it("they refuse a date among the parameters, in the signature of somebody else too", async () => {
    // 2.3: unknown parameters are covered as they are, of whatever type. 7.2.6: a signature that is not the one that is
    // verified does no harm.
    const message = forge("();extra=@1");
    expect(await theyVerify(theirMessage(message), "ed25519")).toBe("UnsupportedFeature");
    expect(await weVerify(message, "ed25519")).toBe("accepted");
    const both = await weSign(signed(message), "ed25519", "ours");
    expect(await theyVerify(theirMessage(both), "ed25519", { label: "ours" })).toBe("UnsupportedFeature");
    expect(await weVerify(both, "ed25519", { label: "ours" })).toBe("accepted");
  });

  it("they refuse a message for a field that nobody covers", async () => {
    // 2.1, 2.5: only what is covered has to be ASCII
    const message = withLines(await weSign(signed(REQUEST), "ed25519"), ["X-Name", "M\u00fcller"]);
    expect(await theyVerify(theirMessage(message), "ed25519")).toBe("MalformedField");
    expect(await weVerify(message, "ed25519")).toBe("accepted");
  });

  it("they do not look for signatures among the trailers", async () => {
    // 4.1, 4.2: both fields may be trailers
    const { headers } = await weSign(signed(REQUEST), "ed25519");
    const message = { ...REQUEST, trailers: headers.slice(REQUEST.headers.length) };
    expect(await theyVerify(theirMessage(message), "ed25519")).toBe("MissingField");
    expect(await weVerify(message, "ed25519")).toBe("accepted");
  });

  it("they refuse a signature whose value has parameters", async () => {
    // 4.2: the value is a Byte Sequence. It defines no parameters of it and forbids none; they change nothing that was
    // signed, so that we pass over them.
    const message = forge("()");
    const [name, value] = lastOf(message);
    const extended = { ...message, headers: [...message.headers.slice(0, -1), [name, `${value};extra`] as const] };
    expect(await theyVerify(theirMessage(extended), "ed25519")).toBe("MalformedField");
    expect(await weVerify(extended, "ed25519")).toBe("accepted");
  });

  it("they accept a signature in the second in which it expires", async () => {
    // 3.1, step 3: the time at which it expires. RFC 9421 leaves the comparison open; ours is that of `exp` in RFC 7519.
    const message = await weSign({ ...signed(REQUEST), parameters: { expires: NOW } }, "ed25519");
    expect(await theyVerify(theirMessage(message), "ed25519")).toBe("accepted");
    expect(await weVerify(message, "ed25519", { clockTolerance: 0 })).toBe("signature_expired");
  });

  it("they have no bound on the length of a nonce or the number of components", async () => {
    // 3.2.1: a verifier may ask for more than RFC 9421 does; what one message can cost here is bounded
    const nonce = forge(`();nonce="${"n".repeat(257)}"`);
    expect(await theyVerify(theirMessage(nonce), "ed25519")).toBe("accepted");
    expect(await weVerify(nonce, "ed25519")).toBe("signature_parameter_invalid");

    const names = Array.from({ length: 65 }, (_, index) => `x-${index}`);
    const message = get("/a", ...names.map((name): HeaderLine => [name, "a"]));
    const params = `(${names.map((name) => `"${name}"`).join(" ")})`;
    const many = forge(params, names.map((name) => `"${name}": a\n`).join(""), message);
    expect(await theyVerify(theirMessage(many), "ed25519")).toBe("accepted");
    expect(await weVerify(many, "ed25519")).toBe("signature_component_invalid");
  });
});
