import { link, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { encodeBase64url } from "../../base/base64url.js";
import { configurationInvalid, isConfigurationError } from "../../base/errors.js";
import type { Runtime } from "../../base/runtime.js";

/** A document in a folder, of which each revision has a file of its own: whoever makes that first has saved it. */
export interface Revisions {
  /** The newest. */
  load(): Promise<{ readonly revision: number; readonly content: unknown } | undefined>;
  /** False when somebody else has saved that revision, or a later one. */
  save(revision: number, content: unknown): Promise<boolean>;
}

/** Attempts to read the newest revision, while it is replaced. */
const ATTEMPTS = 5;
const TEMPORARY = /^\.[\w-]{16}\.tmp$/;
/** Milliseconds after which nobody is still writing a temporary file: its writer has ended. */
const ABANDONED = 60_000;

export function revisionsIn(folder: string, name: string, runtime: Runtime): Revisions {
  const pattern = new RegExp(`^${name}\\.(\\d{1,15})\\.json$`);
  const fileOf = (revision: number): string => join(folder, `${name}.${revision}.json`);

  async function revisions(): Promise<number[]> {
    const found = (await readdir(folder)).flatMap((file) => Number(pattern.exec(file)?.[1] ?? Number.NaN));
    return found.filter((revision) => !Number.isNaN(revision)).sort((a, b) => a - b);
  }

  return {
    async load() {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const revision = (await revisions()).at(-1);
        if (revision === undefined) return undefined;
        const content = await readPrivate(fileOf(revision));
        if (content !== undefined) return { revision, content };
      }
      throw new Error("the file is replaced all the time");
    },
    async save(revision, content) {
      const newest = (await revisions()).at(-1) ?? 0;
      if (newest >= revision) return false;
      const temporary = await temporaryFile(folder, content, runtime);
      try {
        await removeAbandoned(folder, (await stat(temporary)).mtimeMs);
        await link(temporary, fileOf(revision));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
      await syncFolder(folder);
      const all = await revisions();
      if (all.some((other) => other > revision)) {
        await rm(fileOf(revision), { force: true }); // made after others had gone on and cleared it away
        return false;
      }
      // what is in them may be withdrawn or used up by now
      for (const old of all) if (old < revision) await rm(fileOf(old), { force: true });
      return true;
    },
  };
}

/** Puts a file in the place of another, in one step. */
export async function replaceFile(folder: string, name: string, content: unknown, runtime: Runtime): Promise<void> {
  await rename(await temporaryFile(folder, content, runtime), join(folder, name));
}

async function temporaryFile(folder: string, content: unknown, runtime: Runtime): Promise<string> {
  const file = join(folder, `.${encodeBase64url(runtime.randomBytes(12))}.tmp`);
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(content)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return file;
}

/** Clears away what processes left that ended while they wrote: there are private keys in it. */
async function removeAbandoned(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const file = join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: now }));
    if (mtimeMs < now - ABANDONED) await rm(file, { force: true });
  }
}

/** Keeps a new name from being lost with the power: a use of a token would not have happened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // not every platform syncs folders
  }
}

/** The JSON of a file; `undefined` when there is none. It has to be this user's, and for nobody else to read. */
export async function readPrivate(file: string): Promise<unknown> {
  try {
    const handle = await open(file, "r");
    try {
      const { mode, uid } = await handle.stat();
      if (process.platform !== "win32" && (mode & 0o077) !== 0) {
        throw configurationInvalid("--dir: others may read the files in it; chmod go-rwx makes them private");
      }
      if (process.getuid !== undefined && uid !== process.getuid()) {
        throw configurationInvalid("--dir: a file in it belongs to another user");
      }
      return JSON.parse(await handle.readFile("utf8"));
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    if (isConfigurationError(error)) throw error;
    throw configurationInvalid("--dir: a file in it is damaged or cannot be read");
  }
}
