import { configurationInvalid } from "../base/errors.js";
import { parseOrigin, parseWorkloadIdentifier } from "../identifier/parse.js";
import { type AuthenticatedWorkload, requireAuthenticated } from "./authenticated.js";

/** Who may call: asked for a workload that is authenticated, never for a name alone (ID-7.2.01). */
export type WorkloadMatcher = (workload: AuthenticatedWorkload) => boolean;

/**
 * Exactly this workload. The whole identifier is compared, byte for byte (ID-4.3.03).
 *
 * @example
 * ```ts
 * import { anyOf, exactly, memberOf, under } from "wimse";
 *
 * const allow = anyOf(
 *   exactly("wimse://example.com/billing"),
 *   under("wimse://example.com/agents"), // wimse://example.com/agents/7, not wimse://example.com/agents7
 *   memberOf("spiffe://partner.example"),
 * );
 * console.log(typeof allow); // function
 * ```
 *
 * @throws TypeError `configuration_invalid`: not a Workload Identifier
 */
export function exactly(uri: string): WorkloadMatcher {
  const expected = identifierOf(uri, "exactly");
  return (workload) => requireAuthenticated(workload).id.uri === expected; // ID-P-4.4.08, CREDS-9.2.01
}

/**
 * Every workload of one origin, such as `wimse://example.com`: same scheme and same trust domain (ID-4.2.01).
 *
 * @throws TypeError `configuration_invalid`: not an origin
 */
export function memberOf(origin: string): WorkloadMatcher {
  const expected = parseOrigin(origin).origin;
  return (workload) => requireAuthenticated(workload).id.origin === expected; // CREDS-7.01, CREDS-9.1.01
}

/**
 * The workload `uri` and every workload below it, by whole path segments (ID-7.6.01: a prefix only where policy says so).
 *
 * @throws TypeError `configuration_invalid`: not a Workload Identifier
 */
export function under(uri: string): WorkloadMatcher {
  const expected = identifierOf(uri, "under");
  const prefix = `${expected}/`;
  return (workload) => {
    const { id } = requireAuthenticated(workload);
    return id.uri === expected || id.uri.startsWith(prefix);
  };
}

/** Every workload that one of the matchers lets in. Without matchers: nobody. */
export function anyOf(...matchers: readonly WorkloadMatcher[]): WorkloadMatcher {
  if (!matchers.every((matcher) => typeof matcher === "function")) {
    throw configurationInvalid("anyOf: matchers are functions");
  }
  return (workload) => matchers.some((matches) => matches(workload) === true);
}

function identifierOf(uri: string, where: string): string {
  try {
    return parseWorkloadIdentifier(uri).uri;
  } catch {
    throw configurationInvalid(`${where}: a Workload Identifier in canonical form is required`);
  }
}
