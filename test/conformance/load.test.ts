import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadVectors } from "../../src/conformance.js";
import { CASE, FILE, manifestOf, sourceOf } from "./vectors.js";

const PATH = "identifier/some.json";
const refusal = async (loading: Promise<unknown>): Promise<unknown> =>
  loading.then(
    () => "no refusal",
    ({ code, message }) => ({ code, message }),
  );
const withCase = (change: object): unknown => ({ [PATH]: { ...FILE, cases: [{ ...CASE, ...change }] } });
const withCases = (...changes: object[]): unknown => ({
  [PATH]: { ...FILE, cases: changes.map((change) => ({ ...CASE, ...change })) },
});
const withFile = (change: object): unknown => ({ [PATH]: { ...FILE, ...change } });

describe("loading vectors", () => {
  it("reads those that come with the package, however deep a case of them nests", async () => {
    const read = (path: string): Uint8Array => readFileSync(new URL(`../../vectors/${path}`, import.meta.url));
    expect((await loadVectors({ read })).length).toBeGreaterThan(10);
  });

  it("reads each file of the manifest, in its order", async () => {
    const second = { ...FILE, suite: "wit", cases: [{ ...CASE, expect: { result: "either" }, note: "open" }] };
    const files = await loadVectors(sourceOf({ "wit/b.json": second, [PATH]: FILE }));
    expect(files.map(({ path }) => path)).toEqual(["wit/b.json", PATH]);
    expect(files[1]).toEqual({
      path: PATH,
      suite: "identifier",
      spec: FILE.spec,
      description: "Identifiers",
      context: {},
      cases: [{ ...CASE, context: {} }],
    });
    expect(files[0]?.cases[0]).toMatchObject({ expect: { result: "either" }, note: "open" });
  });

  it("reads the codes that are right, the preferred one first, what a case follows, and a note within expect", async () => {
    const reject = { result: "reject", code: "wit_expired", codes_also: ["wit_malformed"], note: "why" };
    const [file] = await loadVectors(
      sourceOf({ [PATH]: { ...FILE, cases: [CASE, { ...CASE, id: "next", after: "plain", expect: reject }] } }),
    );
    expect(file?.cases[1]).toMatchObject({
      after: "plain",
      note: "why",
      expect: { result: "reject", codes: ["wit_expired", "wit_malformed"] },
    });
  });

  it("takes whatever lies beside the suites, and needs no list of files", async () => {
    const source = sourceOf({ [PATH]: FILE, "requirements.json": {} }, manifestOf({ [PATH]: FILE }));
    expect(await loadVectors(source)).toHaveLength(1);
    expect(await loadVectors({ read: source.read })).toHaveLength(1);
  });

  it.each<[string, unknown, unknown, string]>([
    ["another format", {}, { format: "v2", files: [] }, "the format is wimse-vectors-manifest/v1"],
    ["no files", {}, manifestOf({}), "it lists no files"],
    ["files that are no list", {}, { ...manifestOf({}), files: {} }, "it lists no files"],
    ["a file that is no object", {}, { ...manifestOf({}), files: [1] }, "file 1: path is required"],
    ["a path that leads out", {}, manifestOf({ "../some.json": FILE }), "the path is <suite>/<name>.json"],
    ["a path in another suite", {}, manifestOf({ "wit/some.json": FILE }), "the path is <suite>/<name>.json"],
    ["a file without suite", {}, manifestOf({ [PATH]: {} }), "suite is required"],
    [
      "a file twice",
      {},
      { ...manifestOf({}), files: [FILE, FILE].flatMap((f) => manifestOf({ [PATH]: f })["files"]) },
      "a file is listed twice",
    ],
    ["a file that has changed", withFile({ description: "x" }), manifestOf({ [PATH]: FILE }), "its SHA-256 is not"],
    [
      "a file that is not listed",
      { [PATH]: FILE, "wit/x.json": FILE },
      manifestOf({ [PATH]: FILE }),
      "wit/x.json: not",
    ],
  ])("refuses a manifest with %s", async (_what, files, manifest, message) => {
    expect(await refusal(loadVectors(sourceOf(files as Record<string, object>, manifest)))).toEqual({
      code: "configuration_invalid",
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ["suite", { suite: "wit" }],
    ["spec", { spec: "draft-ietf-wimse-identifier-99" }],
  ])("refuses a file whose %s is not that of the manifest", async (_what, change) => {
    const file = { ...FILE, ...change };
    const [entry] = manifestOf({ [PATH]: file })["files"] as object[];
    const { suite, spec } = FILE;
    const manifest = { ...manifestOf({}), files: [{ ...entry, suite, spec }] };
    expect(await refusal(loadVectors(sourceOf({ [PATH]: file }, manifest)))).toEqual({
      code: "configuration_invalid",
      message: `${PATH}: suite and spec are not those in the manifest`,
    });
  });

  it.each<[string, () => unknown, string]>([
    ["an error of somebody else", () => Promise.reject(new Error("secret")), "list: the paths of all files"],
    ["null as an error", () => Promise.reject(null), "list: the paths of all files"],
    ["one text", () => "wit/x.json", "list: the paths of all files"],
    ["what iterates, and is no array", () => new Set([PATH]), "list: the paths of all files"],
    ["a path that is no text", () => [PATH, 5], "list: the paths of all files"],
    [
      "a coded error",
      () => Promise.reject(Object.assign(new TypeError("--vectors: no folder"), { code: "configuration_invalid" })),
      "--vectors: no folder",
    ],
  ])("refuses a list of files that is %s", async (_what, list, message) => {
    const source = { ...sourceOf({ [PATH]: FILE }), list: list as () => string[] };
    expect(await refusal(loadVectors(source))).toEqual({ code: "configuration_invalid", message });
  });

  it.each<[string, unknown, string]>([
    ["another format", withFile({ format: "wimse-vectors/v2" }), "the format is wimse-vectors/v1"],
    ["an unknown member", withFile({ comment: "x" }), 'unknown member "comment"'],
    ["no description", withFile({ description: "" }), "description: a text is required"],
    ["a context that is no object", withFile({ context: [] }), "context: an object is required"],
    ["no cases", withFile({ cases: [] }), "there are no cases"],
    ["cases that are no list", withFile({ cases: {} }), "there are no cases"],
    ["a case that is no object", withFile({ cases: [5] }), "case 1: not an object"],
    ["a case without id", withCase({ id: 7 }), "case 1: id: a text is required"],
    ["a misspelt member of a case", withCase({ afer: "plain" }), 'case 1 (plain): unknown member "afer"'],
    ["a case without operation", withCase({ op: undefined }), "op: a text is required"],
    ["a case that shows nothing", withCase({ requirements: [] }), "requirements: at least one is required"],
    ["requirements that are no list", withCase({ requirements: "TOY-1.01" }), "requirements: an array of strings"],
    ["a requirement that is no text", withCase({ requirements: [5] }), "requirements: an array of strings"],
    ["an input that is no object", withCase({ input: "x" }), "input: an object is required"],
    ["a note that is no text", withCase({ note: 5 }), "note: a text is required"],
    ["nothing expected", withCase({ expect: undefined }), "expect is an object"],
    ["an unknown result", withCase({ expect: { result: "maybe" } }), "expect.result is accept, reject or either"],
    ["a rejection without code", withCase({ expect: { result: "reject" } }), "code: a text is required"],
    [
      "a code with what is accepted",
      withCase({ expect: { result: "accept", code: "wit_expired" } }),
      'unknown member "code"',
    ],
    ["either without a note", withCase({ expect: { result: "either" } }), "note: the reason for either is required"],
    ["an id twice", withCases({}, {}), 'two cases have the id "plain"'],
    ["a case after one that is not there", withCase({ after: "first" }), "the case that it follows is not there"],
    [
      "a circle",
      withCases({ after: "b" }, { id: "b", after: "plain" }),
      "plain: the case that it follows follows it in turn",
    ],
  ])("refuses a file with %s", async (_what, files, message) => {
    expect(await refusal(loadVectors(sourceOf(files as Record<string, object>)))).toEqual({
      code: "configuration_invalid",
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ["that is not JSON", "{"],
    ["with a name twice", '{"format":"wimse-vectors/v1","format":"wimse-vectors/v1"}'],
    ["that is not UTF-8", new Uint8Array([0xff])],
  ])("refuses a manifest and a file %s", async (_what, content) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    expect(await refusal(loadVectors({ read: () => bytes }))).toMatchObject({ code: "configuration_invalid" });
    const { createHash } = await import("node:crypto");
    const [entry] = manifestOf({ [PATH]: FILE })["files"] as object[];
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const manifest = JSON.stringify({ ...manifestOf({}), files: [{ ...entry, sha256 }] });
    const read = (path: string): Uint8Array => (path === PATH ? bytes : new TextEncoder().encode(manifest));
    expect(await refusal(loadVectors({ read }))).toEqual({
      code: "configuration_invalid",
      message: `${PATH}: not a JSON object with unique names`,
    });
  });

  it("says of an error of the reader no more than which file it was, unless it is a coded one", async () => {
    const failing = (error: unknown) => ({ read: () => Promise.reject(error) });
    expect(await refusal(loadVectors(failing(new Error("secret"))))).toEqual({
      code: "configuration_invalid",
      message: "manifest.json: cannot be read",
    });
    expect(await refusal(loadVectors(failing(null)))).toMatchObject({ message: "manifest.json: cannot be read" });
    const coded = Object.assign(new TypeError("--vectors: no folder"), { code: "configuration_invalid" });
    expect(await refusal(loadVectors(failing(coded)))).toMatchObject({ message: "--vectors: no folder" });
  });
});
