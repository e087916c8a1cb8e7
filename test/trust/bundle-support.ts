import { FileUnreadable, type ReadFile } from "../../src/base/read-file.js";
import { issuerKey, keyFor, strangerKey, type TestKey, workloadKey } from "../support/wit-fixtures.js";

/** A key as a bundle has it. */
export function bundleKey({ publicJwk, kid }: TestKey, changes: object = {}): object {
  return { use: "wit-svid", ...publicJwk, kid, ...changes };
}

/** Keys for WIT-SVIDs, named `a` to `d`. */
export const [a, b, c, d] = [issuerKey, workloadKey, strangerKey, keyFor("ES384")].map((key, index) =>
  bundleKey(key, { kid: "abcd"[index] }),
) as [object, object, object, object];

export const KIDS = ["a", "b", "c", "d"];

export interface Publisher {
  /** What is published now: JSON, a text as it is, or a failure. */
  content: unknown;
  /** Where each request went. */
  readonly asked: string[];
  readonly fetch: typeof fetch;
  readonly readFile: ReadFile;
}

/** An endpoint and a file with the same content, which a test changes. A function as the content makes the response. */
export function publisher(content: unknown): Publisher {
  const asked: string[] = [];
  const text = (): string =>
    typeof published.content === "string" ? published.content : JSON.stringify(published.content);
  const published: Publisher = {
    content,
    asked,
    async fetch(url) {
      asked.push(String(url));
      if (published.content instanceof Error) throw published.content;
      if (typeof published.content === "function") return published.content(String(url));
      return new Response(text());
    },
    async readFile(path) {
      asked.push(String(path));
      if (published.content instanceof Error) throw published.content;
      return Buffer.from(text());
    },
  };
  return published;
}

export const notFound = new FileUnreadable("file_not_found");

/** Bodies of responses take turns of their own. */
export async function responded(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}
