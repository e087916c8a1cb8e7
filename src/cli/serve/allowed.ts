import { configurationInvalid } from "../../base/errors.js";
import { parseWorkloadIdentifier } from "../../identifier/parse.js";
import type { EnrolmentPolicy } from "../../issuer/identity-server-options.js";

/** What the command line says about who may be whom. */
export interface Allowed {
  /** For holders of an enrolment token: identifiers, or identifiers followed by `/*` for everything below. */
  readonly tokens: readonly string[];
  /** For JWTs: `subject=identifier`. */
  readonly jwts: readonly string[];
}

/** The policy that the command line states. A workload may renew as long as one of its rules names it. */
export function policyOf({ tokens, jwts }: Allowed): EnrolmentPolicy {
  const patterns = tokens.map(patternOf);
  const pairs = jwts.map(pairOf);
  const byToken = (uri: string): boolean => patterns.some((matches) => matches(uri));
  return ({ type, name }, { uri }) => {
    if (type === "enrolment-token") return byToken(uri);
    if (type === "jwt") return pairs.some(({ subject, identifier }) => subject === name && identifier === uri);
    return name === uri && (byToken(uri) || pairs.some(({ identifier }) => identifier === uri));
  };
}

function patternOf(text: string): (uri: string) => boolean {
  if (!text.endsWith("/*")) {
    const expected = identifierOf(text, "--allow");
    return (uri) => uri === expected;
  }
  const prefix = text.slice(0, -1);
  identifierOf(`${prefix}x`, "--allow"); // by whole segments
  return (uri) => uri.startsWith(prefix);
}

function pairOf(text: string): { subject: string; identifier: string } {
  const at = text.lastIndexOf("=", text.indexOf("://"));
  if (at < 1) throw configurationInvalid("--allow-jwt: the sub of the JWT, an equals sign and a Workload Identifier");
  return { subject: text.slice(0, at), identifier: identifierOf(text.slice(at + 1), "--allow-jwt") };
}

function identifierOf(text: string, where: string): string {
  try {
    return parseWorkloadIdentifier(text).uri;
  } catch {
    throw configurationInvalid(`${where}: a Workload Identifier is required`);
  }
}
