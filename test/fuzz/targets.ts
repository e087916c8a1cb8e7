import type { FuzzTarget } from "./target.js";
import { contentDigest } from "./targets/content-digest.js";
import { identifier } from "./targets/identifier.js";
import { json } from "./targets/json.js";
import { jws } from "./targets/jws.js";
import { rawRequest } from "./targets/raw-request.js";
import { signatureFields } from "./targets/signature-fields.js";
import { spiffeBundle } from "./targets/spiffe-bundle.js";
import { structuredFields } from "./targets/structured-fields.js";
import { verify } from "./targets/verify.js";
import { verifyResponseTarget } from "./targets/verify-response.js";

/** Every target. Each has a folder of its name in the corpus. */
export const targets: readonly FuzzTarget[] = [
  json,
  jws,
  identifier,
  structuredFields,
  contentDigest,
  signatureFields,
  rawRequest,
  spiffeBundle,
  verify,
  verifyResponseTarget,
];
