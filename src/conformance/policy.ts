import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import { anyOf, exactly, memberOf, under, type WorkloadMatcher } from "../exchange/match.js";
import type { HttpRequestView } from "../http/message.js";
import { Unsupported } from "./unsupported.js";

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
const OLDER_FORMATS = new Set<unknown>(["wpt-01", "http-signature-06"]);
const WPT_SCHEME = /^[ \t]*wpt(?![!#$%&'*+\-.^_`|~0-9a-z])/i;

/** The `policy` of a context: data only. Which of its values are right is for the library to say. */
export function policyOf(context: JsonObject): JsonObject {
  const { policy = {} } = context;
  if (!isJsonObject(policy)) throw configurationInvalid("policy: an object");
  refuseUnknownOptions(policy, POLICY_NAMES, "policy");
  return policy;
}

/**
 * The kinds of proof to verify with: those of the policy without `http-signature`, which this release does not verify.
 *
 * @throws Unsupported when that would change the verdict about this request
 */
export function proofsFor({ proofs = ["http-signature"] }: JsonObject, view: HttpRequestView): unknown {
  if (!Array.isArray(proofs) || !proofs.includes("http-signature")) return proofs;
  const others = proofs.filter((kind) => kind !== "http-signature");
  if (others.length === 0 || hasField(view, "signature-input", (value) => value.includes(WIMSE_TAG))) {
    throw new Unsupported();
  }
  return others;
}

const WIMSE_TAG = 'tag="wimse-workload-to-workload"';

/**
 * The older formats to accept: none, which is all that this release can do.
 *
 * @throws Unsupported when the request has its only proof in one that the policy accepts
 */
export function compatFor({ compat = [] }: JsonObject, view: HttpRequestView): unknown {
  if (!Array.isArray(compat) || !compat.every((format) => OLDER_FORMATS.has(format))) return compat;
  const older = compat.includes("wpt-01") && hasField(view, "workload-proof-token", () => true);
  // Beside a WPT in the present form the older field is not looked at.
  if (older && !hasField(view, "authorization", (value) => WPT_SCHEME.test(value))) throw new Unsupported();
  return [];
}

function hasField({ headers }: HttpRequestView, lowerCaseName: string, test: (value: string) => boolean): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === lowerCaseName && test(value));
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
