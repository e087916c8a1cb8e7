import { AGENT_KEY, ISSUER_KEY } from "../conformance/support.js";
import { type Ended, newSignedRequest, newWit, type temporaryFolder } from "../cli/support.js";
import { MARK, Secrets } from "./secrets.js";

/** Everything that a command has said. */
export const said = ({ stdout, stderr }: Ended): string => `${stdout}\n${stderr}`;

/** A WIT with the mark in it. */
export const wit: string = await newWit({ note: MARK });
/** A signed request, with the mark wherever it can stand. */
export const request: string = await newSignedRequest({
  content: MARK,
  headers: { Authorization: `Bearer ${MARK}`, Cookie: MARK },
});
export const { d } = AGENT_KEY;
export const secrets: Secrets = new Secrets([
  MARK,
  wit,
  d,
  ISSUER_KEY.d,
  ...request.split(/[\r\n]+/).filter((line) => /^(?:signature|workload-identity-token):/i.test(line)),
]);
const privateKey = JSON.stringify({ ...AGENT_KEY, note: MARK });

/** Secrets as an argument, and in files where something else is expected. */
export function wrongWords(
  folder: ReturnType<typeof temporaryFolder>,
): readonly (readonly [what: string, value: string])[] {
  return [
    ["a WIT", wit],
    ["a private key", privateKey],
    ["the secret of a private key", d],
    ["a header line", `Authorization: Bearer ${MARK}`],
    ["a URL", `https://user:${MARK}@a.example/?${MARK}`],
    ["a file with a WIT", folder.write("wrong.wit", wit)],
    ["a file with a broken key", folder.write("broken.jwk", privateKey.slice(1))],
    ["a file with half a key", folder.write("half.jwk", { ...AGENT_KEY, d: MARK })],
    ["a file with another key", folder.write("other.jwk", { ...ISSUER_KEY, note: MARK })],
    ["a file with a set of private keys", folder.write("private.jwks", { keys: [AGENT_KEY], [MARK]: MARK })],
    [
      "a file with trust in private keys",
      folder.write("trust.private", { "wimse://example.com": { keys: [AGENT_KEY] } }),
    ],
    ["a file with trust in tokens", folder.write("trust.tokens", { [wit]: { keys: [], [wit]: MARK } })],
    ["a file with a request", folder.write("request.http", request)],
  ];
}
