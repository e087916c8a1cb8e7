import { encodeBase64url } from "../../src/base/base64url.js";
import { asciiBytes, utf8Bytes } from "../../src/base/bytes.js";
import { WimseError } from "../../src/base/errors.js";
import type { CredentialSource } from "../../src/credential/source.js";
import { createCredential, type WorkloadCredential } from "../../src/credential.js";
import { sha256Base64url } from "../../src/crypto/digest.js";
import { generateKey, type Signer } from "../../src/crypto/signer.js";
import { createVerifier, type HttpRequestView, type Verifier, type VerifyPolicy } from "../../src/index.js";
import { memoryReplayStore } from "../../src/replay.js";
import { createTestIssuer, type FixedRuntime, fixedRuntime, type TestIssuer } from "../../src/testing.js";
import { createTrustStore, type TrustStore } from "../../src/trust.js";

/** The moment at which every test takes place unless it sets the clock. */
export const NOW = 1_790_000_000;
export const ORIGIN = "wimse://example.com";
export const AGENT = "wimse://example.com/agent";
/** Target URI and audience of every request unless a test says otherwise. */
export const AUDIENCE = "https://svc.example.com/tools";

export type Json = Readonly<Record<string, unknown>>;

/** A string stands for the JSON text itself, so that it can be JSON that no object gives. */
export type Part = Json | string;

/** A JWS of any header and any claims, true to the signer and to nothing else. */
export async function signJws(header: Part, claims: Part, signer: Signer): Promise<string> {
  const input = `${encodePart(header)}.${encodePart(claims)}`;
  return `${input}.${encodeBase64url(await signer.sign(asciiBytes(input)))}`;
}

export function encodePart(part: Part): string {
  return encodeBase64url(utf8Bytes(typeof part === "string" ? part : JSON.stringify(part)));
}

/** The token with the first bit of its signature flipped: everything about it is right but that. */
export function spoilSignature(token: string): string {
  const start = token.lastIndexOf(".") + 1;
  return token.slice(0, start) + (token[start] === "A" ? "B" : "A") + token.slice(start + 1);
}

export interface WptParts {
  /** Members laid over those of a sound WPT; `undefined` takes one away. */
  readonly header?: Json;
  readonly claims?: Json;
  readonly signer?: Signer;
  /** The WIT that `wth` is the hash of. */
  readonly wit?: string;
}

export interface WitParts {
  readonly header?: Json;
  readonly claims?: Json;
  readonly signer?: Signer;
}

export interface RequestParts {
  /** `null` leaves the line out. Default: the world's WIT. */
  readonly wit?: string | null;
  /** The value of the `Authorization` line is `WPT ` and this. `null` leaves the line out. */
  readonly wpt?: string | null;
  /** More lines, after the others. */
  readonly lines?: readonly (readonly [string, string])[];
  readonly method?: string;
  readonly target?: string;
}

/** One workload, its issuer, and a service that it calls. */
export interface World {
  readonly runtime: FixedRuntime;
  readonly issuer: TestIssuer;
  readonly trust: TrustStore;
  readonly key: Signer;
  readonly credential: WorkloadCredential;
  readonly wit: string;
  /** A sound WPT, with what a test changes about it. */
  wpt(parts?: WptParts): Promise<string>;
  /** A sound WIT of the issuer, with what a test changes about it. */
  forgeWit(parts?: WitParts): Promise<string>;
  /** A sound request with a fresh proof, with what a test changes about it. */
  request(parts?: RequestParts): Promise<HttpRequestView>;
  policy(changes?: Partial<VerifyPolicy>): VerifyPolicy;
  verifier(changes?: Partial<VerifyPolicy>): Verifier;
}

/** Makes a world whose clock stands at {@link NOW}. */
export async function createWorld(algorithm = "ES256"): Promise<World> {
  const runtime = fixedRuntime(NOW);
  const issuer = await createTestIssuer(ORIGIN, { runtime });
  const trust = createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }], { runtime });
  const key = await generateKey(algorithm);
  const wit = await issuer.issue(AGENT, key.publicJwk);
  const credential = await createCredential(wit, key);
  let proofs = 0;

  const wpt: World["wpt"] = ({ header, claims, signer = key, wit: bound = wit } = {}) => {
    const wth = sha256Base64url(bound);
    const sound = { aud: AUDIENCE, exp: NOW + 60, jti: `proof-${proofs++}`, wth };
    return signJws({ alg: signer.algorithm, typ: "wpt+jwt", ...header }, { ...sound, ...claims }, signer);
  };
  const policy: World["policy"] = (changes) => ({
    trust,
    audience: AUDIENCE,
    replay: memoryReplayStore({ maxEntries: 1000, runtime }),
    proofs: ["wpt"],
    runtime,
    ...changes,
  });
  return {
    runtime,
    issuer,
    trust,
    key,
    credential,
    wit,
    wpt,
    forgeWit: ({ header, claims, signer = issuer.signer } = {}) =>
      signJws(
        { alg: signer.algorithm, kid: issuer.kid, typ: "wit+jwt", ...header },
        { sub: AGENT, exp: NOW + 3600, cnf: { jwk: key.publicJwk }, ...claims },
        signer,
      ),
    async request({ wit: shown = wit, wpt: proof, lines = [], method = "POST", target = "/tools?q=1" } = {}) {
      const value = proof === undefined ? await wpt() : proof;
      return {
        method,
        target,
        headers: [
          ["Host", "svc.example.com"],
          ...(shown === null ? [] : [["Workload-Identity-Token", shown] as const]),
          ...(value === null ? [] : [["Authorization", `WPT ${value}`] as const]),
          ...lines,
        ],
      };
    },
    policy,
    verifier: (changes) => createVerifier(policy(changes)),
  };
}

/** What a promise came to: `"accepted"`, or the code of the error; anything without a code is the test's own failure. */
export async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "accepted";
  } catch (error) {
    if (error instanceof WimseError) return error.code;
    if (error instanceof TypeError && "code" in error) return String(error.code);
    throw error;
  }
}

/** The coded `TypeError` of a caller's mistake, for `toThrow` and `rejects`. */
export const mistake: { code: "configuration_invalid" } = { code: "configuration_invalid" };

/** A source that hands out one credential and counts how often it is asked. */
export function countingSource(credential: WorkloadCredential): CredentialSource & { readonly asked: number } {
  let asked = 0;
  return {
    get asked() {
      return asked;
    },
    current() {
      asked++;
      return credential;
    },
  };
}
