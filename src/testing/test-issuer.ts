import type { JSONWebKeySet, JWK } from "jose";
import type { Runtime } from "../base/runtime.js";
import { createCredential, type WorkloadCredential } from "../credential/credential.js";
import { generateKey, type Signer } from "../crypto/signer.js";
import type { WitProfile } from "../trust/trust-domain.js";
import { issueWit } from "../wit/issue.js";

/** Settings of {@link createTestIssuer}. */
export interface TestIssuerOptions {
  /** Algorithm of the issuer's key. Default `ES256`. */
  readonly algorithm?: string;
  /** Default `"test-key"`. */
  readonly kid?: string;
  readonly profile?: WitProfile;
  readonly runtime?: Runtime;
}

/** Settings of one issued WIT. */
export interface TestWitOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Seconds. Default 3600. */
  readonly lifetime?: number;
}

/** An issuer that lives as long as the test. */
export interface TestIssuer {
  readonly origin: string;
  readonly kid: string;
  readonly signer: Signer;
  /** What a trust store is given. */
  readonly jwks: JSONWebKeySet;
  /** Issues a WIT for a workload's public key. */
  issue(sub: string, cnf: JWK, options?: TestWitOptions): Promise<string>;
  /** Makes a key for a workload, issues its WIT and joins the two. */
  credential(sub: string, options?: TestWitOptions & { readonly algorithm?: string }): Promise<WorkloadCredential>;
}

/**
 * Makes a throw-away issuer of one trust domain, for tests and examples.
 *
 * @example
 * ```ts
 * import { createTestIssuer } from "wimse/testing";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const agent = await issuer.credential("wimse://example.com/agent");
 * console.log(agent.id.trustDomain); // example.com
 * ```
 */
export async function createTestIssuer(origin: string, options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const { algorithm, kid = "test-key", profile, runtime } = options;
  const signer = await generateKey(algorithm);
  const issue: TestIssuer["issue"] = (sub, cnf, { claims, lifetime } = {}) =>
    issueWit(
      { sub, cnf, ...(claims && { claims }) },
      {
        signer,
        kid,
        ...(lifetime !== undefined && { lifetime }),
        ...(profile && { profile }),
        ...(runtime && { runtime }),
      },
    );
  return {
    origin,
    kid,
    signer,
    jwks: { keys: [{ ...signer.publicJwk, kid }] },
    issue,
    async credential(sub, { algorithm: own, ...wit } = {}) {
      const key = await generateKey(own);
      return createCredential(await issue(sub, key.publicJwk, wit), key);
    },
  };
}
