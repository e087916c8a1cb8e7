import { createHash } from "node:crypto";
import { createCredential, type WorkloadCredential } from "../../src/credential.js";
import { generateKey, type Signer } from "../../src/crypto/signer.js";
import {
  type AuthenticatedRequest,
  exactly,
  type HeaderLine,
  type HttpResponseView,
  type ResponsePolicy,
  type SignedRequest,
  type SignRequestOptions,
  signRequest,
  type Verifier,
} from "../../src/index.js";
import { AUDIENCE, createWorld, NOW, type World } from "./wpt-fixtures.js";

/** The service that answers. */
export const TOOLS = "wimse://example.com/tools";
export const TAG = "wimse-workload-to-workload";
/** What a response signature covers, written as in `Signature-Input`. */
export const COVERED = [
  '"@status"',
  '"workload-identity-token"',
  '"content-type"',
  '"content-digest"',
  '"@method";req',
  '"@path";req',
  '"@query";req',
] as const;
/** The same of revision 06, which knows the whole request target only. */
export const COVERED_06 = [...COVERED.slice(0, 4), '"@method";req', '"@request-target";req'] as const;

/** What a test changes about a sound signed response. */
export interface AnswerParts {
  readonly status?: number;
  readonly body?: string | null;
  /** Field lines besides WIT, digest and signature. Default: a `Content-Type`. */
  readonly lines?: readonly HeaderLine[];
  /** `null` leaves the line out. */
  readonly wit?: string | null;
  /** `null` leaves the line out. Default: that of the body, if there is any. */
  readonly digest?: string | null;
  /** Component identifiers as they stand in `Signature-Input`. */
  readonly covered?: readonly string[];
  /** Parameters as they stand in `Signature-Input`, laid over the sound ones; `undefined` takes one away. */
  readonly params?: Readonly<Record<string, string | undefined>>;
  readonly signer?: Signer;
  readonly label?: string;
}

/** A request as the service sees it: what the base of a response signature takes from it. */
interface Asked {
  readonly scheme: string;
  readonly authority: string;
  readonly method: string;
  readonly target: string;
  readonly nonce: string;
}

/** An agent, and a service that signs its answers. */
export interface Exchange extends World {
  readonly serviceKey: Signer;
  readonly service: WorkloadCredential;
  /** A sound request that demands a signed response, with what a test changes about it. */
  ask(options?: SignRequestOptions, request?: Request): Promise<SignedRequest>;
  /** The request as the service has verified it. */
  received(signed: SignedRequest): Promise<AuthenticatedRequest>;
  /** A sound signed response, made without the library, with what a test changes about it. */
  answer(to: SignedRequest, parts?: AnswerParts): Promise<HttpResponseView>;
  responsePolicy(changes?: Partial<ResponsePolicy>): ResponsePolicy;
  signatureVerifier(changes?: Parameters<World["verifier"]>[0]): Verifier;
}

/** Makes an exchange whose clock stands at {@link NOW}. */
export async function createExchange(): Promise<Exchange> {
  const world = await createWorld();
  const { runtime, issuer, trust, credential } = world;
  const serviceKey = await generateKey();
  const service = await createCredential(await issuer.issue(TOOLS, serviceKey.publicJwk), serviceKey);
  const signatureVerifier: Exchange["signatureVerifier"] = (changes) =>
    world.verifier({
      proofs: ["http-signature", "wpt"],
      compat: ["http-signature-06"],
      replay: "unchecked",
      ...changes,
    });
  return {
    ...world,
    serviceKey,
    service,
    ask: (options, request = new Request(`${AUDIENCE}?q=1`, { method: "POST", body: "two cones" })) =>
      signRequest(request, credential, { requireSignedResponse: true, runtime, ...options }),
    received: (signed) => signatureVerifier().verify(signed.request),
    answer: (to, parts) => signedByHand(askedOf(to), { wit: service.wit, signer: serviceKey, ...parts }),
    responsePolicy: (changes) => ({ trust, expect: exactly(TOOLS), replay: "unchecked", runtime, ...changes }),
    signatureVerifier,
  };
}

