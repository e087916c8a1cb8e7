import { constants, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { JWK } from "jose";
import { createSigner } from "wimse/credential";
import {
  createMessageSignature,
  type HeaderLine,
  type HttpMessage,
  type HttpMessageView,
  type HttpRequestView,
  type HttpResponseView,
  type SignatureContext,
  type SignatureParameters,
  type VerifyMessageSignatureOptions,
  verifyMessageSignature,
} from "wimse/httpsig";
import { fixedRuntime } from "../../src/testing.js";
import { ed25519, p256, p384, rsa } from "../support/fixed-keys.js";
import { outcomeOf } from "../support/wpt-fixtures.js";

/** The moment at which signatures are made and verified. */
export const NOW = 1_790_000_000;
const runtime = fixedRuntime(NOW);

/** What is signed: a message, with the request that it answers where it is a response, and what of it is covered. */
export interface Exchange {
  readonly message: HttpMessageView;
  readonly request?: HttpRequestView;
  readonly components: readonly string[];
  readonly parameters?: SignatureParameters;
}

/** An algorithm of RFC 9421: its name in JOSE, a key, and what Node takes for it. */
export interface Algorithm {
  readonly jose: string;
  readonly jwk: JWK;
  readonly digest: string | null;
  readonly options?: { readonly padding?: number; readonly saltLength?: number; readonly dsaEncoding?: "ieee-p1363" };
}

const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING } = constants;
const joined = { dsaEncoding: "ieee-p1363" } as const;

export const ALGORITHMS = {
  ed25519: { jose: "Ed25519", jwk: ed25519, digest: null },
  "ecdsa-p256-sha256": { jose: "ES256", jwk: p256, digest: "sha256", options: joined },
  "ecdsa-p384-sha384": { jose: "ES384", jwk: p384, digest: "sha384", options: joined },
  "rsa-pss-sha512": {
    jose: "PS512",
    jwk: rsa,
    digest: "sha512",
    options: { padding: RSA_PKCS1_PSS_PADDING, saltLength: 64 },
  },
  "rsa-v1_5-sha256": { jose: "RS256", jwk: rsa, digest: "sha256", options: { padding: RSA_PKCS1_PADDING } },
} satisfies Record<string, Algorithm>;

export type AlgorithmName = keyof typeof ALGORITHMS;
export const ALGORITHM_NAMES = Object.keys(ALGORITHMS) as readonly AlgorithmName[];

/** The private key, as Node has it. */
export function privateKeyOf(name: AlgorithmName): KeyObject {
  return createPrivateKey({ key: ALGORITHMS[name].jwk, format: "jwk" });
}

/** The public key, as Node has it. */
export function publicKeyOf(name: AlgorithmName): KeyObject {
  return createPublicKey(privateKeyOf(name));
}

/** Signing and verifying by Node alone, for packages that leave an algorithm to their caller. */
export function nodeCrypto(name: AlgorithmName): {
  readonly sign: (data: Uint8Array) => Buffer;
  readonly verify: (data: Uint8Array, signature: Uint8Array) => boolean;
} {
  const { digest, options }: Algorithm = ALGORITHMS[name];
  const [privateKey, publicKey] = [privateKeyOf(name), publicKeyOf(name)];
  return {
    sign: (data) => sign(digest, data, { key: privateKey, ...options }),
    verify: (data, signature) => verify(digest, data, { key: publicKey, ...options }, signature),
  };
}

/** The request that a message answers, as our functions take it. */
export function contextOf({ request }: Exchange): SignatureContext {
  return request === undefined ? {} : { request };
}

/** A message, with what is covered where that does not matter. */
export function signed(message: HttpMessageView): Exchange {
  return { message, components: ["@method", "@path"] };
}

/** The message with more lines after those that it has. */
export function withLines<T extends HttpMessageView>(message: T, ...lines: readonly HeaderLine[]): T {
  return { ...message, headers: [...message.headers, ...lines] };
}

/** A request without content. */
export function get(target: string, ...lines: readonly HeaderLine[]): HttpRequestView {
  return { method: "GET", target, headers: [["Host", "example.com"], ...lines] };
}

/** The message with a signature by `ed25519` over a base of these lines and parameters, whatever that is worth. */
export function forge(params: string, lines = "", message: HttpRequestView = get("/a")): HttpRequestView {
  const base = `${lines}"@signature-params": ${params}`;
  const signature = nodeCrypto("ed25519").sign(Buffer.from(base)).toString("base64");
  return withLines(message, ["Signature-Input", `sig1=${params}`], ["Signature", `sig1=:${signature}:`]);
}

