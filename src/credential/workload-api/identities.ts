import type { JWK } from "jose";
import { utf8Bytes } from "../../base/bytes.js";
import { WimseError } from "../../base/errors.js";
import { parseJsonObject } from "../../base/json.js";
import { sha256Base64url } from "../../crypto/digest.js";
import { createCredential, type WorkloadCredential } from "../credential.js";
import { SourceFailure } from "../source-state.js";
import type { WitSvidMessage } from "./messages.js";

/** One identity of a workload. */
export interface Identity {
  /** Its SPIFFE ID. */
  readonly id: string;
  /** What the workload's operator calls it. */
  readonly hint?: string;
  readonly credential: WorkloadCredential;
  /** Of token and key: tells whether the next message has the same. */
  readonly digest: string;
}

/** Longest hint, bytes (WLAPI-8.02). */
const MAX_HINT = 1024;

/**
 * The identities of a message, in its order. A token and its key are checked against each other and against the SPIFFE ID
 * beside them; one that does not fit spoils the message, so that no other takes its place.
 */
export async function readIdentities(
  svids: readonly WitSvidMessage[],
  before: readonly Identity[],
): Promise<readonly Identity[]> {
  const known = new Map(before.map((identity) => [identity.digest, identity.credential]));
  const identities: Identity[] = [];
  for (const { spiffeId, witSvid, witSvidKey, hint } of svids) {
    const digest = sha256Base64url(`${witSvid}\n${witSvidKey}`);
    const credential = known.get(digest) ?? (await createCredential(witSvid, privateJwkOf(witSvidKey)));
    // WLAPI-7.2.1.03, WITSVID-3.1.01
    if (credential.id.scheme !== "spiffe" || credential.id.uri !== spiffeId) {
      throw new WimseError("wit_subject_invalid", "The WIT-SVID is for another SPIFFE ID than the one beside it");
    }
    const named = hint !== "" && utf8Bytes(hint).length <= MAX_HINT;
    identities.push(Object.freeze({ id: spiffeId, credential, digest, ...(named && { hint }) }));
  }
  return Object.freeze(identities);
}

function privateJwkOf(text: string): JWK {
  const jwk = parseJsonObject(text);
  if (jwk === undefined) throw new SourceFailure("key_malformed");
  return jwk as JWK;
}

/** What says which of a workload's identities is meant. */
export type IdentityChoice = { readonly spiffeId: string } | { readonly hint: string } | undefined;

/** The identity that is meant: the first that fits, and where nothing is said, the first (WLAPI-8.01). */
export function chooseIdentity(identities: readonly Identity[], choice: IdentityChoice): Identity | undefined {
  if (choice === undefined) return identities[0];
  // WLAPI-7.2.1.05
  return "hint" in choice
    ? identities.find(({ hint }) => hint === choice.hint)
    : identities.find(({ id }) => id === choice.spiffeId);
}
