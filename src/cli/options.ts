import { type Command, InvalidArgumentError } from "commander";
import type { OlderFormat, ProofKind } from "../exchange/policy.js";

/** A number of seconds as it is typed. */
export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("A number of seconds is required.");
  return value;
}

/** A number of bytes as it is typed. */
export function bytes(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("A number of bytes is required.");
  return Number(text);
}

/** A port as it is typed. */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new InvalidArgumentError("A port from 0 to 65535 is required.");
  return Number(text);
}

/** A time as it is typed: seconds since the epoch, or a date in ISO 8601. */
export function time(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  if (!Number.isFinite(value))
    throw new InvalidArgumentError("Seconds since the epoch or an ISO 8601 date is required.");
  return value;
}

/** An option that may be given several times. */
export function several(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** An option that takes one of a few words. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw new InvalidArgumentError(`It is one of ${words.join(", ")}.`);
    return found;
  };
}

/** An option that takes one of a few words, and may be given several times. */
export function severalOf<T extends string>(
  words: readonly T[],
): (text: string, earlier?: readonly T[]) => readonly T[] {
  const one = oneOf(words);
  return (text, earlier = []) => [...earlier, one(text)];
}

/** The kinds of proof, the default one first. */
export const PROOF_KINDS = ["http-signature", "wpt"] as const satisfies readonly ProofKind[];
/** The formats of earlier revisions. */
export const OLDER_FORMATS = ["http-signature-06", "wpt-01"] as const satisfies readonly OlderFormat[];

/** The option that every command has. */
export function withJson(command: Command): Command {
  return command.option("--json", "write the result as JSON, and errors too");
}
