import { describe, expect, it } from "vitest";
import { createTarget } from "../../src/conformance.js";
import { ask, perform } from "./support.js";

const KEY = {
  use: "wit-svid",
  kty: "EC",
  kid: "a",
  crv: "P-256",
  x: "SttM6EWWCPBRYDqGKIAqVbCcelCIJE9VBqj-uX4sgwE",
  y: "4jVOkUVM-lA9GYNU8_GX5Us5fjNR_f9Hcaj7PGkgZDo",
};

/** The answer to a line in which the bundle stands as it is written. */
async function lineOf(bundle: string, rest = ""): Promise<string> {
  return createTarget().answer(`{"id":1,"op":"parseBundle","input":{"bundle":${bundle}${rest}}}`);
}

describe("parseBundle", () => {
  it("gives sequence, refresh hint and the names of the keys for WIT-SVIDs", async () => {
    const bundle = { keys: [{ ...KEY, use: "jwt-svid", kid: "b" }, KEY], spiffe_sequence: 7, spiffe_refresh_hint: 60 };
    const output = { sequence: 7, refreshHint: 60, witKeys: ["a"] };
    for (const given of [bundle, JSON.stringify(bundle)]) {
      expect(await perform("parseBundle", {}, { bundle: given, trustDomain: "example.org" })).toEqual({
        id: 1,
        result: "accept",
        output,
      });
    }
  });

  it("gives null for what a bundle has not", async () => {
    expect(await perform("parseBundle", {}, { bundle: { keys: [] } })).toMatchObject({
      output: { sequence: null, refreshHint: null, witKeys: [] },
    });
  });

  it.each(["9007199254740993", "18446744073709551615", "340282366920938463463374607431768211456"])(
    "BUNDLE-4.1.1.04: loses no digit of the sequence number %s",
    async (digits) => {
      const bundle = `{"keys":[],"spiffe_sequence":${digits}}`;
      const answer = `{"id":1,"result":"accept","output":{"sequence":${digits},"refreshHint":null,"witKeys":[]}}`;
      expect(await lineOf(bundle)).toBe(answer);
      expect(await lineOf(JSON.stringify(bundle))).toBe(answer);
    },
  );

  it.each([
    ["keys twice in an object", '{"keys":[],"keys":[]}'],
    ["keys twice in a text", JSON.stringify('{"keys":[],"keys":[]}')],
    ["an object that nests too deep", `{"keys":[],"x":${"[".repeat(16)}${"]".repeat(16)}}`],
    ["an empty text", '""'],
    ["a path", '"/etc/bundle.json"'],
    ["a URL", '"https://bundles.example/"'],
    ["null", "null"],
    ["an array", "[]"],
    ["a number", "1"],
    ["a sequence that is a text", '{"keys":[],"spiffe_sequence":"1"}'],
  ])("rejects %s", async (_what, bundle) => {
    expect(JSON.parse(await lineOf(bundle))).toEqual({ id: 1, result: "reject", code: "trust_bundle_malformed" });
  });

  it("takes an object that nests as deep as a bundle may", async () => {
    const bundle = `{"keys":[],"x":${"[".repeat(15)}${"]".repeat(15)}}`;
    expect(JSON.parse(await lineOf(bundle))).toMatchObject({ result: "accept" });
  });

  it("FED-5.1.01: takes the trust domain by name or by origin, and refuses what is none", async () => {
    for (const trustDomain of ["example.org", "spiffe://example.org", null]) {
      expect(await perform("parseBundle", {}, { bundle: { keys: [] }, trustDomain })).toMatchObject({
        result: "accept",
      });
    }
    const wrong = ["", "Example.org", "spiffe://example.org/path", "example.org:443"];
    for (const trustDomain of [...wrong, "wimse://example.org", "https://example.org"]) {
      expect(await perform("parseBundle", {}, { bundle: { keys: [] }, trustDomain })).toMatchObject({
        result: "error",
      });
    }
  });

  it.each([1, {}, [], true])("FED-5.1.01: answers error for the trust domain %j", async (trustDomain) => {
    expect(await perform("parseBundle", {}, { bundle: { keys: [] }, trustDomain })).toMatchObject({
      result: "error",
      message: "trustDomain: the name of a trust domain",
    });
  });

  it("answers error where there is no bundle", async () => {
    expect(await ask(createTarget(), { op: "parseBundle" })).toMatchObject({
      result: "error",
      message: "bundle: a SPIFFE bundle or its text is required",
    });
  });
});
