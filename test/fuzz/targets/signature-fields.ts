import assert from "node:assert/strict";
import fc from "fast-check";
import { parseDictionary } from "structured-headers";
import type { WimseErrorCode } from "../../../src/base/errors.js";
import type { HeaderLine, HttpRequestView } from "../../../src/http/message.js";
import {
  buildSignatureBase,
  type MessageSignature,
  parseSignatures,
  verifyMessageSignature,
} from "../../../src/httpsig.js";
import { fixedRuntime } from "../../../src/testing/fixed-runtime.js";
import { type FuzzTarget, refusal } from "../target.js";
import { STRUCTURED_PIECES } from "./structured-fields.js";

const CODES: readonly WimseErrorCode[] = [
  "signature_malformed",
  "signature_component_invalid",
  "signature_component_unsupported",
  "signature_parameter_invalid",
];
const VERIFICATION_CODES: readonly WimseErrorCode[] = [
  ...CODES,
  "signature_missing",
  "signature_multiple",
  "signature_invalid",
  "signature_expired",
  "signature_not_yet_valid",
];
const NAMES = [
  "@method",
  "@path",
  "@query",
  "@authority",
  "@target-uri",
  "@status",
  "@query-param",
  "x-a",
  "x-b",
  "x-dict",
];
const component = fc
  .tuple(
    fc.constantFrom(...NAMES, "X-A", "@unknown"),
    fc.constantFrom("", "", "", ";req", ";sf", ";bs", ';key="a"', ';name="q"', ";tr"),
  )
  .map(([name, params]) => `"${name}"${params}`);
const PARAMETERS = [
  ...[
    "created=1790000000",
    "expires=1790000060",
    'nonce="n"',
    'tag="t"',
    'keyid="k"',
    'alg="ed25519"',
    "x",
    "created=1.0",
  ],
  ...[
    'created="1"',
    "expires=1",
    "nonce=:AA==:",
    `tag="${"t".repeat(257)}"`,
    "x=?0",
    'wimse-aud="https://svc.example.com/"',
  ],
];
const member = fc
  .tuple(fc.array(component, { maxLength: 6 }), fc.uniqueArray(fc.constantFrom(...PARAMETERS), { maxLength: 4 }))
  .map(([components, params]) => `(${components.join(" ")})${params.map((one) => `;${one}`).join("")}`);
const inputs = fc
  .array(fc.tuple(fc.constantFrom("sig1", "sig2", "a", "wimse"), member, fc.boolean()), { minLength: 1, maxLength: 4 })
  .map((signatures) => {
    const lines = signatures.flatMap(([label, list, other]) => [
      `Signature-Input: ${label}=${list}`,
      `Signature: ${other ? "a" : label}=:AA==:`,
    ]);
    return lines.join("\n");
  });

/** The message: the lines of the input, and some that they may cover. */
function requestOf(input: string): HttpRequestView {
  const lines = input.split("\n").map((line): HeaderLine => {
    const colon = line.indexOf(": ");
    return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 2)];
  });
  const others: HeaderLine[] = [
    ["Host", "svc.example.com"],
    ["X-A", " a, b"],
    ["X-Dict", "a=1, b=(2 3);c"],
  ];
  return { method: "GET", target: "/p?q=1&r=%20", headers: [...others, ...lines] };
}

/** The two fields of signatures, against `structured-headers`, and what is made of them. */
export const signatureFields: FuzzTarget = {
  name: "signature-fields",
  pieces: [
    ...STRUCTURED_PIECES,
    ...["\nSignature-Input: ", "\nSignature: ", "sig1=", '"@method" ', '"@path"', '"x-a";bs', ";created=1", ';tag="t"'],
    ...["\nX-Dict: ", "\nX-A: ", '"x-dict";key="b"', "\r\n "],
  ],
  inputs,
  async check(input) {
    const request = requestOf(input);
    const answer = attempt(() => parseSignatures(request));
    const verified = await verificationOf(request, input);
    if (!Array.isArray(answer)) {
      const code = refusal(answer, CODES, input);
      // one that is chosen by nothing is read like all of them, but only when it is the only one
      assert.ok([code, "signature_multiple", "signature_missing"].includes(verified));
      return code;
    }
    const signatures = answer as readonly MessageSignature[];
    assert.deepEqual(
      signatures.map(({ label }) => label),
      labelsByOracle(request),
    );
    for (const signature of signatures) expectConsistent(signature, request, input);
    const one = signatures.length === 1;
    assert.equal(verified === "signature_multiple", signatures.length > 1);
    assert.equal(verified === "signature_missing", signatures.length === 0);
    return one ? `accepted: ${verified}` : `accepted: ${Math.min(signatures.length, 2)}`;
  },
};

function attempt<T>(run: () => T): T | unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

/** What becomes of a verification in which no signature is right. */
async function verificationOf(request: HttpRequestView, input: string): Promise<string> {
  const runtime = fixedRuntime(1_790_000_000);
  const error = await verifyMessageSignature(request, { verify: () => false, runtime }).then(
    () => assert.fail("verified with a function that says no"),
    (reason: unknown) => reason,
  );
  return refusal(error, VERIFICATION_CODES, input);
}

function labelsByOracle({ headers }: HttpRequestView): readonly string[] {
  const lines = headers.filter(([name]) => name.toLowerCase() === "signature-input");
  return [...parseDictionary(lines.map(([, value]) => value).join(", ")).keys()];
}

/** A signature that was read covers at most 64 components, each once, and its base has a line for each of them. */
function expectConsistent({ components, parameters }: MessageSignature, request: HttpRequestView, input: string): void {
  const identifiers = components.map(({ identifier }) => identifier);
  assert.ok(identifiers.length <= 64);
  assert.equal(new Set(identifiers).size, identifiers.length);
  const base = attempt(() => buildSignatureBase(request, components, parameters));
  if (typeof base !== "string") {
    refusal(base, CODES, input);
    return;
  }
  const lines = base.split("\n");
  assert.equal(lines.length, identifiers.length + 1);
  for (const [i, identifier] of identifiers.entries()) assert.ok(lines[i]?.startsWith(`${identifier}: `));
  assert.ok(lines.at(-1)?.startsWith(`"@signature-params": (${identifiers.join(" ")})`));
  assert.match(base, /^[\t\n -~]*$/);
  // the base is made of components and parameters as they were read, and of those as they are written
  assert.equal(buildSignatureBase(request, identifiers, parameters), base);
}
