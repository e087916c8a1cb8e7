import type { JSONWebKeySet } from "jose";
import { asciiBytes } from "../base/bytes.js";
import { configurationInvalid, isWimseError, refuseUnknownOptions } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import { clockToleranceOf, limitOf } from "../base/limits.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import { type Algorithm, algorithmNamed } from "../crypto/algorithms.js";
import { checkCriticalHeaders, checkTokenSize, readCompactJws } from "../crypto/jws.js";
import type { KeySource } from "../trust/key-source/key-source.js";
import { staticJwks } from "../trust/key-source/static-jwks.js";
import { isNumericDate } from "../wit/claims.js";
import { type BootstrapCheck, type BootstrapGrant, bootstrapRefused } from "./bootstrap.js";

/** Settings of {@link jwtBootstrap}. */
export interface JwtBootstrapOptions {
  /** The one accepted value of `iss`. Required. */
  readonly issuer: string;
  /** The value that `aud` must have: this server, and nobody else's name for something. Required. */
  readonly audience: string;
  /** The issuer's keys: a JWK Set, or `remoteJwks` of a URL from configuration, which the caller closes. Required. */
  readonly keys: JSONWebKeySet | KeySource;
  /** Accepted algorithms. Default `["RS256", "ES256"]`. */
  readonly algorithms?: readonly string[];
  /**
   * Accepts JWTs that are for others too. Each of those could enrol with one that it was sent. Default `false`: `aud` is
   * `audience`, or an array with nothing else in it.
   */
  readonly allowSeveralAudiences?: boolean;
  /** Longest accepted time until `exp`, seconds. Default 86400. */
  readonly maxLifetime?: number;
  /** Seconds of clock difference forgiven. Default 5, at most 120. */
  readonly clockTolerance?: number;
  /** By which requests name this check. Default `"jwt"`; several issuers need several names. */
  readonly type?: string;
  readonly runtime?: Runtime;
}

const OPTION_NAMES = [
  "issuer",
  "audience",
  "keys",
  "algorithms",
  "allowSeveralAudiences",
  "maxLifetime",
  "clockTolerance",
  "type",
  "runtime",
];
const DAY = 86400;

/**
 * The bootstrap check by JWTs of another issuer, an OpenID Connect provider or the service accounts of a Kubernetes
 * cluster: signature, `iss`, `aud`, `exp`, `nbf` and `sub`. Which workload its subject may become is up to the policy.
 *
 * Such a JWT is a bearer token: until it expires, whoever has it can enrol a key of his own. Have it issued for this
 * server alone, and for minutes.
 *
 * @throws TypeError `configuration_invalid`
 */
export function jwtBootstrap(options: JwtBootstrapOptions): BootstrapCheck {
  refuseUnknownOptions(options, OPTION_NAMES, "jwtBootstrap");
  const { issuer, audience, type = "jwt", allowSeveralAudiences = false } = options;
  for (const [name, value] of Object.entries({ issuer, audience, type })) {
    if (typeof value !== "string" || value === "")
      throw configurationInvalid(`jwtBootstrap: ${name}: a non-empty string`);
  }
  if (typeof allowSeveralAudiences !== "boolean") {
    throw configurationInvalid("jwtBootstrap: allowSeveralAudiences: a boolean");
  }
  const algorithms = algorithmsOf(options.algorithms ?? ["RS256", "ES256"]);
  const keys = isKeySource(options.keys) ? options.keys : staticJwks(options.keys);
  const clockTolerance = clockToleranceOf(options.clockTolerance);
  const maxLifetime = limitOf(options.maxLifetime, DAY, "maxLifetime", Number.MAX_SAFE_INTEGER, 1);
  const runtime = runtimeOf(options);
  keys.start?.(runtime);

  function isFor(aud: unknown): boolean {
    if (!Array.isArray(aud)) return aud === audience;
    return aud.includes(audience) && (aud.length === 1 || allowSeveralAudiences);
  }

  async function verified(token: string, signal: AbortSignal | undefined): Promise<JsonObject> {
    checkTokenSize(token, "bootstrap");
    const { header, claims, signingInput, signature } = readCompactJws(token, "bootstrap");
    checkCriticalHeaders(header, "bootstrap");
    const algorithm = algorithms.get(header["alg"]);
    if (algorithm === undefined) throw bootstrapRefused();
    const { typ, kid } = header;
    // other kinds of token that the same issuer may sign say so
    if (typ !== undefined && !(typeof typ === "string" && /^(application\/)?jwt$/i.test(typ))) throw bootstrapRefused();
    if (kid !== undefined && typeof kid !== "string") throw bootstrapRefused();
    const { iss, aud, exp, nbf, sub } = claims;
    if (iss !== issuer || !isFor(aud)) throw bootstrapRefused();
    const now = runtime.now();
    const current =
      isNumericDate(exp) &&
      now < exp + clockTolerance &&
      exp - now <= maxLifetime + clockTolerance &&
      (nbf === undefined || (isNumericDate(nbf) && nbf <= now + clockTolerance));
    if (!current || typeof sub !== "string" || sub === "") throw bootstrapRefused();
    const key = await keys.select(kid, algorithm, signal && { signal });
    if (!(await key.verify(asciiBytes(signingInput), signature))) throw bootstrapRefused();
    return claims;
  }

  async function check(value: string, { signal }: { readonly signal?: AbortSignal }): Promise<BootstrapGrant> {
    try {
      const claims = await verified(value, signal);
      return { caller: { type, name: String(claims["sub"]), claims } };
    } catch (error) {
      if (isWimseError(error, "trust_keys_unavailable")) throw error;
      throw bootstrapRefused();
    }
  }
  return Object.freeze({ type, check });
}

function algorithmsOf(names: readonly string[]): ReadonlyMap<unknown, Algorithm> {
  const found = Array.isArray(names) ? names.map((name) => algorithmNamed(name)) : [];
  const known = found.filter((algorithm) => algorithm !== undefined);
  if (known.length === 0 || known.length < found.length) {
    throw configurationInvalid("jwtBootstrap: algorithms: a non-empty array of supported ones");
  }
  return new Map(known.map((algorithm) => [algorithm.name, algorithm]));
}

function isKeySource(keys: JSONWebKeySet | KeySource): keys is KeySource {
  return typeof (keys as Partial<KeySource> | undefined)?.select === "function";
}
