import { describe, expect, it } from "vitest";
import {
  contentDigest,
  createMessageSignature,
  type SignatureCandidate,
  verifyContentDigest,
  verifyMessageSignature,
} from "wimse/httpsig";
import type { HeaderLine } from "../../src/http/message.js";
import { outcomeOf } from "../support/wpt-fixtures.js";
import { requestView, responseView, withLines } from "./support.js";
import { NOW, other, outcome, runtime, signed, signer, verify } from "./verify-message-support.js";

describe("verifyMessageSignature", () => {
  it("gives the signature that it verified", async () => {
    const request = await signed(requestView(), { parameters: { keyid: "k" }, components: ["@method", "@path"] });
    const signature = await verify(request);
    expect(signature).toMatchObject({ label: "sig1", parameters: { created: NOW, keyid: "k" } });
    expect(signature.components.map(({ name }) => name)).toEqual(["@method", "@path"]);
  });

  it("takes messages of fetch", async () => {
    const request = new Request("https://a.example/b?c", { headers: { "x-a": "d" } });
    const components = ["@method", "@target-uri", "@authority", "x-a"];
    const fields = await createMessageSignature(request, { components, signer, runtime });
    request.headers.append("Signature-Input", fields.signatureInput);
    request.headers.append("Signature", fields.signature);
    expect(await outcomeOf(verifyMessageSignature(request, { key: signer.publicJwk, components, runtime }))).toBe(
      "accepted",
    );
    const moved = new Request("https://b.example/b?c", request);
    expect(await outcomeOf(verifyMessageSignature(moved, { key: signer.publicJwk, runtime }))).toBe(
      "signature_invalid",
    );
  });

  it("refuses what was changed, and the signature of another (R9421-3.2.07, R9421-7.1.1.01, R9421-7.3.5.01)", async () => {
    const request = await signed(withLines(["X-A", "b"]), { components: ["@method", "x-a"] });
    expect(await outcome(request)).toBe("accepted");
    expect(await outcome({ ...request, method: "PUT" })).toBe("signature_invalid");
    expect(await outcome({ ...request, target: "/not-covered" })).toBe("accepted");
    expect(await outcome(request, { key: other.publicJwk })).toBe("signature_invalid");
    const change = (from: string, to: string) => ({
      ...request,
      headers: request.headers.map(([name, value]): HeaderLine => [name, value.replace(from, to)]),
    });
    expect(await outcome(change("b", "c"))).toBe("signature_invalid");
    expect(await outcome(change(`created=${NOW}`, `created=${NOW - 1}`))).toBe("signature_invalid");
    expect(await outcome(change('"@method" "x-a"', '"x-a" "@method"'))).toBe("signature_invalid");
    expect(await outcome(change('"x-a"', '"x-a";sf'))).toBe("signature_component_unsupported");
    expect(await outcome(change('"x-a"', '"x-a";bs'))).toBe("signature_invalid");
    const more = { ...request, headers: [...request.headers, ["x-a", ""] as const] };
    expect(await outcome(more)).toBe("signature_invalid"); // R9421-7.5.7.01
    const without = { ...request, headers: request.headers.filter(([name]) => name !== "X-A") };
    expect(await outcome(without)).toBe("signature_component_invalid");
  });

  it("the label is no part of what is signed (R9421-3.2.06, R9421-7.2.5.01)", async () => {
    const request = await signed(requestView());
    const headers = request.headers.map(([name, value]): HeaderLine => [name, value.replace("sig1=", "other=")]);
    expect(await verify({ ...request, headers })).toMatchObject({ label: "other" });
  });

  it("parameters spelled otherwise are covered in the one spelling, in their order (R9421-2.3.03)", async () => {
    const request = await signed(requestView(), { parameters: { tag: "t", "x-y": true } });
    const respell = (from: string, to: string) => ({
      ...request,
      headers: request.headers.map(([name, value]): HeaderLine => [name, value.replace(from, to)]),
    });
    expect(await outcome(respell(";x-y", ";  x-y=?1"))).toBe("accepted");
    expect(await outcome(respell("created=", "created=00"))).toBe("accepted");
    expect(await outcome(respell('("@method")', '(  "@method"  )'))).toBe("accepted");
    expect(await outcome(respell(';tag="t";x-y', ';x-y;tag="t"'))).toBe("signature_invalid");
    expect(await outcome(respell(";x-y", ";x-y=1"))).toBe("signature_invalid");
    expect(await outcome(respell(";x-y", ""))).toBe("signature_invalid");
  });

  it("of a response, with its request, which has to be kept (R9421-2.4.01, R9421-2.4.02)", async () => {
    const request = requestView();
    const components = ["@status", '"@method";req', "content-type"];
    const response = await signed(responseView(), { components, request });
    expect(await outcome(response, { request })).toBe("accepted");
    expect(await outcome(response, { request: requestView({ method: "PUT" }) })).toBe("signature_invalid");
    expect(await outcome(response)).toBe("signature_component_invalid");
    expect(await outcome({ ...response, status: 201 }, { request })).toBe("signature_invalid");
  });

  it("the content is protected once it is compared with its digest (R9421-7.2.8.01)", async () => {
    const body = new TextEncoder().encode("a body");
    const digest = await contentDigest(body);
    const request = await signed(withLines(["Content-Digest", digest]), { components: ["content-digest"] });
    const changed = { ...request, body: new TextEncoder().encode("another") };
    expect(await outcome(changed)).toBe("accepted");
    expect(await outcomeOf(verifyContentDigest(digest, body))).toBe("accepted");
    expect(await outcomeOf(verifyContentDigest(digest, changed.body))).toBe("content_digest_mismatch");
    const headers = request.headers.map(
      ([name, value]): HeaderLine => [name, value.replace("sha-256=:", "sha-256=:A")],
    );
    expect(await outcome({ ...changed, headers })).toBe("signature_invalid");
  });

  it("with the types of its fields", async () => {
    const fieldTypes = { "x-a": "list" } as const;
    const request = await signed(withLines(["X-A", "a,b"]), { components: ['"x-a";sf'], fieldTypes });
    expect(await outcome(request, { fieldTypes })).toBe("accepted");
    expect(await outcome(request)).toBe("signature_component_unsupported");
  });
});

