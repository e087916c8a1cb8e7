import { createPrivateKey } from "node:crypto";
import { onTestFinished } from "vitest";
import { utf8Bytes } from "../../src/base/bytes.js";
import { FileUnreadable, type ReadFile } from "../../src/base/read-file.js";
import { type FileSourceOptions, fileSource } from "../../src/credential/file.js";
import { stateEvents } from "../support/credential-fixtures.js";
import { clock, makeWit, NOW, SUBJECT, type TestKey, workloadKey } from "../support/wit-fixtures.js";

/** A sound pair of texts, good for so many seconds from {@link NOW}. */
export function pairOf(lifetime = 3600, key: TestKey = workloadKey, sub = SUBJECT) {
  const wit = makeWit({ claims: { sub, exp: NOW + lifetime, cnf: { jwk: key.publicJwk } } });
  return { wit, key: JSON.stringify(key.privateJwk) };
}
export const pem = (key: TestKey) =>
  createPrivateKey({ key: { ...key.privateJwk }, format: "jwk" })
    .export({ type: "pkcs8", format: "pem" })
    .toString();

/** A source that looks when the test says so. It is closed after the test. */
export function watch(options: FileSourceOptions) {
  const runtime = clock();
  const states = stateEvents();
  const source = fileSource({ runtime, onChange: states.onChange, ...options });
  onTestFinished(() => source.close());
  /** The state after one look at the files. */
  const look = async () => {
    await source.renew();
    return source.state();
  };
  return { source, runtime, states, look };
}

/** A source of files in memory: each reading takes the next of the given contents, and the last one again and again. */
export function watchMemory(changes: Partial<FileSourceOptions> = {}) {
  const contents: Record<string, (string | Uint8Array | Error)[]> = { wit: [], key: [] };
  const reads: string[] = [];
  const read: ReadFile = async (path) => {
    reads.push(String(path));
    const [content, ...rest] = contents[String(path)] ?? [];
    if (rest.length > 0) contents[String(path)] = rest;
    if (content === undefined) throw new FileUnreadable("file_not_found");
    if (content instanceof Error) throw content;
    return typeof content === "string" ? utf8Bytes(content) : content;
  };
  const put = (pair: { wit?: string | Uint8Array | Error; key?: string | Uint8Array | Error }) => {
    for (const [name, content] of Object.entries(pair)) contents[name] = [content];
  };
  return { ...watch({ wit: "wit", key: "key", read, ...changes }), contents, reads, put };
}
