import { link, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { encodeBase64url } from "../../base/base64url.js";
import { configurationInvalid, isConfigurationError } from "../../base/errors.js";
import type { Runtime } from "../../base/runtime.js";
import type { EnrolmentTokenRecord } from "../../issuer/enrolment-tokens.js";
import type { IssuerState, IssuerStore } from "../../issuer/state.js";
import { fileProblem } from "../io.js";

/** What a running server tells `wimse rotate`. */
export interface ServerNote {
  readonly publishAhead: number;
}

/** The folder in which an identity server keeps its keys: each file is complete, and readable by its owner only. */
export interface StateFolder {
  readonly store: IssuerStore;
  enrolmentTokens(): Promise<readonly EnrolmentTokenRecord[] | undefined>;
  saveEnrolmentTokens(records: readonly EnrolmentTokenRecord[]): Promise<void>;
  note(): Promise<ServerNote | undefined>;
  saveNote(note: ServerNote): Promise<void>;
}

const STATE_FILE = /^issuer\.(\d{1,15})\.json$/;
const TOKENS_FILE = "enrolment-tokens.json";
const NOTE_FILE = "server.json";
/** Attempts to read the newest state, while it is replaced. */
const ATTEMPTS = 5;

/** Opens a folder, which is made when it is not there. */
export async function openStateFolder(path: string, make: boolean, runtime: Runtime): Promise<StateFolder> {
  try {
    if (make) await mkdir(path, { recursive: true, mode: 0o700 });
    await readdir(path);
  } catch (error) {
    throw configurationInvalid(`--dir: ${fileProblem(error)}`);
  }

  const temporaryFile = async (content: unknown): Promise<string> => {
    const file = join(path, `.${encodeBase64url(runtime.randomBytes(12))}.tmp`);
    const handle = await open(file, "wx", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(content)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return file;
  };
  const replace = async (name: string, content: unknown): Promise<void> =>
    rename(await temporaryFile(content), join(path, name));

  async function revisions(): Promise<number[]> {
    const found = (await readdir(path)).flatMap((name) => Number(STATE_FILE.exec(name)?.[1] ?? Number.NaN));
    return found.filter((revision) => !Number.isNaN(revision)).sort((a, b) => a - b);
  }
  const stateFile = (revision: number): string => join(path, `issuer.${revision}.json`);

  /** Each revision has a file of its own: whoever makes it first has saved it. */
  const store: IssuerStore = {
    async load() {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const newest = (await revisions()).at(-1);
        if (newest === undefined) return undefined;
        const state = await readPrivate(stateFile(newest));
        if (state !== undefined) return state as IssuerState;
      }
      throw new Error("the state is replaced all the time");
    },
    async save(state) {
      const newest = (await revisions()).at(-1) ?? 0;
      if (newest >= state.revision) return false;
      const temporary = await temporaryFile(state);
      try {
        await link(temporary, stateFile(state.revision));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
      const all = await revisions();
      if (all.some((revision) => revision > state.revision)) {
        await rm(stateFile(state.revision), { force: true }); // made after others had gone on and cleared it away
        return false;
      }
      // the keys in them may be withdrawn by now
      for (const old of all) if (old < state.revision) await rm(stateFile(old), { force: true });
      return true;
    },
  };

  return {
    store,
    enrolmentTokens: async () => (await readPrivate(join(path, TOKENS_FILE))) as EnrolmentTokenRecord[] | undefined,
    saveEnrolmentTokens: (records) => replace(TOKENS_FILE, records),
    note: async () => (await readPrivate(join(path, NOTE_FILE))) as ServerNote | undefined,
    saveNote: (note) => replace(NOTE_FILE, note),
  };
}

/** The JSON of a file; `undefined` when there is none. Others must not be able to read it. */
async function readPrivate(file: string): Promise<unknown> {
  try {
    const { mode } = await stat(file);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw configurationInvalid("--dir: others may read the files in it; chmod go-rwx makes them private");
    }
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    if (isConfigurationError(error)) throw error;
    throw configurationInvalid("--dir: a file in it is damaged or cannot be read");
  }
}
