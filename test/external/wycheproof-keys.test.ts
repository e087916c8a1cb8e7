import { describe, expect, it } from "vitest";
import { readPublicJwk } from "../../src/crypto/public-key.js";
import { wycheproofGroups, wycheproofPresent } from "./wycheproof.js";

type Jwk = { readonly [name: string]: unknown };
type KeyOrSet = Jwk | { readonly keys: readonly Jwk[] };

interface KeyGroup {
  readonly comment: string;
  readonly private: KeyOrSet;
  readonly public?: KeyOrSet;
  readonly tests: readonly { readonly tcId: number; readonly comment: string; readonly result: string }[];
}

const keysOf = (entry: KeyOrSet): readonly Jwk[] =>
  "keys" in entry && Array.isArray(entry.keys) ? entry.keys : [entry];

const FILES = ["json_web_key", "json_web_crypto"];
const groups = FILES.flatMap((file) => wycheproofGroups<KeyGroup>(file).map((group) => ({ file, ...group })));
const withPublicKey = groups.flatMap((group) => (group.public ? [{ ...group, publicKeys: keysOf(group.public) }] : []));

/** Sound keys that the tokens of the suite misuse: whoever uses a key looks at its `use`, this check does not. */
const SOUND_BUT_FOR_ENCRYPTION = ["invalid_use"];
/** Keys for an algorithm that is not ours: skipped in a key set, refused anywhere else. */
const FOREIGN_ALGORITHM = ["wrong_algorithm", "invalid_algorithm", "rejectsWrongUse"];

function expectedKind({ comment, tests }: KeyGroup): string {
  if (FOREIGN_ALGORITHM.some((name) => name === comment || name === tests[0]?.comment)) return "unsupported";
  const sound = tests.some(({ result }) => result === "valid") || SOUND_BUT_FOR_ENCRYPTION.includes(comment);
  return sound ? "usable" : "refused";
}

describe.runIf(wycheproofPresent)("Wycheproof keys", () => {
  it("has as many public keys as are counted here", () => {
    expect(withPublicKey.map(({ file, comment }) => `${file} ${comment}`)).toEqual([
      "json_web_key rs256",
      "json_web_key rs256",
      "json_web_key jws_rsa_roca_key",
      "json_web_key keysize_too_small",
      "json_web_key exponentOne",
      "json_web_key wrong_algorithm",
      "json_web_key invalid_algorithm",
      "json_web_key invalid_use",
      "json_web_key invalid_point",
      "json_web_key wrong_curve",
      "json_web_key wrong_kty",
      "json_web_crypto jws_ec",
      "json_web_crypto jws_rsa",
      "json_web_crypto jws_rsa_roca_key",
    ]);
  });

  it("a public key is usable where a token verifies with it, and else is not", () => {
    for (const group of withPublicKey) {
      const kinds = group.publicKeys.map((jwk) => readPublicJwk(jwk).kind);
      expect([group.comment, ...kinds]).toEqual([group.comment, expectedKind(group)]);
    }
  });

  it("CREDS-5.1.09, CREDS-5.1.16: no private and no symmetric key is usable", () => {
    for (const { file, comment, private: entry } of groups) {
      for (const jwk of keysOf(entry)) {
        const secret = "d" in jwk || "k" in jwk;
        expect(`${file} ${comment}: ${readPublicJwk(jwk).kind}`).toBe(
          `${file} ${comment}: ${secret ? "refused" : "usable"}`,
        );
      }
    }
  });
});
