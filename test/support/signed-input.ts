import { createHash, createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { JWK } from "jose";
import type { HeaderLine, HttpRequestView, HttpResponseView } from "../../src/http/message.js";
import { ed25519, issuerP256 } from "./fixed-keys.js";

/*
 * A text stands for a request, or for a response. It is written as HTTP/1.1 writes one, but for what only a signer can know. A token is
 * written as its header and its claims with a tab between them, and gets its signature here; `<wth>` is the hash of the
 * WIT, `<digest>` that of the content, and `<signature>` a signature over what `Signature-Input` says. So an edit of a
 * claim or of a component is not just one more signature that does not verify.
 */

/** The time at which inputs are judged. */
export const NOW = 1_790_000_000;
export const ORIGIN = "wimse://example.com";
export const AUDIENCE = "https://svc.example.com/tools";

const issuer = createPrivateKey({ key: { ...issuerP256 }, format: "jwk" });
const workload = createPrivateKey({ key: { ...ed25519 }, format: "jwk" });

/** The issuer's public key. */
export const ISSUER_KEYS: { keys: JWK[] } = { keys: [{ ...publicPart(issuerP256), alg: "ES256", kid: "issuer-1" }] };

/** What signs in the name of every workload. */
export const WORKLOAD_KEY: Readonly<JWK> = { ...ed25519, alg: "Ed25519" };

/** `cnf.jwk` of the workload, as text. */
export const CONFIRMATION: string = JSON.stringify({ ...publicPart(ed25519), alg: "Ed25519" });

function publicPart({ kty, crv, x, y }: JWK): JWK {
  return JSON.parse(JSON.stringify({ kty, crv, x, y })) as JWK;
}

const hashOf = (text: string, encoding: "base64" | "base64url"): string =>
  createHash("sha256").update(text, "latin1").digest(encoding);

/** A token of a text that has a tab between header and claims; any other text as it is. */
function signedToken(text: string, key: KeyObject): string {
  const tab = text.indexOf("\t");
  if (tab < 0) return text;
  const encode = (part: string): string => Buffer.from(part, "latin1").toString("base64url");
  const input = `${encode(text.slice(0, tab))}.${encode(text.slice(tab + 1))}`;
  const digest = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  const signature = sign(digest, Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}

const WITS = new Map<string, string>();

/** The WIT of a text: the same one whenever the text is the same, so that an input means the same every time. */
export function witOf(text: string): string {
  const known = WITS.get(text);
  if (known !== undefined) return known;
  if (WITS.size > 1000) WITS.clear();
  const wit = signedToken(text, issuer);
  WITS.set(text, wit);
  return wit;
}

/** The request that an input stands for. */
export function requestOf(input: string): HttpRequestView {
  const { start, headers, body } = messageOf(input);
  const [method = "", target = ""] = start.split(" ");
  const view = { method, target, headers, ...(body !== undefined && { body }) };
  return { ...view, headers: signedLines(headers, (identifier) => requestValue(identifier, view)) };
}

/** The response that an input stands for: its first line is `HTTP/1.1` and a status. `asked` is the request to it. */
export function responseOf(input: string, asked: HttpRequestView): HttpResponseView {
  const { start, headers, body } = messageOf(input);
  const status = Number(start.split(" ")[1]);
  const componentValue = (identifier: string): string => {
    if (identifier.endsWith(";req")) return requestValue(identifier, asked);
    const name = nameIn(identifier);
    return name === "@status" ? String(status) : linesOf(headers, name).join(", ");
  };
  return { status, headers: signedLines(headers, componentValue), ...(body !== undefined && { body }) };
}

/** A message but for its signatures. */
function messageOf(input: string): { start: string; headers: HeaderLine[]; body: Uint8Array | undefined } {
  const end = input.indexOf("\n\n");
  const [head, body] = end < 0 ? [input, ""] : [input.slice(0, end), input.slice(end + 2)];
  const [start = "", ...lines] = head.split("\n");
  const written = lines.map((line): HeaderLine => {
    const colon = line.indexOf(": ");
    return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 2)];
  });
  const witLine = written.find(([name]) => name === "Workload-Identity-Token");
  const wth = hashOf(witOf(witLine?.[1] ?? ""), "base64url");
  const headers = written.map(([name, value]): HeaderLine => [name, finished(name, value, wth, body)]);
  return { start, headers, body: body === "" ? undefined : Buffer.from(body, "latin1") };
}

function finished(name: string, value: string, wth: string, body: string): string {
  if (name === "Workload-Identity-Token") return witOf(value);
  const text = value.replaceAll("<wth>", wth).replaceAll("<digest>", hashOf(body, "base64"));
  if (!text.includes("\t")) return text;
  const scheme = /^WPT /i.exec(text)?.[0] ?? "";
  return scheme + signedToken(text.slice(scheme.length), workload);
}

/** The lines with a signature in each that has a place for it. */
function signedLines(headers: readonly HeaderLine[], componentValue: (identifier: string) => string): HeaderLine[] {
  return headers.map(([name, value]) => [name, withSignature(value, headers, componentValue)]);
}

function withSignature(
  value: string,
  headers: readonly HeaderLine[],
  componentValue: (identifier: string) => string,
): string {
  if (!value.includes("<signature>")) return value;
  const input = linesOf(headers, "signature-input").join(", ");
  const list = input.slice(input.indexOf("=") + 1);
  const components = list.slice(1, list.indexOf(")")).match(/"[^"]*"[^ ]*/g) ?? [];
  const lines = components.map((identifier) => `${identifier}: ${componentValue(identifier)}`);
  const base = [...lines, `"@signature-params": ${list}`].join("\n");
  return value.replaceAll("<signature>", sign(null, Buffer.from(base, "latin1"), workload).toString("base64"));
}

/** The value of a component of a request. */
function requestValue(identifier: string, { method, target, headers }: HttpRequestView): string {
  const name = nameIn(identifier);
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
      return linesOf(headers, "host").join(", ");
  }
  return linesOf(headers, name).join(", ");
}

function nameIn(identifier: string): string {
  return identifier.split('"')[1] ?? "";
}

function linesOf(headers: readonly HeaderLine[], field: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === field).map(([, value]) => value.trim());
}
