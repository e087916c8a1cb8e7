import { createVerifier, type HeaderLine, type HttpRequestView, type Verifier } from "../../../src/index.js";
import { fixedRuntime } from "../../../src/testing/fixed-runtime.js";
import { createTrustStore, type TrustDomainOptions } from "../../../src/trust.js";
import { AUDIENCE, CONFIRMATION, ISSUER_KEYS, NOW, ORIGIN, requestOf } from "../../support/signed-input.js";
import { type ComplexityCase, filled } from "../case.js";

/*
 * Every way through a verifier that ends before a signature is checked. Where something is wrong with a proof, its WIT is
 * sound, and was verified before.
 */

const SECTION = 64_000;
const CLAIMS = 12_000;
const runtime = fixedRuntime(NOW);
const ONE_KEY: readonly TrustDomainOptions[] = [{ origin: ORIGIN, keys: ISSUER_KEYS }];

function newVerifier(domains = ONE_KEY): Verifier {
  const trust = createTrustStore(domains, { runtime });
  const proofs = ["http-signature", "wpt"] as const;
  return createVerifier({
    trust,
    audience: AUDIENCE,
    proofs,
    understoodTokens: ["x-token"],
    replay: "unchecked",
    runtime,
  });
}

interface WrittenRequest {
  readonly target?: string;
  readonly lines?: readonly string[];
  /** Lines that may be longer than what is written, or have characters that it has not. */
  readonly added?: readonly HeaderLine[];
}

function requestWith({ target = "/tools", lines = [], added = [] }: WrittenRequest): HttpRequestView {
  const { method, headers } = requestOf([`GET / HTTP/1.1`, ...lines].join("\n"));
  return { method, target, headers: [...headers, ...added] };
}

function of(name: string, limit: number, answer: string, written: (octets: number) => WrittenRequest): ComplexityCase {
  return {
    name: `verifier.verify: ${name}`,
    limit,
    answer,
    make(octets) {
      const request = requestWith(written(octets));
      const verifier = newVerifier();
      return () => verifier.verify(request);
    },
  };
}

const wit = (header = "", claims = "", sub = `${ORIGIN}/agent`): string =>
  `Workload-Identity-Token: {"alg":"ES256","kid":"issuer-1","typ":"wit+jwt"${header}}\t{"sub":"${sub}","exp":${NOW + 3600},"cnf":{"jwk":${CONFIRMATION}}${claims}}`;
const wpt = (claims = "", jti = "p1"): string =>
  `Authorization: WPT {"alg":"Ed25519","typ":"wpt+jwt"}\t{"exp":${NOW + 60},"jti":"${jti}","wth":"<wth>"${claims}}`;
const forAudience = `,"aud":"${AUDIENCE}"`;
const REQUIRED = '"@method" "@path" "@query" "workload-identity-token"';
const params = (nonce = "n", audience = AUDIENCE): string =>
  `;created=${NOW};expires=${NOW + 60};nonce="${nonce}";tag="wimse-workload-to-workload";wimse-aud="${audience}"`;
const signed = (list: string): readonly HeaderLine[] => [
  ["Signature-Input", `wimse=${list}`],
  ["Signature", "wimse=:AA==:"],
];
const lookAlike = (n: number): readonly string[] =>
  Array.from({ length: Math.floor(n / 260) }, (_, i) => `${"x".repeat(244)}-${1000 + i}`);

