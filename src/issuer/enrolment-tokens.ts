import { encodeBase64url } from "../base/base64url.js";
import { configurationInvalid, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import { limitOf } from "../base/limits.js";
import { type Awaitable, type Runtime, runtimeOf } from "../base/runtime.js";
import { sha256Base64url } from "../crypto/digest.js";
import { type BootstrapCheck, type BootstrapGrant, bootstrapRefused } from "./bootstrap.js";

/** What a server keeps of an enrolment token: not the token. */
export interface EnrolmentTokenRecord {
  /** SHA-256 of the token, base64url. */
  readonly hash: string;
  /** What the policy and the audit know the holder by. */
  readonly label: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** How many enrolments it is still good for. */
  readonly uses: number;
}

/** Settings of {@link createEnrolmentToken}. */
export interface EnrolmentTokenOptions {
  readonly label: string;
  /** Seconds. Default 3600, at most 30 days. */
  readonly lifetime?: number;
  /** Default 1, at most 1,000,000. */
  readonly uses?: number;
  readonly runtime?: Runtime;
}

/** Settings of {@link enrolmentTokens}. */
export interface EnrolmentTokensOptions {
  /** Keeps what is left, each time that a token was used, before a WIT is issued for it. Default: this process only. */
  readonly save?: (records: readonly EnrolmentTokenRecord[]) => Awaitable<void>;
  readonly runtime?: Runtime;
}

/** 256 bits: nobody guesses one, so that a hash without salt keeps it. */
const TOKEN_BYTES = 32;
const LONGEST_TOKEN = 256;
const MOST_TOKENS = 1000;
const MONTH = 30 * 86400;

/**
 * Makes an enrolment token: a secret that vouches for a workload which has no credential yet. Give the token to the
 * workload, and the record to the server.
 *
 * @throws TypeError `configuration_invalid`
 */
export function createEnrolmentToken(options: EnrolmentTokenOptions): { token: string; record: EnrolmentTokenRecord } {
  refuseUnknownOptions(options, ["label", "lifetime", "uses", "runtime"], "createEnrolmentToken");
  const { label, uses = 1 } = options;
  if (typeof label !== "string" || label === "") throw configurationInvalid("label: a non-empty string");
  if (!Number.isInteger(limitOf(uses, 1, "uses", 1_000_000, 1))) throw configurationInvalid("uses: a whole number");
  const runtime = runtimeOf(options);
  const token = `wimse_enrol_${encodeBase64url(runtime.randomBytes(TOKEN_BYTES))}`;
  const expiresAt = runtime.now() + limitOf(options.lifetime, 3600, "lifetime", MONTH, 1);
  return { token, record: { hash: sha256Base64url(token), label, expiresAt, uses } };
}

/**
 * The bootstrap check by enrolment tokens, of type `enrolment-token`.
 *
 * @throws TypeError `configuration_invalid`
 */
export function enrolmentTokens(
  records: readonly EnrolmentTokenRecord[],
  options: EnrolmentTokensOptions = {},
): BootstrapCheck {
  refuseUnknownOptions(options, ["save", "runtime"], "enrolmentTokens");
  if (!Array.isArray(records) || records.length > MOST_TOKENS || !records.every(isRecord)) {
    throw configurationInvalid(`enrolmentTokens: an array of at most ${MOST_TOKENS} records`);
  }
  if (options.save !== undefined && typeof options.save !== "function") throw configurationInvalid("save: a function");
  const runtime = runtimeOf(options);
  const left = records.map((record) => ({ ...record }));

  const isGood = ({ uses, expiresAt }: EnrolmentTokenRecord): boolean => uses > 0 && runtime.now() < expiresAt;

  let saving: Promise<void> = Promise.resolve();

  /** One saving after the other, or an earlier one that takes longer would bring a used token back. */
  async function save(): Promise<void> {
    const saved = saving.then(() => options.save?.(left.filter(isGood).map((record) => ({ ...record }))));
    saving = saved.catch(() => undefined);
    try {
      await saved;
    } catch {
      throw new WimseError("issuer_state_unavailable", "The use of an enrolment token cannot be saved");
    }
  }

  function find(value: string): (typeof left)[number] | undefined {
    const known = typeof value === "string" && value.length <= LONGEST_TOKEN;
    const hash = known ? sha256Base64url(value) : "";
    return left.filter((record) => isEqual(record.hash, hash)).find(isGood);
  }

  function check(value: string): BootstrapGrant {
    const found = find(value);
    if (found === undefined) throw bootstrapRefused();
    return {
      caller: { type: "enrolment-token", name: found.label },
      async claim() {
        if (!isGood(found)) return false;
        found.uses--;
        try {
          await save();
        } catch (error) {
          found.uses++;
          throw error;
        }
        return true;
      },
      async release() {
        found.uses++;
        await save();
      },
    };
  }
  return Object.freeze({
    type: "enrolment-token",
    recognizes: (value: string) => find(value) !== undefined,
    check,
  });
}

function isRecord(value: unknown): value is EnrolmentTokenRecord {
  if (!isJsonObject(value)) return false;
  const { hash, label, expiresAt, uses } = value;
  const strings = typeof hash === "string" && hash.length === 43 && typeof label === "string";
  return strings && Number.isFinite(expiresAt) && Number.isInteger(uses);
}

/** Compares without telling by its duration where two hashes differ. */
function isEqual(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ (b.charCodeAt(i) || 0);
  return difference === 0;
}
