export { type ContentDigestAlgorithm, contentDigest, verifyContentDigest } from "./http/content-digest.js";
export type { HeaderLine, HttpMessage, HttpMessageView, HttpRequestView, HttpResponseView } from "./http/message.js";
export type { Params } from "./http/structured-dictionary.js";
export type {
  BareItem,
  Decimal,
  DisplayString,
  StructuredDate,
  Token,
} from "./http/structured-values.js";
export {
  type ParsedRequestedSignature,
  parseAcceptSignature,
  type RequestedSignature,
  serializeAcceptSignature,
} from "./httpsig/accept-signature.js";
export type { Component, ComponentInput } from "./httpsig/component.js";
export type { FieldType } from "./httpsig/component-value.js";
export {
  type CreateMessageSignatureOptions,
  createMessageSignature,
  type MessageSignature,
  parseSignatures,
  type SignatureCandidate,
  type SignatureFields,
} from "./httpsig/message-signature.js";
export type { SignatureParameters } from "./httpsig/parameters.js";
export { buildSignatureBase, type SignatureContext } from "./httpsig/signature-base.js";
export { type VerifyMessageSignatureOptions, verifyMessageSignature } from "./httpsig/verify-message.js";
