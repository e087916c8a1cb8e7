import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { configurationInvalid } from "../../base/errors.js";
import type { Runtime } from "../../base/runtime.js";
import type { EnrolmentTokenRecord } from "../../issuer/enrolment-tokens.js";
import type { IssuerState, IssuerStore } from "../../issuer/state.js";
import { fileProblem } from "../io.js";
import { readPrivate, replaceFile, revisionsIn } from "./revisions.js";

/** What a running server tells `wimse rotate`. */
export interface ServerNote {
  readonly publishAhead: number;
}

/** The folder in which an identity server keeps its keys: each file is complete, and readable by its owner only. */
export interface StateFolder {
  readonly store: IssuerStore;
  enrolmentTokens(): Promise<readonly EnrolmentTokenRecord[] | undefined>;
  /**
   * Saves what is left of the tokens that were loaded or saved here before. It rejects when another process has saved
   * some since: of two servers in one folder only one may use tokens, or each would use the last of the same one.
   */
  saveEnrolmentTokens(records: readonly EnrolmentTokenRecord[]): Promise<void>;
  note(): Promise<ServerNote | undefined>;
  saveNote(note: ServerNote): Promise<void>;
}

const NOTE_FILE = "server.json";

/** Opens a folder, which is made when it is not there. */
export async function openStateFolder(path: string, make: boolean, runtime: Runtime): Promise<StateFolder> {
  try {
    if (make) await mkdir(path, { recursive: true, mode: 0o700 });
    await readdir(path);
  } catch (error) {
    throw configurationInvalid(`--dir: ${fileProblem(error)}`);
  }
  // who may rename files can bring back a key that was withdrawn, or a token that was used
  if (process.platform !== "win32" && ((await stat(path)).mode & 0o022) !== 0) {
    throw configurationInvalid("--dir: others may write into it; chmod go-w keeps them out");
  }

  const states = revisionsIn(path, "issuer", runtime);
  const store: IssuerStore = {
    load: async () => (await states.load())?.content as IssuerState | undefined,
    save: (state) => states.save(state.revision, state),
  };
  const tokens = revisionsIn(path, "enrolment-tokens", runtime);
  let revision = 0;
  return {
    store,
    async enrolmentTokens() {
      const newest = await tokens.load();
      revision = newest?.revision ?? 0;
      return newest?.content as EnrolmentTokenRecord[] | undefined;
    },
    async saveEnrolmentTokens(records) {
      if (!(await tokens.save(revision + 1, records))) {
        throw configurationInvalid("--dir: another server has used the enrolment tokens in it");
      }
      revision++;
    },
    note: async () => (await readPrivate(join(path, NOTE_FILE))) as ServerNote | undefined,
    saveNote: (note) => replaceFile(path, NOTE_FILE, note, runtime),
  };
}