/** The message with our signature. */
export async function weSign(exchange: Exchange, name: AlgorithmName, label = "sig1"): Promise<HttpMessageView> {
  const { message, components, parameters = { created: NOW } } = exchange;
  const fields = await createMessageSignature(message, {
    label,
    components,
    parameters,
    signer: await createSigner(ALGORITHMS[name].jwk, ALGORITHMS[name].jose),
    runtime,
    ...contextOf(exchange),
  });
  return withLines(message, ["Signature-Input", fields.signatureInput], ["Signature", fields.signature]);
}

/** What we think of a signature: `"accepted"`, or the code of the refusal. */
export function weVerify(
  message: HttpMessage,
  name: AlgorithmName,
  options: Partial<VerifyMessageSignatureOptions> = {},
): Promise<string> {
  const key = publicKeyOf(name).export({ format: "jwk" }) as JWK;
  return outcomeOf(verifyMessageSignature(message, { key, algorithm: name, runtime, ...options }));
}

export const CONTENT: Uint8Array = new TextEncoder().encode('{"hello": "world"}');

export const REQUEST: HttpRequestView = {
  method: "POST",
  target: "/foo?param=Value&Pet=dog",
  headers: [
    ["Host", "example.com"],
    ["Date", "Tue, 20 Apr 2021 02:07:55 GMT"],
    ["Content-Type", "application/json"],
    ["Content-Digest", "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"],
    ["X-Empty", ""],
    ["Cache-Control", "max-age=60"],
    ["X-Spaced", " \t within  and around \t"],
    ["Cache-Control", "   must-revalidate"],
    ["Example-Dict", "a=1,    b=2;x=1;y=2"],
    ["Example-Dict", 'c=(a   b    c), d, e="f"'],
  ],
  body: CONTENT,
};

export const RESPONSE: HttpResponseView = {
  status: 503,
  headers: [
    ["Content-Type", "text/plain"],
    ["Content-Length", "2"],
    ["Content-Digest", "sha-256=:+44g/C5MPySMYMOb1lLzwTRymLuXe4tNWQO4UFViBgM=:"],
  ],
};

/** A request whose target has nothing but an authority with a port. */
const BARE: HttpRequestView = { method: "GET", target: "/", headers: [["Host", "Example.COM:8443"]] };
const ANSWERED: Pick<Exchange, "message" | "request"> = { message: RESPONSE, request: REQUEST };

/** Of what is signed here, every implementation has to make the same signature base. */
export const EXCHANGES: Readonly<Record<string, Exchange>> = {
  "a request, its derived components": {
    message: REQUEST,
    components: ["@method", "@target-uri", "@authority", "@scheme", "@path", "@query"],
  },
  "a request without a query, to a port": {
    message: BARE,
    components: ["@query", "@path", "@authority", "@scheme"],
  },
  "a request over http, to the default port": {
    message: { ...BARE, scheme: "http", headers: [["Host", "example.com:80"]] },
    components: ["@authority", "@scheme"],
  },
  "a request with percent-encoding": {
    message: { ...REQUEST, target: "/a%20b/%7e?c=%41&d=e%2Bf" },
    components: ["@path", "@query", "@target-uri"],
  },
  "fields, in one line and several, and empty": {
    message: REQUEST,
    components: ["date", "cache-control", "x-empty", "x-spaced", "example-dict"],
  },
  "members of a dictionary": {
    message: REQUEST,
    components: ["a", "b", "c", "d", "e"].map((key) => `"example-dict";key="${key}"`),
  },
  "content, by its digest": { message: REQUEST, components: ["content-digest", "content-type"] },
  "nothing but the parameters": { message: REQUEST, components: [] },
  "all parameters of RFC 9421": {
    message: REQUEST,
    components: ["@method"],
    parameters: {
      created: NOW,
      expires: 4_000_000_000, // far ahead of clocks that cannot be set
      nonce: 'b3k2pp5k7z-50gnwp.yemd "\\',
      keyid: "my key",
      tag: "app",
      extra: "more",
    },
  },
  "a response": { message: RESPONSE, components: ["@status", "content-type", "content-digest"] },
  "a response, with what it answers": {
    ...ANSWERED,
    components: [
      "@status",
      "content-type",
      '"content-type";req',
      '"@method";req',
      '"@path";req',
      '"@query";req',
      '"@authority";req',
      '"content-digest";req',
    ],
  },
  "a response, with members of fields of what it answers": {
    ...ANSWERED,
    components: ["@status", '"example-dict";req;key="b"', '"example-dict";key="c";req'],
  },
};
