import { describe, expect, it } from "vitest";
import { spiffeBundle } from "../../../src/trust/key-source/spiffe-bundle.js";
import { expectMistake, expectWimseError } from "../../support/wit-fixtures.js";
import { a, b, c } from "../bundle-support.js";
import { URL_OF_BUNDLE } from "./spiffe-bundle-support.js";
import { es256, select, watchedRuntime } from "./support.js";

describe("a bundle that is given", () => {
  it.each<[what: string, bundle: string | Uint8Array | object]>([
    ["as an object", { keys: [a, { ...b, use: "jwt-svid" }, { ...c, use: undefined }], spiffe_sequence: 7 }],
    ["as text", ` \n${JSON.stringify({ keys: [a, { ...b, use: "jwt-svid" }, { ...c, use: 1 }], spiffe_sequence: 7 })}`],
    [
      "as bytes",
      Buffer.from(JSON.stringify({ keys: [{ ...b, use: "x509-svid" }, { ...c, use: 1 }, a], spiffe_sequence: 7 })),
    ],
  ])("WITSVID-6.2.01, WITSVID-6.2.02: %s, gives its keys for WIT-SVIDs", async (_what, bundle) => {
    const source = spiffeBundle(bundle);
    const key = await select(source, "a");
    expect([key.jwk, source.holds(key)]).toEqual([a, true]);
    await expectWimseError(() => source.select("b", es256), "wit_key_not_found", "CREDS-3.07");
    await expectWimseError(() => source.select("c", es256), "wit_key_not_found");
    expect(source.state()).toEqual({ keys: 1, problems: [expect.stringContaining("use is missing")], sequence: "7" });
    source.start(watchedRuntime());
    source.close();
  });

  it("BUNDLE-4.1.3.03, WITSVID-6.2.03: without keys for WIT-SVIDs, lets nobody in", async () => {
    for (const keys of [[], [{ ...a, use: "jwt-svid" }]]) {
      await expectWimseError(() => spiffeBundle({ keys }).select("a", es256), "wit_key_not_found");
    }
  });

  it.each<[what: string, bundle: unknown, message: RegExp]>([
    ["that is none", { keys: {} }, /^SPIFFE bundle: The bundle has no array of keys/],
    ["that is half a text", '{"keys":[', /^SPIFFE bundle: /],
    ["that has keys twice", '{"keys":[],"keys":[]}', /^SPIFFE bundle: /],
    ["that is null", null, /^spiffeBundle: /],
    ["that is a number", 1, /^spiffeBundle: /],
    ["that is an empty text", " ", /^spiffeBundle: .*no path/],
  ])("is a mistake %s", async (_what, bundle, message) => {
    await expectMistake(() => spiffeBundle(bundle as object), message);
  });
});

describe("the options of a bundle", () => {
  it.each<[what: string, options: object, message: RegExp]>([
    ["an unknown name", { refreshIntervall: 1 }, /^spiffeBundle: unknown option "refreshIntervall"$/],
    ["a fetch that is none", { fetch: 1 }, /^fetch: /],
    ["a reader that is none", { readFile: 1 }, /^readFile: /],
    ["a boolean that is none", { allowInsecureLoopback: "no" }, /^allowInsecureLoopback: /],
    ["another one", { loadAtStart: 1 }, /^loadAtStart: /],
    ["no room at all", { maxBytes: 0 }, /^maxBytes: /],
    ["an interval of nothing", { refreshInterval: 0 }, /^refreshInterval: /],
    ["a runtime that is none", { runtime: {} }, /^runtime: /],
  ])("are refused with %s", async (_what, options, message) => {
    await expectMistake(() => spiffeBundle(URL_OF_BUNDLE, options), message);
  });

  it("are refused with a runtime that is none, though the bundle itself is given", async () => {
    await expectMistake(() => spiffeBundle({ keys: [] }, { runtime: {} as never }), /^runtime: now and randomBytes/);
  });
});
