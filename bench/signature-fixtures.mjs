import { createPublicKey, verify as cryptoVerify, randomBytes, randomUUID } from "node:crypto";
import { httpbis } from "http-message-signatures";
import { createLocalJWKSet, importJWK, jwtVerify } from "jose";
import { createVerifier, signRequest, targetUriAt } from "wimse";
import { decodeUnverifiedWit } from "wimse/dangerous";
import { buildSignatureBase, parseSignatures } from "wimse/httpsig";
import { memoryReplayStore } from "wimse/replay";
import { createTestIssuer } from "wimse/testing";
import { createTrustStore } from "wimse/trust";

const BASE = "https://svc.example.com";
const AUDIENCE = `${BASE}/orders/42`;

/** One agent of one trust domain, and `count` signed requests of it with a kibibyte of content. */
export async function makeSigningAgent(algorithm, count) {
  const issuer = await createTestIssuer("wimse://example.com", { algorithm });
  const credential = await issuer.credential("wimse://example.com/agent", { algorithm });
  const requests = [];
  for (let i = 0; i < count; i++) requests.push(await signedView(credential));
  return { algorithm, issuer, credential, requests };
}

/** A signed request as a server has it: each string one of its own, not a piece of others. */
async function signedView(credential) {
  const body = randomBytes(1024);
  const headers = { "Content-Type": "application/json" };
  const asked = new Request(`${AUDIENCE}?x=1`, { method: "POST", body, headers });
  const { request } = await signRequest(asked, credential, { lifetime: 300 });
  const flat = (text) => Buffer.from(text, "latin1").toString("latin1");
  return {
    method: "POST",
    scheme: "https",
    target: "/orders/42?x=1",
    headers: [
      ["Host", "svc.example.com"],
      ["User-Agent", "agent/1.0"],
      ["Accept", "application/json"],
      ["X-Request-Id", randomUUID()],
      ["Content-Length", "1024"],
      ...[...request.headers].map(([name, value]) => [name, flat(value)]),
    ],
    body,
  };
}

/** Our verifier with an empty replay store; it has verified the agent's WIT before. */
export async function warmSignatureVerifier({ issuer, credential, requests }) {
  const verifier = createVerifier({
    trust: createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]),
    audience: targetUriAt(BASE),
    replay: memoryReplayStore({ maxEntries: 4 * (requests.length + 1) }),
  });
  await verifier.verify(await signedView(credential));
  return verifier;
}

/** The signature alone: one call of `crypto.verify` on a bare key object. */
export function rawSignatureVerifier({ credential, requests, algorithm }) {
  const key = createPublicKey({ key: decodeUnverifiedWit(credential.wit).claims.cnf.jwk, format: "jwk" });
  const digest = algorithm === "Ed25519" ? null : "sha256";
  const options = digest ? { key, dsaEncoding: "ieee-p1363" } : key;
  const inputs = requests.map((view) => {
    const [{ components, parameters, signature }] = parseSignatures(view);
    return [Buffer.from(buildSignatureBase(view, components, parameters)), signature];
  });
  return (i) => {
    const [data, signature] = inputs[i];
    if (!cryptoVerify(digest, data, options, signature)) throw new Error("the signature did not verify");
  };
}

/** What people put together by hand: `jose` for the WIT and the key, `http-message-signatures` for the signature. */
export function naiveSignatureVerifier({ issuer, algorithm }) {
  const keys = createLocalJWKSet(issuer.jwks);
  const seen = new Map();
  const how = algorithm === "Ed25519" ? "Ed25519" : { name: "ECDSA", hash: "SHA-256" };
  return async ({ method, target, headers: lines, body }) => {
    const headers = Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), value]));
    const { payload } = await jwtVerify(headers["workload-identity-token"], keys, { typ: "wit+jwt" });
    const key = await importJWK(payload.cnf.jwk, payload.cnf.jwk.alg);
    const verified = await httpbis.verifyMessage(
      {
        keyLookup: async () => ({ verify: (data, signature) => crypto.subtle.verify(how, key, signature, data) }),
        requiredFields: ["@method", "@path", "@query", "content-digest", "workload-identity-token"],
        requiredParams: ["created", "expires", "nonce", "tag", "wimse-aud"],
      },
      { method, url: `${BASE}${target}`, headers },
    );
    if (verified !== true) throw new Error("signature");
    const audience = /wimse-aud="([^"]+)"/.exec(headers["signature-input"])?.[1];
    const nonce = /;nonce="([^"]+)"/.exec(headers["signature-input"])?.[1];
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", body)).toString("base64");
    if (headers["content-digest"] !== `sha-256=:${digest}:`) throw new Error("digest");
    if (audience !== AUDIENCE || seen.has(nonce)) throw new Error("refused");
    seen.set(nonce, Date.now());
    return payload.sub;
  };
}
