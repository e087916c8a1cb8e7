import type { JWK } from "jose";
import { type Difference, notApplicable, type Part, part } from "./suite.js";
import { testData } from "./test-data.js";
import { ENCRYPTED, SYMMETRIC } from "./wycheproof-jose.js";

type Keys = JWK | readonly JWK[];

interface Example {
  readonly title: string;
  readonly reproducible?: boolean;
  readonly input: { readonly key: Keys; readonly alg: string | readonly string[] };
  readonly output: Readonly<Record<string, unknown>>;
}

/** A key of the cookbook. */
export interface CookbookKey {
  readonly file: string;
  readonly jwk: JWK;
  readonly difference: Difference | undefined;
}

/** A token of the cookbook, in one of its serializations. */
export interface CookbookToken {
  readonly name: string;
  readonly file: string;
  readonly token: string;
  readonly isCompact: boolean;
  /** The first of them, where a token has several signatures. */
  readonly algorithm: string;
  readonly jwk: JWK;
  /** Whether making it again gives the same bytes. */
  readonly isReproducible: boolean;
  readonly difference: Difference | undefined;
}

// The cookbook of the JOSE working group (RFC 7520, and examples of RFC 7797 and RFC 8037), which is not part of this
// project.
const data = testData("jose-cookbook");
export const joseCookbookPresent: boolean = data.present;

const JSON_SERIALIZATION = notApplicable("a JSON serialization: tokens are compact (CREDS-5.1.4.02); all are refused");

const inFolder = (folder: string): readonly string[] => data.files.filter((file) => file.startsWith(`${folder}/`));
const first = <T>(value: T | readonly T[]): T => (Array.isArray(value) ? value[0] : value) as T;

export const cookbookKeys: readonly CookbookKey[] = inFolder("jwk").map((file) => {
  const jwk = data.read<JWK>(file, {} as JWK);
  return { file, jwk, difference: jwk.kty === "oct" ? SYMMETRIC : undefined };
});

function differenceOf(isCompact: boolean, algorithm: string): Difference | undefined {
  if (!isCompact) return JSON_SERIALIZATION;
  if (algorithm.startsWith("HS")) return SYMMETRIC;
  return algorithm.startsWith("ECDH") ? ENCRYPTED : undefined;
}

export const cookbookTokens: readonly CookbookToken[] = ["jws", "curve25519", "rfc7797"]
  .flatMap(inFolder)
  .flatMap((file) => {
    const example = data.read<Example | undefined>(file, undefined);
    return Object.entries(example?.output ?? {}).map(([serialization, token]): CookbookToken => {
      const isCompact = serialization === "compact";
      const algorithm = first(example?.input.alg ?? "");
      return {
        name: `${file}, ${serialization}`,
        file,
        token: typeof token === "string" ? token : JSON.stringify(token),
        isCompact,
        algorithm,
        jwk: first(example?.input.key ?? ({} as JWK)),
        isReproducible: example?.reproducible === true,
        difference: differenceOf(isCompact, algorithm),
      };
    });
  });

const tokens = (name: string, folder: string): Part =>
  part(
    name,
    inFolder(folder),
    cookbookTokens.filter(({ file }) => file.startsWith(`${folder}/`)),
    ({ difference }) => difference,
  );

export const joseCookbookParts: readonly Part[] = [
  part("keys of RFC 7520", inFolder("jwk"), cookbookKeys, ({ difference }) => difference),
  tokens("JWS of RFC 7520, each serialization a case", "jws"),
  tokens("JWS and JWE with Curve25519 (RFC 8037), likewise", "curve25519"),
  tokens("JWS with an unencoded payload (RFC 7797), likewise", "rfc7797"),
];
