import type { Jwk } from "./jws-verification.js";
import { type Difference, notApplicable, overridden, type Part, part } from "./suite.js";
import { wycheproofFile, wycheproofGroups } from "./wycheproof.js";

type KeyOrSet = Jwk | { readonly keys: readonly Jwk[] };

interface Test {
  readonly tcId: number;
  readonly comment: string;
  /** In the JSON serialization it is an object. */
  readonly jws?: unknown;
  readonly jwe?: unknown;
  readonly result: "valid" | "invalid";
}

interface Group {
  readonly comment: string;
  readonly public?: KeyOrSet;
  readonly private: KeyOrSet;
  readonly tests: readonly Test[];
}

/** A token, and the keys that its recipient has. */
export interface JoseCase {
  readonly name: string;
  readonly tcId: number;
  readonly token: string;
  readonly isEncrypted: boolean;
  readonly isValid: boolean;
  readonly keys: readonly Jwk[];
  readonly difference: Difference | undefined;
}

export const SYMMETRIC: Difference = notApplicable("HMAC: no symmetric key is read (CREDS-5.1.09); all are refused");
export const ENCRYPTED: Difference = notApplicable("JWE: tokens are signed, and not encrypted; all are refused");

/** Of the cases with signatures: valid there, refused here. */
const OTHER_ALG: Difference = overridden("`alg` of the key says PS256, and that of the token PS384");
const UNKNOWN_ALG: Difference = overridden("`alg` of the key says ES521, which is no algorithm");
export const STRICTER_HERE: ReadonlyMap<number, Difference> = new Map([
  [346, OTHER_ALG],
  [350, OTHER_ALG],
  [347, UNKNOWN_ALG],
  [351, UNKNOWN_ALG],
]);

export const isSymmetric = ({ kty }: Jwk): boolean => kty === "oct";

const keysOf = (entry: KeyOrSet): readonly Jwk[] =>
  "keys" in entry && Array.isArray(entry.keys) ? entry.keys : [entry as Jwk];

function casesOf(file: string, stricter: ReadonlyMap<number, Difference> = new Map()): readonly JoseCase[] {
  return wycheproofGroups<Group>(file).flatMap((group) => {
    const keys = keysOf(group.public ?? group.private);
    return group.tests.map(({ tcId, comment, jws, jwe, result }) => {
      const isEncrypted = jwe !== undefined;
      const token = isEncrypted ? jwe : jws;
      const unlike = keys.every(isSymmetric) ? SYMMETRIC : stricter.get(tcId);
      return {
        name: `${group.comment} ${comment}`,
        tcId,
        token: typeof token === "string" ? token : JSON.stringify(token),
        isEncrypted,
        isValid: result === "valid",
        keys,
        difference: isEncrypted ? ENCRYPTED : unlike,
      };
    });
  });
}

/** Each file with its cases. */
export const JOSE_FILES = {
  json_web_signature: casesOf("json_web_signature", STRICTER_HERE),
  json_web_key: casesOf("json_web_key"),
  json_web_crypto: casesOf("json_web_crypto"),
};

export const wycheproofJoseParts: readonly Part[] = Object.entries(JOSE_FILES).map(([file, cases]) =>
  part(`\`${file}\``, [wycheproofFile(file)], cases, ({ difference }) => difference),
);
