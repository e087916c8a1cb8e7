import { type ConnectedTarget, type RunOptions, runVectors, type VectorCase } from "../../src/conformance.js";
import { vectorFile } from "./vectors.js";

export interface Asked {
  readonly id?: number;
  readonly hello?: string;
  readonly reset?: boolean;
  readonly op?: string;
  readonly context?: Record<string, unknown>;
  readonly input?: { readonly uri: string };
}

export const GREETING = {
  hello: "wimse-target/v1",
  name: "fake",
  version: "1",
  operations: ["parseIdentifier", "verifyRequest"],
};

/** A target that does as it is told by the `uri` of each case, and notes what it was asked. */
export function fake(answers: (asked: Asked) => unknown = () => ({ result: "accept", output: {} })): {
  readonly connect: () => ConnectedTarget;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const answer = async (line: string): Promise<string> => {
    const message = JSON.parse(line) as Asked;
    const { id, input } = message;
    asked.push(message.hello === undefined ? (message.reset === true ? "reset" : String(input?.uri)) : "hello");
    if (message.hello !== undefined) return JSON.stringify(GREETING);
    const given = message.reset === true ? { result: "accept", output: {} } : await answers(message);
    return typeof given === "string" ? given : JSON.stringify({ id, ...(given as object) });
  };
  return { asked, connect: () => ({ answer, close: () => void asked.push("close") }) };
}

export const named = (id: string, more: Partial<VectorCase> = {}): Partial<VectorCase> => ({
  id,
  input: { uri: id },
  ...more,
});

export async function outcomes(
  cases: readonly Partial<VectorCase>[],
  connect: () => ConnectedTarget,
  options?: RunOptions,
): Promise<string[]> {
  const { cases: results } = await runVectors([vectorFile(...cases)], connect, options);
  return results.map(({ outcome, detail = "" }) => `${outcome} ${detail}`.trim());
}
