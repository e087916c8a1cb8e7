import { utf8Text } from "../base/bytes.js";
import { type ConfigurationError, configurationInvalid } from "../base/errors.js";
import { parseExactJsonObject } from "../base/exact-json.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";

/** Name and version of the format of vector files. */
const FORMAT = "wimse-vectors/v1";

/** What has to come of a case. */
export type Expectation =
  /** Each of these members must be in the output, with this value. */
  | { readonly result: "accept"; readonly output: JsonObject }
  /** The codes that are defensible, the preferred one first. */
  | { readonly result: "reject"; readonly codes: readonly string[] }
  /** The specification leaves it open; the note of the case says why. */
  | { readonly result: "either" };

/** One input, and what has to come of it. */
export interface VectorCase {
  /** Unique in its file. */
  readonly id: string;
  /** Ids of the requirements that it shows. */
  readonly requirements: readonly string[];
  readonly description: string;
  readonly op: string;
  /** What differs from the context of the file. */
  readonly context: JsonObject;
  readonly input: JsonObject;
  readonly expect: Expectation;
  /** The case of the same file right after which it runs, with what that one left behind. */
  readonly after?: string;
  readonly note?: string;
}

/** A file of cases. */
export interface VectorFile {
  /** Its place among the vectors, such as `wpt/times.json`. */
  readonly path: string;
  readonly suite: string;
  /** The specification, at one revision. */
  readonly spec: string;
  readonly description: string;
  readonly context: JsonObject;
  readonly cases: readonly VectorCase[];
}

const FILE_MEMBERS = ["format", "suite", "spec", "description", "context", "cases"];
const CASE_MEMBERS = ["id", "requirements", "description", "op", "context", "input", "expect", "after", "note"];
const EXPECT_MEMBERS = {
  accept: ["result", "output", "note"],
  reject: ["result", "code", "codes_also", "note"],
  either: ["result", "note"],
} as const;

/** Deeper than what a case is about, which may nest as deep as is read, or too deep. */
const MAX_DEPTH = 32;

/**
 * Reads a vector file.
 *
 * @throws TypeError `configuration_invalid`
 */
export function readVectorFile(path: string, bytes: Uint8Array): VectorFile {
  const file = parseExactJsonObject(utf8Text(bytes) ?? "", MAX_DEPTH);
  if (file === undefined) throw configurationInvalid(`${path}: not a JSON object with unique names`);
  const text = membersOf(file, FILE_MEMBERS, path);
  if (member(file, "format") !== FORMAT) throw configurationInvalid(`${path}: the format is ${FORMAT}`);
  const cases = member(file, "cases");
  if (!Array.isArray(cases) || cases.length === 0) throw configurationInvalid(`${path}: there are no cases`);
  const read = cases.map((value: unknown, index) => readCase(value, `${path}, case ${index + 1}`));
  checkOrder(read, path);
  return {
    path,
    suite: text("suite"),
    spec: text("spec"),
    description: text("description"),
    context: objectOf(file, "context", path),
    cases: read,
  };
}

function readCase(value: unknown, position: string): VectorCase {
  if (!isJsonObject(value)) throw configurationInvalid(`${position}: not an object`);
  const id = member(value, "id");
  const where = typeof id === "string" ? `${position} (${id})` : position;
  const text = membersOf(value, CASE_MEMBERS, where);
  const requirements = stringsOf(value, "requirements", where);
  if (requirements.length === 0) throw required(where, "requirements", "at least one");
  const expect = readExpectation(member(value, "expect"), where);
  const note = noteOf(value, where);
  if (expect.result === "either" && note === undefined) throw required(where, "note", "the reason for either");
  const after = member(value, "after");
  return {
    id: text("id"),
    requirements,
    description: text("description"),
    op: text("op"),
    context: objectOf(value, "context", where),
    input: objectOf(value, "input", where),
    expect,
    ...(after !== undefined && { after: text("after") }),
    ...(note !== undefined && { note }),
  };
}

/** The note of a case stands beside what is expected, or in it. */
function noteOf(value: JsonObject, where: string): string | undefined {
  const note = member(value, "note") ?? member(value["expect"] as JsonObject, "note");
  if (note === undefined || typeof note === "string") return note;
  throw required(where, "note", "a text");
}

function readExpectation(value: unknown, where: string): Expectation {
  if (!isJsonObject(value)) throw configurationInvalid(`${where}: expect is an object`);
  const result = member(value, "result");
  if (result !== "accept" && result !== "reject" && result !== "either") {
    throw configurationInvalid(`${where}: expect.result is accept, reject or either`);
  }
  const text = membersOf(value, EXPECT_MEMBERS[result], `${where}, expect`);
  switch (result) {
    case "accept":
      return { result, output: objectOf(value, "output", where) };
    case "reject":
      return { result, codes: [text("code"), ...stringsOf(value, "codes_also", where)] };
    case "either":
      return { result };
  }
}

/** Refuses members that are not known, since one that is misspelt would be left out silently; gives a reader of texts. */
function membersOf(object: JsonObject, known: readonly string[], where: string): (name: string) => string {
  const unknown = Object.keys(object).find((name) => !known.includes(name));
  if (unknown !== undefined) throw configurationInvalid(`${where}: unknown member ${JSON.stringify(unknown)}`);
  return (name) => {
    const value = member(object, name);
    if (typeof value !== "string" || value === "") throw required(where, name, "a text");
    return value;
  };
}

function objectOf(object: JsonObject, name: string, where: string): JsonObject {
  const value = member(object, name) ?? {};
  if (!isJsonObject(value)) throw required(where, name, "an object");
  return value;
}

function stringsOf(object: JsonObject, name: string, where: string): readonly string[] {
  const value = member(object, name) ?? [];
  if (!Array.isArray(value) || !value.every((item): item is string => typeof item === "string")) {
    throw required(where, name, "an array of strings");
  }
  return value;
}

function required(where: string, name: string, what: string): ConfigurationError {
  return configurationInvalid(`${where}: ${name}: ${what} is required`);
}

/** Ids are unique, and what a case follows is there and does not follow it in turn. */
function checkOrder(cases: readonly VectorCase[], path: string): void {
  const byId = new Map<string, VectorCase>();
  for (const one of cases) {
    if (byId.has(one.id)) throw configurationInvalid(`${path}: two cases have the id ${JSON.stringify(one.id)}`);
    byId.set(one.id, one);
  }
  for (const { id, after } of cases) {
    let earlier = after;
    for (let steps = 0; earlier !== undefined; steps++) {
      const found = byId.get(earlier);
      if (found === undefined || steps > cases.length) {
        const why = found === undefined ? "is not there" : "follows it in turn";
        throw configurationInvalid(`${path}: ${id}: the case that it follows ${why}`);
      }
      earlier = found.after;
    }
  }
}
