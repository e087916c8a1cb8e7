import { WimseError, type WimseErrorCode } from "../../base/errors.js";
import { jsonObject } from "../io.js";
import type { Called } from "./agent.js";
import type { AttackOutcome } from "./story.js";

/** An attempt to get through, over a real connection. */
export interface Attack {
  readonly name: string;
  readonly story: string;
  /** The code with which it must be refused. */
  readonly expected: WimseErrorCode;
  /** Who must refuse it. */
  readonly refusedBy: "service" | "agent";
  attempt(): Promise<Attempt>;
}

/** What came over the wire, and, where an agent called, what it made of it. */
export type Attempt = Pick<Called, "received"> & Partial<Called>;

const PROBLEM = "urn:wimse:problem:";

/** Makes the attempt; it has failed, as it should, when the right one refused it for the right reason. */
export async function outcomeOf({ name, story, expected, refusedBy, attempt }: Attack): Promise<AttackOutcome> {
  const refusal = await refusalOf(attempt);
  return { name, story, expected, ...refusal, refused: refusal.by === refusedBy && refusal.code === expected };
}

type Refusal = Pick<AttackOutcome, "status" | "by" | "code">;

async function refusalOf(attempt: Attack["attempt"]): Promise<Refusal> {
  try {
    const { received, answer } = await attempt();
    const { status } = received;
    // A service that refuses comes before an agent that refuses to believe it.
    if (!received.ok) return { status, by: "service", ...(await problemOf(received)) };
    return answer instanceof WimseError ? { status, by: "agent", code: answer.code } : { status };
  } catch (error) {
    if (error instanceof WimseError) return { by: "agent", code: error.code };
    throw error;
  }
}

async function problemOf(response: Response): Promise<Pick<AttackOutcome, "code">> {
  if (response.headers.get("content-type") !== "application/problem+json") return {};
  const type = String(jsonObject(await response.text(), "the problem")["type"]);
  return type.startsWith(PROBLEM) ? { code: type.slice(PROBLEM.length) } : {};
}
