import { readdirSync, readFileSync } from "node:fs";

/** The folder of the published vectors. */
export const VECTORS: URL = new URL("../../vectors/", import.meta.url);

export interface Case {
  readonly id: string;
  readonly requirements: readonly string[];
  readonly op: string;
  readonly after?: string;
  readonly context?: Json;
  readonly input: Json;
  readonly expect: {
    readonly result: "accept" | "reject" | "either";
    readonly output?: Json;
    readonly code?: string;
    readonly codes_also?: readonly string[];
  };
  readonly note?: string;
}

export interface VectorFile {
  readonly path: string;
  readonly suite: string;
  readonly spec: string;
  readonly context: Json;
  readonly cases: readonly Case[];
}

export type Json = { readonly [name: string]: unknown };

export interface Answer {
  readonly result: "accept" | "reject" | "unsupported" | "error";
  readonly output?: Json;
  readonly code?: string;
  readonly message?: string;
}

/** Puts a message to an implementation. */
export type Ask = (message: Json) => Promise<Answer>;

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, VECTORS), "utf8")) as T;
}

/** The files of the folders named after suites, read without the help of the manifest. */
export const vectorFiles: readonly VectorFile[] = readdirSync(VECTORS, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.includes("/") && path.endsWith(".json"))
  .sort()
  .map((path) => ({ ...readJson<Omit<VectorFile, "path">>(path), path }));

/** The context of a case: that of the file, overridden member by member, `policy` too. */
export function contextOf(file: Pick<VectorFile, "context">, { context = {} }: Pick<Case, "context">): Json {
  const merged = { ...file.context, ...context };
  const policy = { ...(file.context["policy"] as Json | undefined), ...(context["policy"] as Json | undefined) };
  return Object.keys(policy).length === 0 ? merged : { ...merged, policy };
}

/** The cases that a case follows, and itself at the end. */
export function caseChain(one: Case, { cases }: Pick<VectorFile, "cases">): readonly Case[] {
  const chain = [one];
  for (let { after } = one; after !== undefined; ) {
    const earlier = cases.find(({ id }) => id === after);
    if (earlier === undefined) throw new Error(`${one.id} follows ${after}, which is not there`);
    chain.unshift(earlier);
    after = earlier.after;
  }
  return chain;
}

/** Runs a case after a reset and after those that it follows; its own answer. */
export async function answerTo(one: Case, file: Pick<VectorFile, "context" | "cases">, ask: Ask): Promise<Answer> {
  await ask({ id: 0, reset: true });
  let answer: Answer = { result: "unsupported" };
  for (const [index, { op, input, ...rest }] of caseChain(one, file).entries()) {
    answer = await ask({ id: index + 1, op, context: contextOf(file, rest), input });
  }
  return answer;
}

/** What an answer comes to in the words of an expectation: a context that was refused counts as rejected. */
export function verdictOf({ result }: Answer): string {
  return result === "error" ? "reject" : result;
}