describe("which signature", () => {
  const two = async () =>
    signed(await signed(requestView(), { label: "a", parameters: { tag: "one" } }), {
      label: "b",
      parameters: { tag: "two" },
      signer: other,
    });

  it("one, without being asked", async () => {
    expect(await outcome(requestView())).toBe("signature_missing");
    expect(await outcome(await two())).toBe("signature_multiple");
  });

  it("the one under a label (R9421-3.2.01)", async () => {
    expect(await verify(await two(), { label: "a" })).toMatchObject({ label: "a", parameters: { tag: "one" } });
    expect(await outcome(await two(), { label: "b" })).toBe("signature_invalid");
    expect(await outcome(await two(), { label: "b", key: other.publicJwk })).toBe("accepted");
    expect(await outcome(await two(), { label: "c" })).toBe("signature_missing");
  });

  it("the one that is chosen (R9421-3.2.01, R9421-7.2.5.01)", async () => {
    const byTag = (tag: string) => ({ select: ({ parameters }: SignatureCandidate) => parameters["tag"] === tag });
    expect(await verify(await two(), byTag("one"))).toMatchObject({ label: "a" });
    expect(await outcome(await two(), byTag("two"))).toBe("signature_invalid");
    expect(await outcome(await two(), byTag("three"))).toBe("signature_missing");
    expect(await outcome(await two(), { select: () => true })).toBe("signature_multiple");
    expect(await outcome(await two(), { select: () => "yes" as never })).toBe("signature_missing");
  });

  it("shows to the one who chooses what is there, unchecked", async () => {
    const seen: SignatureCandidate[] = [];
    const lines: HeaderLine[] = [
      ["Signature-Input", 'a=("@foo" "B";x);tag=7'],
      ["Signature", "a=:AQ==:"],
    ];
    const select = (candidate: SignatureCandidate) => seen.push(candidate) < 0;
    expect(await outcome(withLines(...lines), { select })).toBe("signature_missing");
    expect(seen).toMatchObject([{ label: "a", parameters: { tag: 7 } }]);
    expect([...(seen[0]?.signature ?? [])]).toEqual([1]);
    expect(seen[0]?.components.map(({ identifier }) => identifier)).toEqual(['"@foo"', '"B";x']);
  });

  it.each([
    ["an unknown component", '("@foo")', "signature_component_unsupported"],
    ["an absent component", '("x-absent")', "signature_component_invalid"],
    ["a malformed parameter", "();created=now", "signature_parameter_invalid"],
    ["a parameter twice", "();x;x", "signature_parameter_invalid"],
  ])(
    "another one with %s is left alone; it does not verify itself (R9421-3.2.1.02, R9421-7.2.6.01)",
    async (_what, input, code) => {
      const request = await signed(requestView());
      const lines: HeaderLine[] = [
        ["Signature-Input", `foreign=${input}`],
        ["Signature", "foreign=:AA==:"],
      ];
      const both = { ...request, headers: [...lines, ...request.headers] };
      expect(await outcome(both, { label: "sig1" })).toBe("accepted");
      expect(await outcome(both, { label: "foreign" })).toBe(code);
    },
  );

  it.each([
    ["cannot be read", "foreign", "foreign=:AA==:"],
    ["has no signature (R9421-3.2.02)", "foreign=()", ""],
    ["has the same label", "sig1=()", "foreign=:AA==:"],
  ])("another one that %s makes the message malformed", async (_what, input, value) => {
    const request = await signed(requestView());
    const lines = [["Signature-Input", input] as const, ["Signature", value] as const].filter(
      ([, text]) => text !== "",
    );
    const both = { ...request, headers: [...request.headers, ...lines] };
    expect(await outcome(both, { label: "sig1" })).toBe("signature_malformed");
  });
});