const headCases: readonly ComplexityCase[] = [
  of("lines, over the limit by ten times", 10 * SECTION, "request_too_large", (n) => ({
    added: Array.from({ length: Math.max(257, n / 6) }, (): HeaderLine => ["A", "b"]),
  })),
  of("values, over the limit by ten times", 10 * SECTION, "request_too_large", (n) => ({
    added: [
      ["A", filled(n + SECTION, "b")],
      ["A", "b"],
    ],
  })),
  of("values, the last of which has a NUL", SECTION, "request_malformed", (n) => ({
    added: [...Array.from({ length: 200 }, (): HeaderLine => ["A", filled(n / 210, "b")]), ["A", "b\0"]],
  })),
  of("names, the last of which is none", SECTION, "request_malformed", (n) => ({
    added: [...lookAlike(n).map((name): HeaderLine => [name, ""]), ["A ", "b"]],
  })),
  of("a target of colons", 16_384, "request_malformed", (n) => ({ target: filled(n - 2, "a:") })),
  of("a target with an authority without end", 16_384, "request_malformed", (n) => ({
    target: `http://${filled(n - 8, "a")}@`,
  })),
  of("white space around a line of each field", SECTION, "wit_malformed", (n) => ({
    added: ["Workload-Identity-Token", "Authorization", "X-A", "X-B"].map(
      (name): HeaderLine => [name, `${filled(n / 9, " ")}WPT a${filled(n / 9, "\t")}`],
    ),
  })),
  of("WITs", SECTION, "wit_multiple", (n) => ({
    added: Array.from({ length: 250 }, (): HeaderLine => ["Workload-Identity-Token", "a".repeat(n / 300)]),
  })),
  of("proofs", SECTION, "wpt_multiple", (n) => ({
    lines: [wit()],
    added: Array.from({ length: 250 }, (): HeaderLine => ["Authorization", `WPT ${"a".repeat(n / 300)}`]),
  })),
  of("signatures and no WIT", SECTION, "wit_missing", (n) => ({
    added: [
      ["Signature-Input", filled(n / 2, (i) => `s${i}=()`, ", ")],
      ["Signature", filled(n / 2, (i) => `s${i}=::`, ", ")],
    ],
  })),
  of("a Txn-Token with a comma at its end", SECTION, "request_malformed", (n) => ({
    lines: [wit()],
    added: [["Txn-Token", `${filled(n, "a.")},`]],
  })),
];

const witCases: readonly ComplexityCase[] = [
  of("a WIT over the limit", SECTION, "wit_too_large", (n) => ({
    lines: [wpt()],
    added: [["Workload-Identity-Token", filled(Math.max(n - 2000, 16_385), "e30.")]],
  })),
  of("a WIT with one claim again and again", CLAIMS, "wit_malformed", (n) => ({
    lines: [wit("", filled(n, ',"a":0')), wpt()],
  })),
  of("a WIT with many claims of a stranger", CLAIMS, "wit_trust_domain_unknown", (n) => ({
    lines: [
      wit(
        "",
        filled(n, (i) => `,"a${i}":0`),
        "wimse://example.net/a",
      ),
      wpt(),
    ],
  })),
  of("a WIT with a long sub", CLAIMS - 1000, "wit_subject_invalid", (n) => ({
    lines: [wit("", "", `x://${filled(n - 300, "%C3")}`), wpt()],
  })),
  of("a WIT with a long kid", CLAIMS, "wit_malformed", (n) => ({ lines: [wit(`,"kid":"${filled(n, "a")}"`), wpt()] })),
  of("a WIT with many critical headers", CLAIMS - 1000, "wit_critical_header_unsupported", (n) => ({
    lines: [wit(`,"crit":[${filled(n, '"a",')}"a"]`), wpt()],
  })),
];

/** Octets of a key in a JWK Set. */
const KEY = 200;

/** A WIT of a trust domain with many keys. */
function ofKeys(name: string, answer: string, kid: string): ComplexityCase {
  return {
    name: `verifier.verify: ${name}`,
    limit: 300 * KEY,
    answer,
    make(octets) {
      const keys = Array.from({ length: Math.ceil(octets / KEY) }, (_, i) => ({
        ...ISSUER_KEYS.keys[0],
        kid: `k${i}`,
      }));
      const verifier = newVerifier([{ origin: ORIGIN, keys: { keys } as typeof ISSUER_KEYS }]);
      const written = wit().replace('"kid":"issuer-1"', kid);
      const request = requestWith({ lines: [written, wpt()] });
      return () => verifier.verify(request);
    },
  };
}

const keyCases: readonly ComplexityCase[] = [
  ofKeys("a WIT with a kid that none of many keys has", "wit_key_not_found", '"kid":"issuer-1"'),
  ofKeys("a WIT without kid, and many keys", "wit_key_ambiguous", '"x":0'),
];

