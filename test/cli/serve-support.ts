import { clockOf } from "../support/issuer-fixtures.js";
import { type Ended, wimse } from "./support.js";

export const ORIGIN = "spiffe://example.org";
export const AGENT = `${ORIGIN}/dev/agent`;

export interface Started {
  readonly url: string;
  readonly jwks: string;
  readonly bundle: string;
  readonly enrolmentToken?: { token: string; label: string; expiresAt: number; uses: number };
}

/** Starts a server, runs what is to be run while it serves, and stops it. */
export async function serving(
  argv: readonly string[],
  run: (started: Started, output: string) => Promise<void>,
  runtime = clockOf(),
): Promise<Ended> {
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let failure: unknown;
  const world = {
    runtime,
    untilStopped: () => stopped,
    onOutput: (text: string) => {
      const started = text.startsWith("{") ? (JSON.parse(text) as Started) : { url: "", jwks: "", bundle: "" };
      run(started, text)
        .catch((error) => {
          failure = error;
        })
        .finally(stop);
    },
  };
  const ended = await wimse(["serve", "--origin", ORIGIN, "--port", "0", ...argv], world);
  if (failure !== undefined) throw failure;
  return ended;
}

export const allow = ["--allow", `${ORIGIN}/dev/*`];
export const keysAt = async (url: string): Promise<{ kid: string }[]> =>
  ((await (await fetch(url)).json()) as { keys: { kid: string }[] }).keys;
