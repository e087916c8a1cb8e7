import { type Command, InvalidArgumentError } from "commander";

/** A number of seconds as it is typed. */
export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("A number of seconds is required.");
  return value;
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

/** The option that every command has. */
export function withJson(command: Command): Command {
  return command.option("--json", "write the result as JSON, and errors too");
}
