import { type CommandIo, writeJson } from "../io.js";
import type { Story } from "./story.js";

/** Tells the demonstration to a program: one object, at the end. Of what was sent it has the names of the fields. */
export function toldAsJson(io: CommandIo): Story {
  const told: Record<string, unknown> = {};
  const note =
    <T>(name: string, keep: (about: T) => unknown = (about) => about) =>
    async (about: T): Promise<void> => {
      told[name] = keep(about);
    };
  return {
    issuer: note("issuer"),
    credential: note("credential"),
    call: note("call", ({ sent, ...rest }) => ({
      ...rest,
      sent: { method: sent.method, url: sent.url, headers: sent.headers.map(([name]) => name) },
    })),
    checks: note("report"),
    attacks: async () => {},
    proxy: async () => {},
    attack: async () => {},
    end: ({ passed, accepted, attacks }) =>
      writeJson(io, { outcome: passed ? "passed" : "failed", accepted, attacks, ...told }),
  };
}
