import type { VerificationReport } from "../../exchange/report.js";
import type { DecodedToken } from "../inspect-token.js";
import type { SentRequest } from "./agent.js";

/** How an attack went. */
export interface AttackOutcome {
  readonly name: string;
  readonly story: string;
  readonly expected: string;
  /** Of the HTTP answer. */
  readonly status: number;
  /** The code in the problem that came back; `undefined` where there was none. */
  readonly code?: string;
  /** Whether it was refused, and for the reason that was expected. */
  readonly refused: boolean;
}

/** What is told, while it happens. Tokens are not among it, only what they say. */
export interface Story {
  issuer(about: { origin: string; trustDomain: string; kid: string }): Promise<void>;
  credential(about: { workload: string; wit: DecodedToken }): Promise<void>;
  call(about: { sent: SentRequest; wpt: DecodedToken; status: number; answer: string }): Promise<void>;
  checks(report: VerificationReport): Promise<void>;
  attacks(): Promise<void>;
  attack(outcome: AttackOutcome): Promise<void>;
  end(verdict: DemoVerdict): Promise<void>;
}

/** The outcome of the whole demonstration. */
export interface DemoVerdict {
  readonly accepted: boolean;
  readonly attacks: readonly AttackOutcome[];
  readonly passed: boolean;
}
