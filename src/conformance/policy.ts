import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import { anyOf, exactly, memberOf, under, type WorkloadMatcher } from "../exchange/match.js";

const POLICY_NAMES = [
  "audience",
  "replay",
  "proofs",
  "compat",
  "allow",
  "clockTolerance",
  "maxLifetime",
  "maxProofLifetime",
  "maxBodyBytes",
  "understoodTokens",
];

/** The `policy` of a context: data only. Which of its values are right is for the library to say. */
export function policyOf(context: JsonObject): JsonObject {
  const { policy = {} } = context;
  if (!isJsonObject(policy)) throw configurationInvalid("policy: an object");
  refuseUnknownOptions(policy, POLICY_NAMES, "policy");
  return policy;
}

/** The matcher that `allow` describes; `undefined` for null, which lets every workload in. */
export function matcherOf(allow: unknown): WorkloadMatcher | undefined {
  if (allow === undefined || allow === null) return undefined;
  const [entry, ...more] = isJsonObject(allow) ? Object.entries(allow) : [];
  if (entry === undefined || more.length > 0) throw configurationInvalid("allow: null or one matcher");
  const [kind, value] = entry;
  if (kind === "anyOf" && Array.isArray(value)) return anyOf(...value.map(requiredMatcher));
  // A value that is no string is refused by the matcher itself.
  if (kind === "exactly") return exactly(value as string);
  if (kind === "memberOf") return memberOf(value as string);
  if (kind === "under") return under(value as string);
  throw configurationInvalid("allow: the matchers are exactly, memberOf, under and anyOf");
}

function requiredMatcher(value: unknown): WorkloadMatcher {
  const matcher = matcherOf(value);
  if (matcher === undefined) throw configurationInvalid("allow: anyOf is a list of matchers");
  return matcher;
}
