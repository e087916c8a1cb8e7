import { inspect } from "node:util";

/** Marks everything that a test puts where a secret could stand. */
export const MARK = "s3cr3t-marker-0123456789";

/** So much of a secret in a row is a leak. */
const RUN = 16;
/** Shorter texts are too common to be told from the library's own words. */
const SHORTEST = 12;

/** Texts of which nobody may find a piece. */
export class Secrets {
  readonly #runs = new Set<string>();
  readonly #short: string[] = [];

  /** @param open texts that may be told, though a secret has a piece of them in it */
  constructor(secrets: readonly string[], open: readonly string[] = []) {
    for (const secret of new Set(secrets)) {
      if (secret.length >= RUN) for (const run of runsOf(secret)) this.#runs.add(run);
      else if (secret.length >= SHORTEST && !open.some((text) => text.includes(secret))) this.#short.push(secret);
    }
    for (const text of open) for (const run of runsOf(text)) this.#runs.delete(run);
  }

  /** How many pieces there are to look for. */
  get size(): number {
    return this.#runs.size + this.#short.length;
  }

  /** A piece of a secret in a text, if there is one. */
  pieceIn(text: string): string | undefined {
    for (const run of runsOf(text)) if (this.#runs.has(run)) return run;
    return this.#short.find((secret) => text.includes(secret));
  }
}

function* runsOf(text: string): Generator<string> {
  for (let start = 0; start + RUN <= text.length; start++) yield text.slice(start, start + RUN);
}

/** Every way in which people print a value, and everything that hangs on it. */
export function printed(value: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  const print = (one: unknown): void => {
    if (seen.has(one)) return;
    seen.add(one);
    parts.push(stringOf(one), jsonOf(one));
    parts.push(inspect(one, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null }));
    parts.push(inspect(one, { depth: Number.POSITIVE_INFINITY, getters: true, maxArrayLength: null }));
    // `message`, `stack`, `cause` and `errors` are among them
    if (one instanceof Error) for (const key of Reflect.ownKeys(one)) print(Reflect.get(one, key));
  };
  print(value);
  return parts.join("\n");
}

function stringOf(value: unknown): string {
  return typeof value === "object" && value !== null && !("toString" in value) ? "" : String(value);
}

function jsonOf(value: unknown): string {
  try {
    return String(JSON.stringify(value));
  } catch {
    return ""; // a circle
  }
}
