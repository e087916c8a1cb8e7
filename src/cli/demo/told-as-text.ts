import { columns, printable } from "../../base/text.js";
import { checkLines } from "../../conformance/check-lines.js";
import { signatureLines } from "../inspect-signature.js";
import { tokenLines } from "../inspect-token.js";
import type { CommandIo } from "../io.js";
import { abbreviated, styleFor } from "../style.js";
import type { Story } from "./story.js";

/** Fields of the request whose values are no secrets, and short. */
const HARMLESS = new Set(["accept-encoding", "content-type", "content-digest"]);

/** Tells the demonstration to a reader. */
export function toldAsText(io: CommandIo): Story {
  const style = styleFor(io.stdout, io);
  let step = 0;
  const say = (...lines: string[]): Promise<void> => io.stdout.write(lines.map((line) => `${line}\n`).join(""));
  const heading = (text: string): string[] => ["", style.strong(`${++step}  ${text}`), ""];

  return {
    issuer: ({ origin, trustDomain, kid }) =>
      say(
        style.strong("An agent calls a service. Six attackers try to, and a hostile proxy gets in between."),
        ...heading("An issuer vouches for the workloads of a trust domain"),
        ...columns(
          [
            ["trust domain", trustDomain],
            ["its key", kid],
            ["published at", `${origin}/jwks.json`],
          ],
          "   ",
        ),
      ),
    credential: ({ workload, wit }) =>
      say(
        ...heading(`The agent enrols its public key and gets a Workload Identity Token: it is ${workload}`),
        ...tokenLines(wit, style, "   "),
      ),
    call: ({ sent, signatures, status, answer, answerSignatures }) =>
      say(
        ...heading("The agent calls the service: it signs the request, content included, and demands a signed answer"),
        `   ${style.name(`${sent.method} ${sent.url}`)}`,
        ...columns(
          sent.headers.map(([name, value]) => [`${name}:`, HARMLESS.has(name) ? printable(value) : abbreviated(value)]),
          "   ",
        ),
        "",
        ...signatures.flatMap((signature) => signatureLines(signature, style, "   ")),
        "",
        `   ${style.good(`→ ${status}`)} ${printable(answer)}`,
        ...answerSignatures.flatMap((signature) => ["", ...signatureLines(signature, style, "   ")]),
      ),
    checks: ({ checks }) =>
      say(...heading(`The service made ${checks.length} checks`), ...checkLines(checks, style, "   ")),
    attacks: () => say(...heading("Six requests that must not get through")),
    proxy: () => say(...heading("Three things that a proxy between the two must not get away with")),
    attack: ({ name, story, expected, status, code, refused }) => {
      const [cells = ""] = columns(
        [[refused ? "✓" : "✗", name.padEnd(18), String(status ?? "not sent"), code ?? "not refused"]],
        "   ",
      );
      const wrong = refused ? "" : `, expected ${expected}`;
      return say(refused ? cells.replace("✓", style.good) : style.bad(cells + wrong), style.quiet(`      ${story}`));
    },
    end: ({ accepted, attacks, passed }) => {
      const refused = attacks.filter((attack) => attack.refused).length;
      const honest = `The honest call was ${accepted ? "" : "not "}accepted`;
      const text = `${honest}, ${refused} of ${attacks.length} attacks were refused.`;
      return say("", passed ? style.good(text) : style.bad(text));
    },
  };
}
