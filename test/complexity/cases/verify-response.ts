import { createCredential, createSigner } from "../../../src/credential.js";
import { exactly, type HeaderLine, type HttpResponseView, signRequest, verifyResponse } from "../../../src/index.js";
import { fixedRuntime } from "../../../src/testing/fixed-runtime.js";
import { createTrustStore } from "../../../src/trust.js";
import { AUDIENCE, CONFIRMATION, ISSUER_KEYS, NOW, ORIGIN, WORKLOAD_KEY, witOf } from "../../support/signed-input.js";
import { type ComplexityCase, filled } from "../case.js";

const SECTION = 64_000;
const CLAIMS = 12_000;
const SERVICE = `${ORIGIN}/tools`;
const runtime = fixedRuntime(NOW);
const trust = createTrustStore([{ origin: ORIGIN, keys: ISSUER_KEYS }], { runtime });

const wit = (more = "", sub = SERVICE): string =>
  witOf(
    `{"alg":"ES256","kid":"issuer-1","typ":"wit+jwt"}\t{"sub":"${sub}","exp":${NOW + 3600},"cnf":{"jwk":${CONFIRMATION}}${more}}`,
  );
const credential = await createCredential(wit("", `${ORIGIN}/agent`), await createSigner(WORKLOAD_KEY));
const asked = await signRequest(new Request(AUDIENCE), credential, { requireSignedResponse: true, runtime });
const NONCE = /;nonce="([^"]*)"/.exec(asked.request.headers.get("signature-input") ?? "")?.[1] ?? "";
/** A WIT that is sound. */
const SOUND: readonly HeaderLine[] = [["Workload-Identity-Token", wit()]];

function of(
  name: string,
  limit: number,
  answer: string,
  written: (octets: number) => Partial<HttpResponseView>,
): ComplexityCase {
  return {
    name: `verifyResponse: ${name}`,
    limit,
    answer,
    make(octets) {
      const view = { status: 200, headers: [], ...written(octets) };
      const policy = { trust, expect: exactly(SERVICE), replay: "unchecked", runtime } as const;
      return () => verifyResponse(view, asked, policy);
    },
  };
}

const REQUIRED = '"@status" "workload-identity-token" "@method";req "@path";req "@query";req';
const params = (nonce = "n"): string =>
  `;created=${NOW};expires=${NOW + 60};nonce="${nonce}";tag="wimse-workload-to-workload";wimse-req-nonce="${NONCE}"`;
const signed = (list: string): readonly HeaderLine[] => [
  ["Signature-Input", `wimse=${list}`],
  ["Signature", "wimse=:AA==:"],
];

/** Every way through the verification of a response that ends before a signature is checked. */
export const verifyResponseCases: readonly ComplexityCase[] = [
  of("lines, over the limit by ten times", 10 * SECTION, "response_malformed", (n) => ({
    headers: Array.from({ length: Math.max(257, n / 6) }, (): HeaderLine => ["A", "b"]),
  })),
  of("trailers, over the limit by ten times", 10 * SECTION, "response_malformed", (n) => ({
    trailers: [
      ["A", filled(n + SECTION, "b")],
      ["A", "b"],
    ],
  })),
  of("values, the last of which has a NUL", SECTION, "response_malformed", (n) => ({
    headers: [...Array.from({ length: 200 }, (): HeaderLine => ["A", filled(n / 210, "b")]), ["A", "b\0"]],
  })),
  of("signatures of others", SECTION, "response_signature_required", (n) => ({
    headers: [
      ["Signature-Input", filled(n * 0.45, (i) => `s${i}=()`, ", ")],
      ["Signature", filled(n * 0.45, (i) => `s${i}=::`, ", ")],
    ],
  })),
  of("a signature, and no WIT", SECTION, "wit_missing", (n) => ({
    headers: [...signed(`(${REQUIRED})${params()}`), ["X-A", filled(n - 2000, "a")]],
  })),
  of("WITs", SECTION, "wit_multiple", (n) => ({
    headers: [
      ...signed(`(${REQUIRED})${params()}`),
      ...Array.from({ length: 250 }, (): HeaderLine => ["Workload-Identity-Token", "a".repeat(n / 300)]),
    ],
  })),
  of("a WIT over the limit", SECTION, "wit_too_large", (n) => ({
    headers: [
      ...signed(`(${REQUIRED})${params()}`),
      ["Workload-Identity-Token", filled(Math.max(n - 2000, 16_385), "e30.")],
    ],
  })),
  of("a WIT with one claim again and again", CLAIMS, "wit_malformed", (n) => ({
    headers: [...signed(`(${REQUIRED})${params()}`), ["Workload-Identity-Token", wit(filled(n, ',"a":0'))]],
  })),
  of("a signature that is cut short", SECTION, "signature_malformed", (n) => ({
    headers: [
      ...SOUND,
      ["Signature-Input", `${filled(n / 2, (i) => `s${i}=("@status")`, ", ")}, a=(`],
      ["Signature", filled(n / 3, (i) => `s${i}=::`, ", ")],
    ],
  })),
  of("components, and none that is required", SECTION, "signature_component_missing", (n) => ({
    headers: [...SOUND, ...signed(`(${filled(n - 2000, (i) => `"x-${i}"`, " ")})${params()}`)],
  })),
  of("components of the request behind those that are required", SECTION, "signature_component_invalid", (n) => ({
    headers: [...SOUND, ...signed(`(${REQUIRED} ${filled(n - 2000, (i) => `"x-${i}";req`, " ")})${params()}`)],
  })),
  of("a long nonce", SECTION, "signature_parameter_invalid", (n) => ({
    headers: [...SOUND, ...signed(`(${REQUIRED})${params(filled(n - 2000, "a"))}`)],
  })),
  of("many parameters, and one that is forbidden", SECTION, "signature_parameter_forbidden", (n) => ({
    headers: [...SOUND, ...signed(`(${REQUIRED})${params()}${filled(n - 2000, (i) => `;k${i}`)};keyid="a"`)],
  })),
];