/** The nonce of a request's signature. */
export function nonceOf({ request }: SignedRequest): string {
  return /;nonce="([^"]*)"/.exec(String(request.headers.get("signature-input")))?.[1] ?? "none";
}

/** `Content-Digest` of a body. */
export function digestOf(body: string | Uint8Array): string {
  return `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
}

function askedOf(signed: SignedRequest): Asked {
  const { protocol, host, pathname, search } = new URL(signed.request.url);
  return {
    scheme: protocol.slice(0, -1),
    authority: host,
    method: signed.request.method,
    target: `${pathname}${search}`,
    nonce: nonceOf(signed),
  };
}

async function signedByHand(asked: Asked, parts: AnswerParts & { readonly signer: Signer }): Promise<HttpResponseView> {
  const { status = 200, body = "42", lines = [["Content-Type", "text/plain"]], wit, signer, label = "wimse" } = parts;
  const { digest = body === null ? null : digestOf(body) } = parts;
  const headers: HeaderLine[] = [...lines];
  if (wit) headers.push(["Workload-Identity-Token", wit]);
  if (digest !== null) headers.push(["Content-Digest", digest]);
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const covered =
    parts.covered ?? COVERED.filter((identifier) => /[@]/.test(identifier) || names.has(identifier.slice(1, -1)));
  const params = Object.entries({
    created: String(NOW),
    expires: String(NOW + 60),
    nonce: `"response-${asked.nonce}"`,
    tag: `"${TAG}"`,
    "wimse-req-nonce": `"${asked.nonce}"`,
    ...parts.params,
  }).flatMap(([name, value]) => (value === undefined ? [] : `;${name}=${value}`));
  const input = `(${covered.join(" ")})${params.join("")}`;
  const base = [
    ...covered.map((identifier) => `${identifier}: ${componentValue(identifier, status, headers, asked)}`),
    `"@signature-params": ${input}`,
  ].join("\n");
  const signature = Buffer.from(await signer.sign(Buffer.from(base))).toString("base64");
  headers.push(["Signature-Input", `${label}=${input}`], ["Signature", `${label}=:${signature}:`]);
  return { status, headers, ...(body !== null && { body: Buffer.from(body) }) };
}

/** RFC 9421 section 2, as far as responses of the profile need it. */
function componentValue(identifier: string, status: number, headers: readonly HeaderLine[], asked: Asked): string {
  const name = /^"([^"]*)"/.exec(identifier)?.[1] ?? "";
  const query = asked.target.indexOf("?");
  if (name === "@status") return String(status);
  if (name === "@method") return asked.method;
  if (name === "@scheme") return asked.scheme;
  if (name === "@authority") return asked.authority;
  if (name === "@request-target") return asked.target;
  if (name === "@path") return query === -1 ? asked.target : asked.target.slice(0, query);
  if (name === "@query") return query === -1 ? "?" : asked.target.slice(query);
  const values = headers.filter(([line]) => line.toLowerCase() === name).map(([, value]) => value);
  return values.join(", ");
}

/** The response with one line in place of those of that name, or without them. */
export function withLine(view: HttpResponseView, name: string, value: string | null): HttpResponseView {
  const headers = view.headers.filter(([line]) => line.toLowerCase() !== name.toLowerCase());
  return { ...view, headers: value === null ? headers : [...headers, [name, value]] };
}

/** The value of the field; the test's own failure when there is no such line. */
export function lineOf({ headers }: HttpResponseView, name: string): string {
  const line = headers.find(([field]) => field.toLowerCase() === name.toLowerCase());
  if (line === undefined) throw new Error(`there is no ${name}`);
  return line[1];
}

/** The response as fetch hands it over. */
export function fetched({ status, headers, body }: HttpResponseView): Response {
  return new Response(body === undefined ? null : new Uint8Array(body), {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
}

/** What is covered, but for one component. */
export function without(name: string): string[] {
  return COVERED.filter((identifier) => identifier !== `"${name}"`);
}

/** Both lines of a signature that is none of the profile. */
export function foreign(label: string, params: string): [string, string][] {
  return [
    ["Signature-Input", `${label}=("@status");${params}`],
    ["Signature", `${label}=:AAAA:`],
  ];
}
