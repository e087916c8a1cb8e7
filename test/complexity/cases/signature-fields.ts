import type { HeaderLine, HttpRequestView } from "../../../src/http/message.js";
import { parseAcceptSignature, parseSignatures, verifyMessageSignature } from "../../../src/httpsig.js";
import { fixedRuntime } from "../../../src/testing/fixed-runtime.js";
import { type ComplexityCase, filled } from "../case.js";

/** A header section is no longer than that. */
const SECTION = 65_000;
const runtime = fixedRuntime(1_790_000_000);

const QUERY = `/?${filled(16_000, (i) => `a${i}=%20`, "&")}`;

function requestWith(...lines: readonly HeaderLine[]): HttpRequestView {
  return { method: "GET", target: "/", headers: [["Host", "a"], ...lines] };
}

function ofSignatures(
  name: string,
  answer: string,
  lines: (octets: number) => readonly HeaderLine[],
  read: (request: HttpRequestView) => unknown = parseSignatures,
): ComplexityCase {
  return {
    name: `signature fields: ${name}`,
    limit: SECTION,
    answer,
    make(octets) {
      const request = requestWith(...lines(octets));
      return () => read(request);
    },
  };
}

const inputs = (input: string, signature = "a=:AA==:"): readonly HeaderLine[] => [
  ["Signature-Input", input],
  ["Signature", signature],
];
const labels = (n: number, label: (i: number) => string): [string, string] => {
  const half = n / 2;
  return [filled(half, (i) => `${label(i)}=()`, ", "), filled(half, (i) => `${label(i)}=::`, ", ")];
};
const verified = (request: HttpRequestView): Promise<unknown> =>
  verifyMessageSignature(request, { verify: () => false, runtime });
const selected = (request: HttpRequestView): Promise<unknown> =>
  verifyMessageSignature(request, {
    verify: () => false,
    runtime,
    select: ({ parameters }) => parameters["tag"] === "b",
  });

/** 64 components, each of which is looked for in all the lines. */
const names = (n: number): readonly string[] =>
  Array.from({ length: Math.floor(n / 260) }, (_, i) => `${"x".repeat(244)}-${1000 + i}`);
const lookedFor = (n: number): readonly HeaderLine[] => {
  const fields = names(n * 0.7);
  const covered = fields.slice(-Math.ceil((63 * n) / SECTION));
  return [
    ...fields.map((name): HeaderLine => [name, ""]),
    ...inputs(`a=(${covered.map((name) => `"${name}"`).join(" ")} "y")`),
  ];
};
/** 64 members of one long field. */
const membersOf = (n: number): readonly HeaderLine[] => [
  ["X-Long", `${Array.from({ length: 63 }, (_, i) => `k${i}`).join(", ")}, z="${filled(n - 2500, "a")}"`],
  ...inputs(`a=(${Array.from({ length: 63 }, (_, i) => `"x-long";key="k${i}"`).join(" ")} "x-long";key="y")`),
];

export const signatureFieldCases: readonly ComplexityCase[] = [
  ofSignatures("labels that look alike, of which one differs", "signature_malformed", (n) => {
    const [input, signature] = labels(n, (i) => `sig-${i}`);
    return inputs(`${input}, x=()`, `${signature}, y=::`);
  }),
  ofSignatures("a label that occurs twice behind many", "signature_malformed", (n) => {
    const [input, signature] = labels(n, (i) => `sig-${i}`);
    return inputs(`${input}, sig-0=()`, signature);
  }),
  ofSignatures(
    "many signatures, none of them chosen",
    "signature_multiple",
    (n) => inputs(...labels(n, (i) => `s${i}`)),
    verified,
  ),
  ofSignatures(
    "many signatures, each looked at",
    "signature_missing",
    (n) => inputs(...labels(n, (i) => `s${i}`)),
    selected,
  ),
  ofSignatures("many components", "signature_component_invalid", (n) =>
    inputs(`a=(${filled(n, (i) => `"x-${i}"`, " ")})`),
  ),
  ofSignatures("one component again and again", "signature_component_invalid", (n) =>
    inputs(`a=(${filled(n, '"a"', " ")})`),
  ),
  ofSignatures("parameters of components", "signature_component_unsupported", (n) =>
    inputs(`a=("a"${filled(n, (i) => `;k${i}`)})`),
  ),
  ofSignatures("a parameter of a signature that occurs twice behind many", "signature_parameter_invalid", (n) =>
    inputs(`a=()${filled(n, (i) => `;k${i}`)};k0`),
  ),
  ofSignatures("a long nonce", "signature_parameter_invalid", (n) => inputs(`a=();nonce="${filled(n, "a")}"`)),
  ofSignatures(
    "64 names that look alike, looked for in all the lines",
    "signature_component_invalid",
    lookedFor,
    verified,
  ),
  ofSignatures("64 members of one long field", "signature_component_invalid", membersOf, verified),
  ofSignatures(
    "a covered field of white space and line ends",
    "signature_component_invalid",
    (n) => [["X-Folded", `a${filled(n, "\r\n ")}\r\n`], ...inputs('a=("x-folded")')],
    verified,
  ),
  ofSignatures(
    "a long query, 64 parameters of which are covered",
    "signature_component_invalid",
    () => inputs(`a=(${Array.from({ length: 64 }, (_, i) => `"@query-param";name="n${i}"`).join(" ")})`),
    (request) => verified({ ...request, target: QUERY }),
  ),
  ofSignatures(
    "signatures that are asked for",
    "signature_component_invalid",
    (n) => [["Accept-Signature", `${filled(n, (i) => `s${i}=("@method")`, ", ")}, z=("@status";x)`]],
    parseAcceptSignature,
  ),
];
