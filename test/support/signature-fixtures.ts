import { createHash } from "node:crypto";
import { asciiBytes } from "../../src/base/bytes.js";
import type { Signer } from "../../src/crypto/signer.js";
import type { HeaderLine, HttpRequestView, Verifier, VerifyPolicy } from "../../src/index.js";
import { AUDIENCE, NOW, type World } from "./wpt-fixtures.js";

// Signatures made by hand, from the text of RFC 9421 and not with what is tested.

export const TAG = "wimse-workload-to-workload";
export const BODY = '{"order":"two cones"}';

/** The value of `Content-Digest` for a body. */
export function digestOf(body: string | Uint8Array, algorithm: "sha-256" | "sha-512" = "sha-256"): string {
  return `${algorithm}=:${createHash(algorithm.replace("-", "")).update(body).digest("base64")}:`;
}

/** Parameters as they are serialized, in this order. */
export type ParameterTexts = Readonly<Record<string, string | undefined>>;

/** What a test changes about a sound signature. */
export interface SignatureParts {
  readonly label?: string;
  /** Component identifiers as they are serialized, quotes included; or what is done to those of a sound signature. */
  readonly components?: readonly string[] | ((sound: readonly string[]) => readonly string[]);
  /**
   * Values as they are serialized, laid over those of a sound signature: `""` is a name without a value, and `undefined`
   * takes a parameter away. Or what is done to those of a sound signature.
   */
  readonly parameters?: ParameterTexts | ((sound: ParameterTexts) => ParameterTexts);
  readonly signer?: Signer;
  /** Values of components by identifier, where the plain one is not meant. */
  readonly values?: Readonly<Record<string, string>>;
  /** How the member of `Signature-Input` is written, where not as it is signed. */
  readonly written?: (member: string) => string;
}

/** What a test changes about a sound signed request. */
export interface SignedRequestParts extends SignatureParts {
  /** `null` leaves the line out. Default: the world's WIT. */
  readonly wit?: string | null;
  readonly method?: string;
  readonly target?: string;
  /** `null`: no content. Default: {@link BODY}. */
  readonly body?: string | null;
  /** `null` leaves `Content-Digest` out. Default: that of the body. */
  readonly digest?: string | null;
  /** Lines that are there before the signature is made, which covers those that it has to. */
  readonly lines?: readonly HeaderLine[];
  /** Lines that are added afterwards. */
  readonly added?: readonly HeaderLine[];
}

/** The signature of a message: its two field lines. */
export interface SignatureLines {
  readonly input: HeaderLine;
  readonly signature: HeaderLine;
}

let nonces = 0;

/** A sound signed request with a fresh nonce, with what a test changes about it. */
export async function signedRequest(world: World, parts: SignedRequestParts = {}): Promise<HttpRequestView> {
  const { wit = world.wit, method = "POST", target = "/tools?q=1", lines = [], added = [] } = parts;
  const { body = BODY, digest = body === null ? null : digestOf(body) } = parts;
  const headers: HeaderLine[] = [
    ["Host", "svc.example.com"],
    ...(wit === null ? [] : [["Workload-Identity-Token", wit] as const]),
    ...(body === null ? [] : [["Content-Type", "application/json"] as const]),
    ...(digest === null ? [] : [["Content-Digest", digest] as const]),
    ...lines,
  ];
  const unsigned = { method, target, headers, ...(body !== null && { body: new TextEncoder().encode(body) }) };
  const { input, signature } = await signatureOf(world, unsigned, parts);
  return { ...unsigned, headers: [...headers, input, signature, ...added] };
}

/** The request with a signature: a second one where it has one already, on lines of its own. */
export async function withSignatureLines(
  world: World,
  view: HttpRequestView,
  parts: SignatureParts = {},
): Promise<HttpRequestView> {
  const { input, signature } = await signatureOf(world, view, parts);
  return { ...view, headers: [...view.headers, input, signature] };
}

/** A sound signature of a request, with what a test changes about it. */
export async function signatureOf(
  world: World,
  view: HttpRequestView,
  { label = "wimse", components, parameters, signer = world.key, values, written }: SignatureParts = {},
): Promise<SignatureLines> {
  const sound = soundComponents(view);
  const covered = typeof components === "function" ? components(sound) : (components ?? sound);
  const usual = soundParameters();
  const all = typeof parameters === "function" ? parameters(usual) : { ...usual, ...parameters };
  const given = Object.entries(all).filter((parameter): parameter is [string, string] => parameter[1] !== undefined);
  const params = given.map(([name, value]) => (value === "" ? `;${name}` : `;${name}=${value}`)).join("");
  const list = `(${covered.join(" ")})${params}`;
  const base = [
    ...covered.map((identifier) => `${identifier}: ${values?.[identifier] ?? plainValue(view, identifier)}`),
    `"@signature-params": ${list}`,
  ].join("\n");
  const signature = Buffer.from(await signer.sign(asciiBytes(base))).toString("base64");
  const member = `${label}=${list}`;
  return {
    input: ["Signature-Input", written?.(member) ?? member],
    signature: ["Signature", `${label}=:${signature}:`],
  };
}

const FIELDS = ["workload-identity-token", "content-type", "content-digest", "authorization", "txn-token"];

/** What a signature of the profile has to cover. */
export function soundComponents({ headers }: HttpRequestView): string[] {
  const present = FIELDS.filter((field) => headers.some(([name]) => name.toLowerCase() === field));
  return ["@method", "@path", "@query", ...present].map((name) => `"${name}"`);
}

function soundParameters(): Record<string, string> {
  return {
    created: `${NOW}`,
    expires: `${NOW + 60}`,
    nonce: `"nonce-${nonces++}"`,
    tag: `"${TAG}"`,
    "wimse-aud": `"${AUDIENCE}"`,
  };
}

/** The value of a component without parameters. */
function plainValue({ method, target, headers }: HttpRequestView, identifier: string): string {
  const name = identifier.slice(1, identifier.indexOf('"', 1));
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  switch (name) {
    case "@method":
      return method;
    case "@path":
      return path;
    case "@query":
      return `?${query}`;
    case "@request-target":
      return target;
    case "@authority":
      return "svc.example.com";
  }
  const lines = headers.filter(([field]) => field.toLowerCase() === name.toLowerCase());
  return lines.map(([, value]) => value.trim()).join(", ");
}

/** A verifier of requests that are signed, with what a test changes about its policy. */
export function signatureVerifier(world: World, changes: Partial<VerifyPolicy> = {}): Verifier {
  return world.verifier({ proofs: ["http-signature"], replay: "unchecked", ...changes });
}

/** The request with the value of each line of a field changed, or with the lines taken away. */
export function withField(
  view: HttpRequestView,
  field: string,
  change: (value: string) => string | null,
): HttpRequestView {
  const headers = view.headers.flatMap(([name, value]): HeaderLine[] => {
    if (name.toLowerCase() !== field) return [[name, value]];
    const changed = change(value);
    return changed === null ? [] : [[name, changed]];
  });
  return { ...view, headers };
}
