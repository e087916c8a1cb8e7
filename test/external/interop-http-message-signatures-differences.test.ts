import { createSigner } from "http-message-signatures";
import { describe, expect, it, vi } from "vitest";
import type { HeaderLine, HttpMessageView } from "wimse/httpsig";
import { forge, get, NOW, privateKeyOf, REQUEST, signed, weSign, weVerify, withLines } from "./exchanges.js";
import { theySign, theyVerify } from "./http-message-signatures.js";

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
