// @ts-check
import { generic } from "./identifier/generic.mjs";
import { spiffe } from "./identifier/spiffe.mjs";
import { uriSyntax } from "./identifier/uri-syntax.mjs";
import { wimse } from "./identifier/wimse.mjs";
import { acceptedWits } from "./wit/accepted.mjs";
import { witClaims } from "./wit/claims.mjs";
import { witConfirmation } from "./wit/confirmation.mjs";
import { witForm } from "./wit/form.mjs";
import { witHeader } from "./wit/header.mjs";
import { issuing } from "./wit/issue.mjs";
import { witKeys } from "./wit/keys.mjs";
import { witSignature } from "./wit/signature.mjs";
import { witTimes } from "./wit/times.mjs";

/** Every file of the vectors, in the order of the manifest. @type {import("./cases.mjs").VectorFile[]} */
export const files = [
  ...[wimse, uriSyntax, generic, spiffe],
  ...[acceptedWits, witForm, witHeader, witKeys, witSignature, witTimes, witClaims, witConfirmation, issuing],
];
