import { configurationInvalid, WimseError } from "../base/errors.js";
import type { HttpRequestView } from "../http/message.js";
import type { AskedRequest } from "../httpsig/check-response-signature.js";
import { readComponent } from "../httpsig/component.js";
import { KNOWN_FIELD_TYPES, MessageValues } from "../httpsig/component-value.js";
import { findProfileSignature, revisionOf } from "../httpsig/profile.js";

// A request of which a response is told is context: it is judged by nobody. One that cannot be read is refused as such,
// so that what is wrong with it is never taken for a verdict about the response.

/** What a response to this request is tied to; `undefined` when the request has no signature of the profile. */
export function askedBy(view: HttpRequestView): AskedRequest | undefined {
  const found = readable(() => findProfileSignature(view));
  if (found === undefined) return undefined;
  const nonce = found.input.params.get("nonce");
  if (typeof nonce !== "string") throw configurationInvalid("request: its signature has no nonce");
  return { view, nonce, revision: revisionOf(found.input, false) };
}

const TARGET_URI = readComponent({ value: "@target-uri", params: new Map() });

/** The URL to which a request was sent. */
export function urlOf(view: HttpRequestView): string {
  const url = readable(() => new MessageValues(view, KNOWN_FIELD_TYPES).valueOf(TARGET_URI));
  if (!URL.canParse(url)) throw configurationInvalid("request: its target is no URL");
  return url;
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    throw configurationInvalid(`request: ${error.code}`);
  }
}
