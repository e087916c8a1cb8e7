import { webcrypto as nodeWebCrypto } from "node:crypto";
import {
  type ComponentDescriptor,
  component,
  createSignature,
  createSignatureSync,
  isSignatureError,
  type MessageDescriptor,
  type RequestDescriptor,
  type SignatureComponent,
  type SignatureMessage,
  type Signer,
  type VerificationPolicy,
  type Verifier,
  verifySignature,
  webcrypto,
} from "http-message-sig";
import type { JWK } from "jose";
import {
  buildSignatureBase,
  type HeaderLine,
  type HttpMessage,
  type HttpMessageView,
  type HttpRequestView,
  parseSignatures,
  type SignatureContext,
} from "wimse/httpsig";
import { codeOf } from "../httpsig/support.js";
import {
  ALGORITHMS,
  type AlgorithmName,
  type Exchange,
  NOW,
  nodeCrypto,
  publicKeyOf,
  RESPONSE,
  withLines,
} from "./exchanges.js";

// The package `http-message-sig` of npm, in both directions. It takes target URIs, and the lines of fields in their order.

function theirRequest(view: HttpRequestView): RequestDescriptor {
  const host = view.headers.find(([name]) => name === "Host")?.[1] ?? "";
  return {
    kind: "request",
    method: view.method,
    targetUri: `${view.scheme ?? "https"}://${host}${view.target}`,
    requestTarget: view.target,
    fields: theirFields(view.headers),
    trailers: theirFields(view.trailers ?? []),
  };
}
const theirFields = (lines: readonly HeaderLine[]) => lines.map(([name, value]) => ({ name, value }));

export function theirMessage(message: HttpMessageView, request?: HttpRequestView): MessageDescriptor {
  if (!("status" in message)) return theirRequest(message);
  const fields = { fields: theirFields(message.headers), trailers: theirFields(message.trailers ?? []) };
  return { kind: "response", status: message.status, ...fields, ...(request && { request: theirRequest(request) }) };
}

/** Components as they have them. */
export function theirComponents(components: readonly string[]): readonly ComponentDescriptor[] {
  const params = `(${components.map((name) => (name.startsWith('"') ? name : `"${name}"`)).join(" ")})`;
  const [parsed] = parseSignatures(withLines(RESPONSE, ["Signature-Input", `a=${params}`], ["Signature", "a=::"]));
  return (parsed?.components ?? []).map(({ name, parameters }) =>
    component(name, parameters as Record<string, string>),
  );
}

/** Their providers where they have one; otherwise Node's algorithms under their interface. */
export async function theirKeys(name: AlgorithmName): Promise<{ signer: Signer; verifier: Verifier }> {
  const imports = { ed25519: { name: "Ed25519" }, "rsa-pss-sha512": { name: "RSA-PSS", hash: "SHA-512" } };
  if (name !== "ed25519" && name !== "rsa-pss-sha512") {
    const { sign, verify } = nodeCrypto(name);
    return { signer: { algorithm: name, sign }, verifier: { algorithm: name, verify } };
  }
  const importKey = (jwk: JWK, usage: "sign" | "verify") =>
    nodeWebCrypto.subtle.importKey("jwk", jwk as nodeWebCrypto.JsonWebKey, imports[name], false, [usage]);
  const publicJwk = publicKeyOf(name).export({ format: "jwk" }) as JWK;
  return {
    signer: webcrypto.signer(await importKey(ALGORITHMS[name].jwk, "sign")),
    verifier: webcrypto.verifier(await importKey(publicJwk, "verify")),
  };
}

export async function theySign(exchange: Exchange, name: AlgorithmName, label = "sig1"): Promise<HttpMessageView> {
  const { message, request, components, parameters = { created: NOW } } = exchange;
  const { signature, signatureInput } = await createSignature(theirMessage(message, request), {
    label,
    components: theirComponents(components),
    parameters: parameters as Record<string, string>,
    signer: (await theirKeys(name)).signer,
  });
  return withLines(message, ["Signature-Input", signatureInput], ["Signature", signature]);
}

interface TheirOptions {
  readonly label?: string;
  readonly policy?: Partial<VerificationPolicy>;
}

/** What they think of a signature: `"accepted"`, or the code of their refusal. */
export async function theyVerify(
  message: SignatureMessage,
  name: AlgorithmName,
  options: TheirOptions = {},
): Promise<string> {
  const { verifier } = await theirKeys(name);
  const { policy, ...label } = options;
  const verification = verifySignature(message, {
    ...label,
    policy: { algorithms: [name], requiredComponents: [], requiredParameters: [], now: NOW, ...policy },
    resolveVerifier: () => verifier,
  });
  return verification.then(() => "accepted", theirCode);
}

function theirCode(error: unknown): string {
  if (isSignatureError(error)) return error.code;
  throw error;
}

/** What they would sign, or the code of their refusal. */
export function theirBase(message: SignatureMessage, components: readonly SignatureComponent[]): string {
  let base = "";
  const sign = (data: Uint8Array): Uint8Array => {
    base = Buffer.from(data).toString("latin1");
    return new Uint8Array(1);
  };
  try {
    createSignatureSync(message, { components, parameters: {}, signer: { algorithm: "none", sign } });
  } catch (error) {
    return theirCode(error);
  }
  return base;
}

/** What we would sign, or the code of our refusal. */
export function ourBase(message: HttpMessage, components: readonly string[], context?: SignatureContext): string {
  const build = () => buildSignatureBase(message, components, {}, context);
  const code = codeOf(build);
  return code === "accepted" ? build() : code;
}
