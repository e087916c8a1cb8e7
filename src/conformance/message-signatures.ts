import type { JsonObject } from "../base/json.js";
import { type ContentDigestAlgorithm, contentDigest, verifyContentDigest } from "../http/content-digest.js";
import { parseInnerList } from "../http/structured-dictionary.js";
import { readComponents } from "../httpsig/component.js";
import { KNOWN_FIELD_TYPES } from "../httpsig/component-value.js";
import { checkParameters } from "../httpsig/parameters.js";
import { createSignatureBase } from "../httpsig/signature-base.js";
import { isListOfStrings, malformed } from "../httpsig/signature-fields.js";
import { contentOf, objectOf, requestOf, responseOf, stringOf } from "./input.js";

/** `signatureBase`: what a signature over a message is made over, as a recipient finds it out. */
export async function signatureBase(_context: JsonObject, input: JsonObject): Promise<JsonObject> {
  const text = stringOf(input, "components") + stringOf(input, "parameters");
  const about = objectOf(input, "message");
  const message = Object.hasOwn(about, "status") ? responseOf(about) : requestOf(about);
  const request = (input["request"] ?? null) === null ? undefined : requestOf(objectOf(input, "request"));

  const received = parseInnerList(text);
  if (received === undefined || !isListOfStrings(received)) {
    throw malformed("A member of Signature-Input is no list of names", "R9421-4.1.01");
  }
  checkParameters(received);
  const context = { request, fieldTypes: KNOWN_FIELD_TYPES };
  const { base } = createSignatureBase(message, readComponents(received.items), received.params, context, received);
  return { base };
}

/** `contentDigest`: the value of `Content-Digest`. */
export async function contentDigestOperation(_context: JsonObject, input: JsonObject): Promise<JsonObject> {
  // which names there are is for the library to say
  const algorithm = input["algorithm"] as ContentDigestAlgorithm | undefined;
  return { field: await contentDigest(contentOf(input), algorithm) };
}

/** `verifyContentDigest`: nothing, where the field is that of the content. */
export async function verifyContentDigestOperation(_context: JsonObject, input: JsonObject): Promise<JsonObject> {
  await verifyContentDigest(stringOf(input, "field"), contentOf(input));
  return {};
}
