import { encodeBase64url } from "../base/base64url.js";
import { asciiBytes } from "../base/bytes.js";
import { limitOf } from "../base/limits.js";
import type { Runtime } from "../base/runtime.js";
import { credentialFields, type WorkloadCredential } from "../credential/credential.js";
import { checkNotExpired } from "../credential/source.js";
import { signatureOf } from "../crypto/signer.js";
import type { HttpMessageView, HttpRequestView } from "../http/message.js";
import type { Item } from "../http/structured-dictionary.js";
import { type BareItem, serializeBareItem } from "../http/structured-values.js";
import { readComponents } from "./component.js";
import { KNOWN_FIELD_TYPES } from "./component-value.js";
import type { SignatureFields } from "./message-signature.js";
import { LABEL, type RequiredComponent, WIMSE_TAG } from "./profile.js";
import { createSignatureBase } from "./signature-base.js";
import { readField } from "./signature-fields.js";

/** What a profile signature is made over. */
export interface ProfileSignatureContent {
  readonly message: HttpMessageView;
  /** The request, where the message is a response. */
  readonly request?: HttpRequestView;
  readonly components: readonly Pick<RequiredComponent, "name" | "req">[];
  /** The parameters that only one kind of message has. */
  readonly parameters: readonly (readonly [name: string, value: BareItem])[];
}

/** How a profile signature is made. */
export interface ProfileSignatureOptions {
  /** Seconds until it expires. Default 60, at most 300. */
  readonly lifetime?: number | undefined;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
}

/** The two field values, and the nonce in them. */
export interface ProfileSignature extends SignatureFields {
  readonly nonce: string;
}

const MINUTE = 60;
const LONGEST_LIFETIME = 300;
/** 128 bits: no two signatures share a nonce, without coordination (HSIG-3.37). */
const NONCE_BYTES = 16;

/** How long a signature is to live, seconds, checked. */
export function signatureLifetimeOf(lifetime: number | undefined): number {
  return Math.ceil(limitOf(lifetime, MINUTE, "lifetime", LONGEST_LIFETIME, 1)); // HSIG-3.24, HSIG-5.1.04
}

/** Signs a message as the WIMSE profile has it, with the key of a credential. */
export async function signProfile(
  { message, request, components, parameters }: ProfileSignatureContent,
  credential: WorkloadCredential,
  { lifetime, runtime, signal }: ProfileSignatureOptions,
): Promise<ProfileSignature> {
  const now = runtime.now();
  // CREDS-9.5.03: content, or a source of credentials, may take its time: what was good before may be over
  checkNotExpired(credential, now);
  const created = Math.floor(now);
  const nonce = encodeBase64url(runtime.randomBytes(NONCE_BYTES));
  // No keyid and no alg: HSIG-3.30, HSIG-3.31, HSIG-3.1.03
  const params = new Map<string, BareItem>([
    ["created", created], // HSIG-3.22
    ["expires", created + signatureLifetimeOf(lifetime)], // HSIG-3.23
    ["nonce", nonce], // HSIG-3.25
    ["tag", WIMSE_TAG], // HSIG-3.26
    ...parameters,
  ]);
  const covered = readComponents(components.map(itemOf));
  const context = { request, fieldTypes: KNOWN_FIELD_TYPES };
  const { base, signatureParams } = createSignatureBase(message, covered, params, context);
  // HSIG-3.1.01: the credential made sure that the signer's algorithm is cnf.jwk.alg
  const signature = await signatureOf(credentialFields(credential).signer, asciiBytes(base), signal);
  const label = freeLabel(message);
  return {
    nonce,
    signatureInput: `${label}=${signatureParams}`,
    signature: `${label}=${serializeBareItem(signature)}`,
  };
}

function itemOf({ name, req }: Pick<RequiredComponent, "name" | "req">): Item {
  return { value: name, params: new Map(req ? [["req", true]] : []) };
}

/** A label that no other signature of the message has (HSIG-3.32: normally there is none). */
function freeLabel(message: HttpMessageView): string {
  const taken = new Set([...readField(message, "signature-input").keys(), ...readField(message, "signature").keys()]);
  for (let i = 1; ; i++) {
    const label = i === 1 ? LABEL : `${LABEL}${i}`;
    if (!taken.has(label)) return label;
  }
}
