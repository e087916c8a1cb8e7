import { WimseError } from "../base/errors.js";
import { isField } from "../http/fields.js";
import type { HeaderLine, HttpMessageView } from "../http/message.js";
import type { InnerList, Item } from "../http/structured-dictionary.js";
import { type ReceivedSignature, readSignatureFields } from "./signature-fields.js";

/** The revisions of the WIMSE profile that are spoken here: the present one, and one of older peers. */
export type ProfileRevision = "http-signature-07" | "http-signature-06";

/** What a profile signature is recognised by, and by nothing else (HSIG-3.26, HSIG-3.33). */
export const WIMSE_TAG = "wimse-workload-to-workload";

/** The label that is emitted. It never selects anything: HSIG-3.36. */
export const LABEL = "wimse";

/** One component of the required coverage. */
export interface RequiredComponent {
  readonly name: string;
  /** Whether a response takes it from its request. */
  readonly req: boolean;
  /** What wants it. */
  readonly requirement: string;
}

type Coverage = readonly RequiredComponent[];

const own = (name: string, requirement: string): RequiredComponent => ({ name, req: false, requirement });
const ofRequest = (name: string, requirement: string): RequiredComponent => ({ name, req: true, requirement });

/** Without `@authority`, which proxies rewrite: HSIG-3.06. `@query` also where there is no query: HSIG-3.04. */
const REQUEST_TARGET: Readonly<Record<ProfileRevision, Coverage>> = {
  "http-signature-07": [own("@method", "HSIG-3.01"), own("@path", "HSIG-3.02"), own("@query", "HSIG-3.03")],
  "http-signature-06": [own("@method", "HSIG-3.01"), own("@request-target", "HSIG-3.02")],
};
const RESPONSE_TARGET: Readonly<Record<ProfileRevision, Coverage>> = {
  "http-signature-07": [
    ofRequest("@method", "HSIG-3.13"),
    ofRequest("@path", "HSIG-3.14"),
    ofRequest("@query", "HSIG-3.15"),
  ],
  "http-signature-06": [ofRequest("@method", "HSIG-3.13"), ofRequest("@request-target", "HSIG-3.14")],
};
/** Fields that are covered where the request has them. */
const REQUEST_FIELDS: Coverage = [
  own("workload-identity-token", "HSIG-3.11"),
  own("content-type", "HSIG-3.07"),
  own("content-digest", "HSIG-3.08"),
  own("authorization", "HSIG-3.09"),
  own("txn-token", "HSIG-3.10"),
];
const STATUS = own("@status", "HSIG-3.12");
/** Fields that are covered where the response has them. */
const RESPONSE_FIELDS: Coverage = [
  own("workload-identity-token", "HSIG-3.18"),
  own("content-type", "HSIG-3.16"),
  own("content-digest", "HSIG-3.17"),
];

/** What a request signature has to cover, in the order in which it is emitted. */
export function requestCoverage(headers: readonly HeaderLine[], revision: ProfileRevision): Coverage {
  return [...REQUEST_TARGET[revision], ...present(REQUEST_FIELDS, headers)];
}

/**
 * What a response signature has to cover, in the order in which it is emitted.
 *
 * What it is emitted with beside that is {@link SENDER}.
 */
export function responseCoverage(headers: readonly HeaderLine[], revision: ProfileRevision): Coverage {
  return [STATUS, ...present(RESPONSE_FIELDS, headers), ...RESPONSE_TARGET[revision]];
}

/**
 * The WIT of the request. A nonce is unique among the requests of one sender only: whoever repeats a nonce under a WIT of his
 * own would otherwise get a response that the first sender takes for its own (R9421-2.4.03).
 */
export const SENDER: Pick<RequiredComponent, "name" | "req"> = { name: "workload-identity-token", req: true };

function present(fields: Coverage, headers: readonly HeaderLine[]): Coverage {
  return fields.filter(({ name }) => hasField(headers, name));
}

/** Whether there is a line of the field, an empty one included. */
export function hasField(headers: readonly HeaderLine[], lowerCaseName: string): boolean {
  for (const [name] of headers) if (isField(name, lowerCaseName)) return true;
  return false;
}

/**
 * The one signature of a message that has the tag of the profile; `undefined` when there is none. Signatures of others,
 * an intermediary's for instance, do no harm: HSIG-5.2.01, HSIG-5.2.02, HSIG-3.35.
 *
 * @throws WimseError `signature_malformed`, `signature_multiple`
 */
export function findProfileSignature(message: HttpMessageView): ReceivedSignature | undefined {
  let found: ReceivedSignature | undefined;
  for (const received of readSignatureFields(message)) {
    if (received.input.params.get("tag") !== WIMSE_TAG) continue; // HSIG-3.33, HSIG-3.36
    if (found !== undefined) {
      throw new WimseError("signature_multiple", "The message has several WIMSE signatures", "HSIG-3.34"); // HSIG-3.34
    }
    found = received;
  }
  return found;
}

/**
 * The revision in which a signature was made. The older one covers `@request-target` in place of path and query
 * (HSIG-3.05); whoever covers both is of the present revision.
 */
export function revisionOf({ items }: InnerList, req: boolean): ProfileRevision {
  const older = covers(items, "@request-target", req) && !covers(items, "@path", req);
  return older ? "http-signature-06" : "http-signature-07";
}

/** Whether one of the items is exactly this component: one with other parameters covers something else. */
export function covers(items: readonly Item[], name: string, req: boolean): boolean {
  return items.some(({ value, params, repeated }) => {
    if (value !== name || repeated !== undefined) return false;
    return req ? params.size === 1 && params.get("req") === true : params.size === 0;
  });
}

/** The value of `Accept-Signature` with which a service asks for a request signature: HSIG-3.5.13, HSIG-3.5.14. */
export const REQUEST_SIGNATURE_WANTED =
  'wimse=("@method" "@path" "@query" "workload-identity-token");created;expires;tag="wimse-workload-to-workload"';