const wptCases: readonly ComplexityCase[] = [
  of("a WPT behind spaces", SECTION, "wpt_malformed", (n) => ({
    lines: [wit()],
    added: [["Authorization", `WPT${filled(n - 2000, " ")}a`]],
  })),
  of("a WPT over the limit", SECTION, "wpt_too_large", (n) => ({
    lines: [wit()],
    added: [["Authorization", `WPT ${filled(Math.max(n - 2000, 16_385), "e30.")}`]],
  })),
  of("a WPT with escapes in names", CLAIMS, "wpt_malformed", (n) => ({
    lines: [wit(), wpt(`${filled(n, (i) => `,"\\u0061${i}":0`)},"z":0,"z":0`)],
  })),
  of("a WPT that binds tokens that nobody understands", CLAIMS, "wpt_other_token_unknown", (n) => ({
    lines: [wit(), wpt(`${forAudience},"oth":{"x-token":""${filled(n, (i) => `,"x${i}":""`)}}`)],
  })),
  of("a WPT with a long id that is no text", CLAIMS, "wpt_claim_invalid", (n) => ({
    lines: [wit(), wpt(forAudience, `${filled(n, "a")}\\ud800`)],
  })),
  of("a WPT with a long audience", CLAIMS, "wpt_audience_mismatch", (n) => ({
    lines: [wit(), wpt(`,"aud":"${AUDIENCE}/${filled(n, "?#")}"`)],
  })),
];

const signatureCases: readonly ComplexityCase[] = [
  of("signatures of others, and one that is cut short", SECTION, "signature_malformed", (n) => ({
    lines: [wit()],
    added: [
      ["Signature-Input", `${filled(n / 2, (i) => `s${i}=("@method")`, ", ")}, a=(`],
      ["Signature", filled(n / 3, (i) => `s${i}=::`, ", ")],
    ],
  })),
  of("signatures of others, and two of ours", SECTION, "signature_multiple", (n) => ({
    lines: [wit()],
    added: [
      ["Signature-Input", `${filled(n * 0.45, (i) => `s${i}=()`, ", ")}, a=()${params()}, b=()${params()}`],
      ["Signature", `${filled(n * 0.45, (i) => `s${i}=::`, ", ")}, a=::, b=::`],
    ],
  })),
  of("components, and none that is required", SECTION, "signature_component_missing", (n) => ({
    lines: [wit()],
    added: signed(`(${filled(n - 2000, (i) => `"x-${i}"`, " ")})${params()}`),
  })),
  of("components behind those that are required", SECTION, "signature_component_invalid", (n) => ({
    lines: [wit()],
    added: signed(`(${filled(n - 2000, (i) => `"x-${i}"`, " ")} ${REQUIRED})${params()}`),
  })),
  of("names that look alike, looked for in all the lines", SECTION, "signature_component_invalid", (n) => {
    const fields = lookAlike(n * 0.7);
    const covered = fields.slice(-Math.ceil((59 * n) / SECTION)).map((name) => `"${name}"`);
    return {
      lines: [wit()],
      added: [
        ...fields.map((name): HeaderLine => [name, ""]),
        ...signed(`(${REQUIRED} ${covered.join(" ")} "y")${params()}`),
      ],
    };
  }),
  of("members of one long field", SECTION, "signature_component_invalid", (n) => ({
    lines: [wit()],
    added: [
      ["X-Long", `${Array.from({ length: 59 }, (_, i) => `k${i}`).join(", ")}, z="${filled(n - 4500, "a")}"`],
      ...signed(
        `(${REQUIRED} ${Array.from({ length: 59 }, (_, i) => `"x-long";key="k${i}"`).join(" ")} "y")${params()}`,
      ),
    ],
  })),
  of("a long nonce", SECTION, "signature_parameter_invalid", (n) => ({
    lines: [wit()],
    added: signed(`(${REQUIRED})${params(filled(n - 2000, "a"))}`),
  })),
  of("a long audience", SECTION, "signature_audience_mismatch", (n) => ({
    lines: [wit()],
    added: signed(`(${REQUIRED})${params("n", `${AUDIENCE}${filled(n - 2000, "a")}`)}`),
  })),
  of("many parameters, and one that is forbidden", SECTION, "signature_parameter_forbidden", (n) => ({
    lines: [wit()],
    added: signed(`(${REQUIRED})${params()}${filled(n - 2000, (i) => `;k${i}`)};keyid="a"`),
  })),
];

export const verifyCases: readonly ComplexityCase[] = [
  ...headCases,
  ...witCases,
  ...keyCases,
  ...wptCases,
  ...signatureCases,
];
