import { joseCookbookParts } from "./jose-cookbook.js";
import { jsonParts } from "./json-test-suite.js";
import { rfc9421Parts } from "./rfc9421.js";
import { rfc9530Parts } from "./rfc9530.js";
import { spiffeBundleParts } from "./spiffe-bundles.js";
import { spiffeParts } from "./spiffe-identifiers.js";
import { structuredFieldParts } from "./structured-field-parts.js";
import type { Suite } from "./suite.js";
import { wycheproofJoseParts } from "./wycheproof-jose.js";
import { wycheproofSignatureParts } from "./wycheproof-signatures.js";

/** Every suite of others that is run, in the order of the documentation. */
export const suites: readonly Suite[] = [
  {
    name: "Wycheproof",
    folder: "wycheproof",
    origin: "https://github.com/C2SP/wycheproof",
    licence: "Apache-2.0",
    parts: [...wycheproofJoseParts, ...wycheproofSignatureParts],
  },
  {
    name: "JOSE cookbook",
    folder: "jose-cookbook",
    origin: "https://github.com/ietf-jose/cookbook",
    licence: "Unlicense",
    parts: joseCookbookParts,
  },
  {
    name: "JSONTestSuite",
    folder: "json",
    origin: "https://github.com/nst/JSONTestSuite",
    licence: "MIT",
    parts: jsonParts,
  },
  {
    name: "structured-field-tests",
    folder: "structured-fields",
    origin: "https://github.com/httpwg/structured-field-tests",
    licence: "BSD-3-Clause",
    parts: structuredFieldParts,
  },
  {
    name: "RFC 9421",
    folder: "rfc9421",
    origin: "https://www.rfc-editor.org/rfc/rfc9421",
    licence: "IETF Trust; values of `Signature-Input` in part Authlete, Apache-2.0",
    parts: rfc9421Parts,
  },
  {
    name: "RFC 9530",
    folder: "rfc9530",
    origin: "https://www.rfc-editor.org/rfc/rfc9530",
    licence: "IETF Trust",
    parts: rfc9530Parts,
  },
  {
    name: "go-spiffe",
    folder: "spiffe",
    origin: "https://github.com/spiffe/go-spiffe",
    licence: "Apache-2.0",
    parts: [...spiffeParts, ...spiffeBundleParts],
  },
];
