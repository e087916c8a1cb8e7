import type { VerificationReport } from "../../exchange/report.js";
import type { InspectedSignature } from "../inspect-signature.js";
import type { DecodedToken } from "../inspect-token.js";
import type { SentRequest } from "./agent.js";

/** How an attack went. */
export interface AttackOutcome {
  readonly name: string;
  readonly story: string;
  readonly expected: string;
  /** Of the HTTP answer; `undefined` where nothing was sent. */
  readonly status?: number;
  /** Who refused: the service the request, or the agent the answer. `undefined` where nobody did. */
  readonly by?: "service" | "agent";
  /** The code in the problem that came back, or of the agent's error; `undefined` where there was none. */
  readonly code?: string;
  /** Whether it was refused by whom it should be, and for the reason that was expected. */
  readonly refused: boolean;
}

/** The honest call. */
export interface CallTold {
  readonly sent: SentRequest;
  /** Those of the request. */
  readonly signatures: readonly InspectedSignature[];
  readonly status: number;
  /** The content of the answer; of one that the agent refused, why. */
  readonly answer: string;
  /** Those of the answer. */
  readonly answerSignatures: readonly InspectedSignature[];
}

/** What is told, while it happens. Tokens are not among it, only what they say. */
export interface Story {
  issuer(about: { origin: string; trustDomain: string; kid: string }): Promise<void>;
  credential(about: { workload: string; wit: DecodedToken }): Promise<void>;
  call(about: CallTold): Promise<void>;
  checks(report: VerificationReport): Promise<void>;
  attacks(): Promise<void>;
  proxy(): Promise<void>;
  attack(outcome: AttackOutcome): Promise<void>;
  end(verdict: DemoVerdict): Promise<void>;
}

/** The outcome of the whole demonstration. */
export interface DemoVerdict {
  readonly accepted: boolean;
  readonly attacks: readonly AttackOutcome[];
  readonly passed: boolean;
}
