import { createPrivateKey, sign as nodeSign } from "node:crypto";
import { inspect } from "node:util";
import type { JWK } from "jose";
import { expect } from "vitest";
import { WimseError, type WimseErrorCode } from "../../src/base/errors.js";
import { type Algorithm, algorithmNamed } from "../../src/crypto/algorithms.js";
import { type FixedRuntime, fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { createTrustStore, type TrustStore } from "../../src/trust/store.js";
import type { TrustDomainOptions } from "../../src/trust/trust-domain.js";
import * as fixed from "./fixed-keys.js";

/** The time at which every fixture is made and judged. */
export const NOW = 1_790_000_000;
export const ORIGIN = "wimse://example.com";
export const SUBJECT = "wimse://example.com/agent";

/** A clock that stands at {@link NOW}, or at another time. */
export function clock(now: number = NOW): FixedRuntime {
  return fixedRuntime(now);
}

/** A key pair with the algorithm that it is used with. */
export interface TestKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateJwk: JWK;
  /** With `alg`, without `kid`. */
  readonly publicJwk: JWK;
}

/** A test key of a private JWK. */
export function testKey(privateJwk: JWK, alg: string, kid: string): TestKey {
  const { kty, crv, x, y, n, e } = privateJwk;
  const material = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined);
  return { kid, alg, privateJwk, publicJwk: { ...Object.fromEntries(material), alg } };
}

/** Signs WITs of {@link ORIGIN}. */
export const issuerKey: TestKey = testKey(fixed.issuerP256, "ES256", "issuer-1");
/** What {@link makeWit} binds. */
export const workloadKey: TestKey = testKey(fixed.p256, "ES256", "workload");
/** Belongs to nobody who is trusted. */
export const strangerKey: TestKey = testKey(fixed.otherP256, "ES256", "issuer-1");

const PRIVATE_KEYS: Readonly<Record<string, JWK>> = {
  "P-256": fixed.issuerP256,
  "P-384": fixed.p384,
  "P-521": fixed.p521,
  Ed25519: fixed.ed25519,
  RSA: fixed.rsa,
};

/** A fixed key for an algorithm; there is none for ML-DSA. */
export function keyFor(alg: string, kid = `key-${alg}`): TestKey {
  const algorithm = algorithmOf(alg);
  const privateJwk = PRIVATE_KEYS[algorithm.crv ?? algorithm.kty];
  if (privateJwk === undefined) throw new Error(`no fixed key for ${alg}`);
  return testKey(privateJwk, alg, kid);
}

function algorithmOf(alg: string): Algorithm {
  const algorithm = algorithmNamed(alg);
  if (algorithm === undefined) throw new Error(`${alg} is not in the table`);
  return algorithm;
}

/** base64url of text, as it is. */
export function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** A JWS in compact serialization over exactly this header and payload; objects are written as JSON. */
export function signRaw(header: object | string, payload: object | string, key: TestKey = issuerKey): string {
  const text = (part: object | string): string => (typeof part === "string" ? part : JSON.stringify(part));
  const input = `${encode(text(header))}.${encode(text(payload))}`;
  return `${input}.${signatureOver(input, key)}`;
}

/** The signature over a signing input, base64url. Says nothing about the header: the key's own algorithm is used. */
export function signatureOver(input: string, key: TestKey): string {
  const { node } = algorithmOf(key.alg);
  const { padding, saltLength } = node;
  const signature = nodeSign(node.digest, Buffer.from(input), {
    key: createPrivateKey({ key: { ...key.privateJwk }, format: "jwk" }),
    dsaEncoding: "ieee-p1363",
    ...(padding !== undefined && { padding }),
    ...(saltLength !== undefined && { saltLength }),
  });
  return signature.toString("base64url");
}

/** What {@link makeWit} is to do otherwise. A member that is `undefined` is left out. */
export interface WitChanges {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: TestKey;
}

/** A WIT of {@link SUBJECT}, signed by the issuer, good for an hour from {@link NOW}; or one with changes. */
export function makeWit({ header, claims, key = issuerKey }: WitChanges = {}): string {
  return signRaw({ ...witHeader(key), ...header }, { ...witClaims(), ...claims }, key);
}

export function witHeader(key: TestKey = issuerKey): Record<string, unknown> {
  return { alg: key.alg, kid: key.kid, typ: "wit+jwt" };
}

export function witClaims(): Record<string, unknown> {
  return { sub: SUBJECT, exp: NOW + 3600, cnf: { jwk: workloadKey.publicJwk } };
}

/** A trust store with one domain: {@link ORIGIN} and its issuer's key, or with changes. */
export function makeTrust(changes: Partial<TrustDomainOptions> = {}): TrustStore & { close(): Promise<void> } {
  return createTrustStore([{ origin: ORIGIN, keys: jwks(issuerKey), ...changes }]);
}

/** A JWK Set of the public keys, with their `kid`. */
export function jwks(...keys: readonly TestKey[]): { keys: JWK[] } {
  return { keys: keys.map(({ publicJwk, kid }) => ({ ...publicJwk, kid })) };
}

/** What was thrown or rejected; fails when nothing was. */
export async function caughtFrom(run: (() => unknown) | PromiseLike<unknown>): Promise<unknown> {
  try {
    await (typeof run === "function" ? run() : run);
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** Expects a `WimseError` with this code (and requirement) in which nothing of `secret` can be read. */
export async function expectWimseError(
  run: (() => unknown) | PromiseLike<unknown>,
  code: WimseErrorCode,
  requirement?: string,
  secret?: string,
): Promise<void> {
  const error = await caughtFrom(run);
  if (!(error instanceof WimseError)) throw error;
  expect({ code: error.code, message: error.message }).toEqual({ code, message: error.message });
  if (requirement !== undefined) expect(error.requirement).toBe(requirement);
  expect(error.cause).toBeUndefined();
  if (secret !== undefined) expectSilence(error, secret);
}

/** Expects the coded `TypeError` of a caller's mistake, with a message that matches. */
export async function expectMistake(run: (() => unknown) | PromiseLike<unknown>, message: RegExp): Promise<void> {
  const error = await caughtFrom(run);
  if (!(error instanceof TypeError)) throw error;
  expect(error).toMatchObject({ code: "configuration_invalid", message: expect.stringMatching(message) });
}

/** Expects that nothing of a token (or of any other dotted text) is in any form in which an object is printed. */
export function expectSilence(value: unknown, secret: string): void {
  const printed = [
    String(value),
    JSON.stringify(value),
    inspect(value, { depth: 9, showHidden: true, getters: true }),
    value instanceof Error ? value.message : "",
  ].join("\n");
  for (const part of secret.split(".")) {
    if (part.length > 8) expect(printed).not.toContain(part.slice(0, 24));
  }
}
