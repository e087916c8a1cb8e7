import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

/** The inputs of a target that are kept, by the names of their files. */
export function readCorpus(folder: URL, target: string): ReadonlyMap<string, string> {
  const place = new URL(`${target}/`, folder);
  const names = existsSync(place) ? readdirSync(place).sort() : [];
  return new Map(names.map((name) => [name, readFileSync(new URL(name, place), "latin1")]));
}

/** Keeps an input that found something; returns the path of its file. */
export function addToCorpus(folder: URL, target: string, input: string): URL {
  const place = new URL(`${target}/`, folder);
  mkdirSync(place, { recursive: true });
  const hash = createHash("sha256").update(input, "latin1").digest("hex");
  const file = new URL(`found-${hash.slice(0, 12)}`, place);
  writeFileSync(file, input, "latin1");
  return file;
}
