import { configurationInvalid } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import type { VectorCase, VectorFile } from "./vector-file.js";

/** A case with the file that it is in. */
export interface SelectedCase {
  readonly file: VectorFile;
  readonly vector: VectorCase;
}

/** Which cases to run. */
export interface Selection {
  /** Names of suites. Default: all. */
  readonly suites?: readonly string[];
  /** Ids of cases, as they are in their files or with the file before them: `wpt/times#expired`. Default: all. */
  readonly cases?: readonly string[];
}

/** The name of a case among all vectors, such as `wpt/times#expired`. */
export function nameOf({ file, vector }: SelectedCase): string {
  return `${file.path.replace(/\.json$/, "")}#${vector.id}`;
}

function isArrayOfFiles(files: unknown): boolean {
  return Array.isArray(files) && files.every((file) => Array.isArray((file as Partial<VectorFile> | null)?.cases));
}

/**
 * The cases to run, in the order of their files.
 *
 * @throws TypeError `configuration_invalid`: a suite or a case that is not there
 */
export function selectCases(files: readonly VectorFile[], { suites, cases }: Selection): readonly SelectedCase[] {
  if (!isArrayOfFiles(files)) throw configurationInvalid("files: an array of vector files");
  for (const names of [suites, cases]) {
    if (names !== undefined && !Array.isArray(names)) throw configurationInvalid("suites and cases: arrays of names");
  }
  const known = new Set(files.map(({ suite }) => suite));
  if (suites?.some((suite) => !known.has(suite))) {
    throw configurationInvalid(`suite: one of ${[...known].join(", ") || "none"}`);
  }
  const inSuites = files
    .filter(({ suite }) => suites?.includes(suite) ?? true)
    .flatMap((file) => file.cases.map((vector): SelectedCase => ({ file, vector })));
  if (cases === undefined) return inSuites;
  const isNamed = (one: SelectedCase, name: string): boolean => one.vector.id === name || nameOf(one) === name;
  if (cases.some((name) => !inSuites.some((one) => isNamed(one, name)))) {
    throw configurationInvalid("case: there is no such case in these suites");
  }
  return inSuites.filter((one) => cases.some((name) => isNamed(one, name)));
}

/** The cases that one follows, the first of them first: what they leave behind must be there. */
export function casesBefore({ file, vector }: SelectedCase): readonly VectorCase[] {
  const earlier = file.cases.find(({ id }) => id === vector.after);
  return earlier === undefined ? [] : [...casesBefore({ file, vector: earlier }), earlier];
}

/** The whole context of a case: that of its file, with the members of its own, and of its own policy, in their place. */
export function contextOf(file: VectorFile, vector: VectorCase): JsonObject {
  const merged = { ...file.context, ...vector.context };
  const [common, own] = [file.context["policy"], vector.context["policy"]];
  return isJsonObject(common) && isJsonObject(own) ? { ...merged, policy: { ...common, ...own } } : merged;
}
