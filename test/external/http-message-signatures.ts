import {
  createSigner,
  createVerifier,
  httpbis,
  type Request,
  type Response,
  type SignConfig,
  type VerifyConfig,
} from "http-message-signatures";
import {
  buildSignatureBase,
  type FieldType,
  type HeaderLine,
  type HttpMessageView,
  type HttpRequestView,
} from "wimse/httpsig";
import {
  type AlgorithmName,
  contextOf,
  type Exchange,
  NOW,
  nodeCrypto,
  privateKeyOf,
  publicKeyOf,
} from "./exchanges.js";

// The package `http-message-signatures` of npm, in both directions. It takes URLs, never a request line.

function theirRequest(view: HttpRequestView): Request {
  const host = view.headers.find(([name]) => name === "Host")?.[1] ?? "";
  return { method: view.method, url: `${view.scheme ?? "https"}://${host}${view.target}`, headers: theirFields(view) };
}

/** A field of several lines is an array. */
function theirFields({ headers }: HttpMessageView): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  return fields;
}

/** Typed as a response for the sake of the signatures of functions that take both. */
function theirMessage(view: HttpMessageView): Response {
  const message: Request | Response =
    "status" in view ? { status: view.status, headers: theirFields(view) } : theirRequest(view);
  return message as Response;
}

/** Their base up to the parameters, which this function of theirs leaves out. */
export function theirBase({ message, request, components }: Exchange): string {
  const config = { fields: [...components] };
  const lines = httpbis.createSignatureBase(config, theirMessage(message), request && theirRequest(request));
  return httpbis.formatSignatureBase(lines);
}

/** Our base up to the parameters. */
export function ourBase(exchange: Exchange, fieldTypes?: Record<string, FieldType>): string {
  const { message, components } = exchange;
  const context = { ...contextOf(exchange), ...(fieldTypes && { fieldTypes }) };
  const base = buildSignatureBase(message, components, {}, context);
  return base.slice(0, base.lastIndexOf('"@signature-params": ')).trimEnd();
}

/** Their signer, but with the salt that RFC 9421 wants: see the test of it below. */
function theirKey(name: AlgorithmName): SignConfig["key"] {
  if (name !== "rsa-pss-sha512") return createSigner(privateKeyOf(name), name);
  return { alg: name, sign: async (data) => nodeCrypto(name).sign(data) };
}

/** The message with their signature. */
export async function theySign(
  { message, request, components, parameters = { created: NOW } }: Exchange,
  name: AlgorithmName,
  config: Partial<SignConfig> = {},
): Promise<HttpMessageView> {
  const { created, expires, ...texts } = parameters as Record<string, number | string | undefined>;
  const date = (seconds: unknown): Date => new Date(Number(seconds) * 1000);
  const times = { ...(created && { created: date(created) }), ...(expires && { expires: date(expires) }) };
  const complete = {
    key: theirKey(name),
    name: "sig1",
    fields: [...components],
    params: Object.keys(parameters),
    paramValues: { ...texts, ...times },
    ...config,
  };
  const { headers } = await httpbis.signMessage(complete, theirMessage(message), request && theirRequest(request));
  return withFieldsOf(message, headers);
}

/** A message with the two fields that they made. */
function withFieldsOf(message: HttpMessageView, fields: Response["headers"]): HttpMessageView {
  const others = message.headers.filter(([field]) => !field.startsWith("Signature"));
  const line = (field: string): HeaderLine => [field, String(fields[field])];
  return { ...message, headers: [...others, line("Signature-Input"), line("Signature")] };
}

/** What they think of a signature; it is `null` where they find none. */
export function theyVerify(
  message: HttpMessageView,
  name: AlgorithmName,
  request?: HttpRequestView,
  config: Partial<VerifyConfig> = {},
): Promise<boolean | null> {
  const keyLookup = async () => ({ verify: createVerifier(publicKeyOf(name), name) });
  const complete = { keyLookup, notAfter: NOW, ...config };
  return httpbis.verifyMessage(complete, theirMessage(message), request && theirRequest(request));
}
