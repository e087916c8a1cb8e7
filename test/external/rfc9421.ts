import type { JWK } from "jose";
import type { FieldType } from "wimse/httpsig";
import type { HttpMessageView, HttpRequestView } from "../../src/http/message.js";
import { leftOpen, notApplicable, type Part, part } from "./suite.js";
import { testData } from "./test-data.js";

/** A signed message of RFC 9421. */
export interface SignedExample {
  readonly id?: string;
  readonly section: string;
  readonly label: string;
  readonly keyid: string;
  readonly alg: string | null;
  readonly message: HttpMessageView;
  readonly request?: HttpRequestView | null;
  readonly expected_base?: string | null;
  readonly computed_base: string;
  readonly signature_params: string;
  readonly expect?: "valid" | "invalid";
  readonly verifies?: boolean;
}

/** A component and the value that it has in a message; without one it is an error there. */
export interface ComponentRow {
  readonly ref: string;
  readonly message: HttpMessageView & { readonly request?: HttpRequestView };
  readonly component: string;
  readonly expect_value?: string;
  readonly field_types?: Readonly<Record<string, FieldType>>;
}

/** A value of `Signature-Input`; `null` where the documents do not agree whether it is one. */
export interface InputRow {
  readonly value: string;
  readonly ok: boolean | null;
}

// The examples of RFC 9421 (appendix B, and those between the lines of the text), and tables made from its text, which
// are not part of this project.
const data = testData("rfc9421");
export const rfc9421Present: boolean = data.present;

const APPENDIX = "appendix_b.json";
const BODY = "body_examples.json";
const TABLES = "components.json";
type Examples = { readonly keys: Readonly<Record<string, JWK>>; readonly vectors: readonly SignedExample[] };
const appendix = data.read<Examples>(APPENDIX, { keys: {}, vectors: [] });
const body = data.read<Pick<Examples, "vectors">>(BODY, { vectors: [] });
const tables = data.read(TABLES, {
  components: [] as readonly ComponentRow[],
  signature_input_parse: [] as readonly InputRow[],
});

export const signedExampleKeys: Readonly<Record<string, JWK>> = appendix.keys;
export const signedExamples: readonly SignedExample[] = [...appendix.vectors, ...body.vectors];
export const { components: componentRows, signature_input_parse: inputRows } = tables;

/** Whether a signature is made with an algorithm that exists here. */
export const isSupported = ({ alg }: SignedExample): boolean => alg !== "hmac-sha256";

const differenceOf = (example: SignedExample) =>
  isSupported(example)
    ? undefined
    : notApplicable("HMAC: signatures are asymmetric (its base is compared all the same)");

export const rfc9421Parts: readonly Part[] = [
  part("signatures of appendix B", [APPENDIX], appendix.vectors, differenceOf),
  part("signatures between the lines of the text", [BODY], body.vectors, differenceOf),
  part("component values", [TABLES], componentRows, () => undefined),
  part("values of `Signature-Input`", [TABLES], inputRows, ({ ok }) =>
    ok === null ? leftOpen("refused: a parameter that occurs twice") : undefined,
  ),
];
