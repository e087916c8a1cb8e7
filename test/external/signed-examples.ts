import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { JWK } from "jose";
import { asciiBytes, utf8Bytes } from "../../src/base/bytes.js";
import type { VerificationKey } from "../../src/crypto/verifier.js";
import { checkResponsePolicy } from "../../src/exchange/response-policy.js";
import type { ExpectedAnswer } from "../../src/exchange/signed-request.js";
import { judgeResponse, type ReceivedAnswer } from "../../src/exchange/verify-response.js";
import { findProfileSignature, revisionOf } from "../../src/httpsig/profile.js";
import {
  type HeaderLine,
  type HttpRequestView,
  type HttpResponseView,
  memberOf,
  targetUriAt,
  type VerifyPolicy,
  type WorkloadMatcher,
} from "../../src/index.js";
import { memoryReplayStore } from "../../src/replay.js";
import { fixedRuntime } from "../../src/testing.js";
import { createTrustStore, type TrustStore } from "../../src/trust.js";
import { workloadKey } from "../support/wit-fixtures.js";

interface Signed<M> {
  readonly message: M & { readonly headers: readonly HeaderLine[]; readonly body: string };
  readonly wit: { readonly value: string; readonly claims?: { readonly sub: string } };
  readonly signatures: readonly { readonly label: string; readonly signatureBase: string }[];
}

/** A signed request of the drafts, with the signed response to it where there is one. */
export interface Exchange {
  readonly callerKey: JWK | null;
  readonly calleeKey: JWK | null;
  readonly validityWindow: { readonly suggestedClock: number };
  readonly request: Signed<{ readonly method: string; readonly target: string }>;
  readonly response: Signed<{ readonly status: number }> | null;
}

// The examples of the drafts, old and new, which are not part of this project.
const FOLDER = new URL("../../../shared/specs/examples/", import.meta.url);
export const present: boolean = existsSync(FOLDER);
if (!present) console.warn("left out: ../shared/specs/examples is absent");

/** The exchanges of all files that have some, each under the name of its file, with its number where there are several. */
export function signedExchanges(): readonly (readonly [name: string, exchange: Exchange])[] {
  if (!present) return [];
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json") && file !== "SUMMARY.json");
  return files.flatMap((file) => {
    const example = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
    if (example.kind !== "http-signature") return [];
    const exchanges: readonly Exchange[] = example.exchanges;
    const name = file.slice(0, -".json".length);
    return exchanges.map((exchange, i) => [exchanges.length > 1 ? `${name} #${i + 1}` : name, exchange] as const);
  });
}

/**
 * Trusts exactly these WITs. The key of their issuer was never published: their signatures are compared with those that
 * were, and everything else about them is verified.
 */
export function trustIn(wits: readonly string[]): TrustStore {
  const published = wits.map((wit) => wit.split("."));
  const verify = (data: Uint8Array, signature: Uint8Array): boolean =>
    published.some(
      ([header, claims, last]) =>
        Buffer.from(signature).toString("base64url") === last &&
        Buffer.compare(data, asciiBytes(`${header}.${claims}`)) === 0,
    );
  const jwk = { ...workloadKey.publicJwk, kty: "EC" as const, alg: "ES256" };
  const select = (_kid: string | undefined, { name }: { readonly name: string }): VerificationKey => ({
    algorithm: name,
    jwk,
    verify,
  });
  return createTrustStore([{ origin: "wimse://example.com", keys: { select, holds: () => true } }]);
}

/** Trusts the two WITs of an exchange. */
export function trustOf({ request, response }: Exchange): TrustStore {
  return trustIn([request.wit.value, response?.wit.value ?? request.wit.value]);
}

export function requestOf({ request: { message } }: Exchange): HttpRequestView {
  const { method, target, headers, body } = message;
  return { method, target, headers, body: utf8Bytes(body) };
}

export function responseOf({ response }: Exchange): HttpResponseView & ReceivedAnswer {
  if (response === null) throw new Error("the example has no response");
  const { status, headers, body } = response.message;
  return { status, headers, body: utf8Bytes(body), decoded: false };
}

/** Where a request was sent. */
export function originOf({ headers }: HttpRequestView): string {
  return `https://${new Map(headers).get("Host")}`;
}

/** What the sender of a request that demands a signed response holds the response against. */
export function askedBy(view: HttpRequestView): ExpectedAnswer {
  const { method, target } = view;
  const found = findProfileSignature(view);
  const nonce = String(found?.input.params.get("nonce"));
  const asked = found && { view, nonce, revision: revisionOf(found.input, false) };
  return { url: originOf(view) + target, method, responseSignatureRequired: true, asked };
}

/** The policy of the recipient of a request, at the moment for which the example was made. */
export function policyOf(exchange: Exchange, changes: Partial<VerifyPolicy> = {}): VerifyPolicy {
  const runtime = fixedRuntime(exchange.validityWindow.suggestedClock);
  const audience = targetUriAt(originOf(requestOf(exchange)));
  const replay = memoryReplayStore({ maxEntries: 10, runtime });
  return { trust: trustOf(exchange), audience, replay, compat: ["http-signature-06"], runtime, ...changes };
}

export const EVERYONE: WorkloadMatcher = memberOf("wimse://example.com");

/** Who answered, by what the sender of the request makes of it. */
export async function judge(
  exchange: Exchange,
  answer: ReceivedAnswer = responseOf(exchange),
  expected: ExpectedAnswer = askedBy(requestOf(exchange)),
  who: WorkloadMatcher = EVERYONE,
  later = 0,
): Promise<string | undefined> {
  const runtime = fixedRuntime(exchange.validityWindow.suggestedClock + later);
  const policy = checkResponsePolicy({ trust: trustOf(exchange), expect: who, replay: "unchecked", runtime });
  const { workload } = await judgeResponse(answer, expected, policy);
  return workload?.id.uri;
}

/** The message without its signature. */
export function unsigned<M extends { readonly headers: readonly HeaderLine[] }>(message: M): M {
  return { ...message, headers: message.headers.filter(([name]) => !name.startsWith("Signature")) };
}
