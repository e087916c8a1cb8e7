import type { ComplexityCase } from "./case.js";
import { identifierCases } from "./cases/identifier.js";
import { jsonCases, jwsCases } from "./cases/json.js";
import { rawRequestCases } from "./cases/raw-request.js";
import { signatureFieldCases } from "./cases/signature-fields.js";
import { structuredFieldCases } from "./cases/structured-fields.js";
import { verifyCases } from "./cases/verify.js";
import { verifyResponseCases } from "./cases/verify-response.js";

/** Hostile inputs for every parser, and for every way through a verifier that ends before a signature is checked. */
export const complexityCases: readonly ComplexityCase[] = [
  ...jsonCases,
  ...jwsCases,
  ...identifierCases,
  ...structuredFieldCases,
  ...signatureFieldCases,
  ...rawRequestCases,
  ...verifyCases,
  ...verifyResponseCases,
];
