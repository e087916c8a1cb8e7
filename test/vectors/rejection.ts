import { explainVector } from "../../src/conformance/explain.js";
import { OPERATIONS } from "../../src/conformance/operations.js";
import { createSession } from "../../src/conformance/session.js";
import type { VerificationReport } from "../../src/index.js";
import { type Case, caseChain, contextOf, type VectorFile, vectorFiles } from "./support.js";

/** An error of the library, as far as a case may look at it. */
export interface Refusal extends Error {
  readonly code: string;
  readonly requirement?: string;
  readonly status?: number;
}

/** Every case that is rejected, with its file. */
export const rejectedCases: readonly (readonly [file: VectorFile, one: Case])[] = vectorFiles.flatMap((file) =>
  file.cases.filter(({ expect }) => expect.result === "reject").map((one) => [file, one] as const),
);

/** What the operation of a case throws, after the cases that it follows; `undefined` when it throws nothing. */
export async function refusalOf(one: Case, file: VectorFile): Promise<Refusal | undefined> {
  const session = createSession();
  let refusal: unknown;
  for (const step of caseChain(one, file)) {
    const operation = OPERATIONS.get(step.op);
    if (operation === undefined) throw new Error(`there is no operation ${step.op}`);
    const [context, { op, input }] = [contextOf(file, step), step];
    refusal = await operation(context, input, session, JSON.stringify({ op, context, input })).then(
      () => undefined,
      (error) => error,
    );
  }
  return refusal as Refusal | undefined;
}

/** What the explanation of a case tells; `undefined` where there is none. */
export async function reportOf(one: Case, file: VectorFile): Promise<VerificationReport | undefined> {
  return one.op === "verifyRequest" ? explainVector(contextOf(file, one), one.input) : undefined;
}
