import { readdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { configurationInvalid } from "../base/errors.js";
import type { VectorSource } from "../conformance/load.js";
import { type CommandIo, fileProblem, readBytes } from "./io.js";

/** The vectors in a folder. Files that the manifest does not list are seen, and thereby refused. */
export function vectorFolder(folder: string, io: CommandIo): VectorSource {
  return {
    read: (path) => readBytes(join(folder, path), `--vectors: ${path}`, io),
    async list() {
      const entries = await readdir(folder, { recursive: true }).catch((error) => {
        throw configurationInvalid(`--vectors: ${fileProblem(error)}`);
      });
      return entries.filter((entry) => entry.endsWith(".json")).map((entry) => entry.replaceAll(sep, "/"));
    },
  };
}
