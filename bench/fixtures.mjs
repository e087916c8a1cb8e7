import { createPublicKey, verify as cryptoVerify, randomUUID } from "node:crypto";
import { createLocalJWKSet, importJWK, jwtVerify } from "jose";
import { createVerifier, targetUriAt } from "wimse";
import { decodeUnverifiedWit } from "wimse/dangerous";
import { memoryReplayStore } from "wimse/replay";
import { createTestIssuer } from "wimse/testing";
import { createTrustStore } from "wimse/trust";
import { signWpt } from "wimse/wpt";

const BASE = "https://svc.example.com";
const AUDIENCE = `${BASE}/orders/42`;

/** One agent of one trust domain, and `count` requests of it, each with a proof of its own. */
export async function makeAgent(algorithm, count, signOptions = { lifetime: 300 }) {
  const issuer = await createTestIssuer("wimse://example.com", { algorithm });
  const credential = await issuer.credential("wimse://example.com/agent", { algorithm });
  const requests = await makeRequests(credential, count, signOptions);
  return { algorithm, issuer, credential, requests };
}

async function makeRequests(credential, count, signOptions) {
  const requests = [];
  for (let i = 0; i < count; i++) {
    const wpt = await signWpt({ audience: AUDIENCE }, credential, signOptions);
    requests.push({ wpt, view: viewOf(credential.wit, wpt) });
  }
  return requests;
}

/** A request as a server has it: each string one of its own, not a piece of others. */
function viewOf(wit, wpt) {
  const flat = (text) => Buffer.from(text, "latin1").toString("latin1");
  return {
    method: "GET",
    scheme: "https",
    target: "/orders/42?x=1",
    headers: [
      ["Host", "svc.example.com"],
      ["User-Agent", "agent/1.0"],
      ["Accept", "application/json"],
      ["Accept-Encoding", "gzip"],
      ["X-Request-Id", randomUUID()],
      ["Workload-Identity-Token", flat(wit)],
      ["Authorization", flat(`WPT ${wpt}`)],
    ],
  };
}

/** Our verifier with an empty replay store; it has verified the agent's WIT before. */
export async function warmVerifier({ issuer, credential, requests }, otherDomains = [], keys = issuer.jwks) {
  const verifier = createVerifier({
    trust: createTrustStore([{ origin: issuer.origin, keys }, ...otherDomains]),
    audience: targetUriAt(BASE),
    replay: memoryReplayStore({ maxEntries: 4 * (requests.length + 1) }),
    proofs: ["wpt"],
  });
  const [{ view }] = await makeRequests(credential, 1);
  await verifier.verify(view);
  return verifier;
}

/**
 * The signature alone: one call of `crypto.verify` on a bare key object, the cheapest form that Node has. It is given
 * ECDSA signatures in DER, converted beforehand, or, with `asReceived`, `r || s` as JOSE has it.
 */
export function rawVerifier({ credential, requests, algorithm }, { asReceived = false } = {}) {
  const publicKey = createPublicKey({ key: decodeUnverifiedWit(credential.wit).claims.cnf.jwk, format: "jwk" });
  const digest = algorithm === "Ed25519" ? null : "sha256";
  const key = asReceived && digest ? { key: publicKey, dsaEncoding: "ieee-p1363" } : publicKey;
  const inputs = requests.map(({ wpt }) => {
    const end = wpt.lastIndexOf(".");
    const signature = Buffer.from(wpt.slice(end + 1), "base64url");
    return [Buffer.from(wpt.slice(0, end)), digest === null || asReceived ? signature : derOf(signature)];
  });
  return (i) => {
    const [data, signature] = inputs[i];
    if (!cryptoVerify(digest, data, key, signature)) throw new Error("the signature did not verify");
  };
}

function derOf(rs) {
  const integer = (bytes) => {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start++;
    const digits = bytes.subarray(start);
    const body = digits[0] >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits;
    return Buffer.concat([Buffer.of(2, body.length), body]);
  };
  const body = Buffer.concat([integer(rs.subarray(0, rs.length / 2)), integer(rs.subarray(rs.length / 2))]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

/** What people put together from jose by hand. */
export function naiveVerifier({ issuer }) {
  const keys = createLocalJWKSet(issuer.jwks);
  const seen = new Map();
  return async (view) => {
    const headers = new Map(view.headers.map(([name, value]) => [name.toLowerCase(), value]));
    const wit = headers.get("workload-identity-token");
    const wpt = headers.get("authorization").slice("WPT ".length);
    const { payload } = await jwtVerify(wit, keys, { typ: "wit+jwt", requiredClaims: ["sub", "exp", "cnf"] });
    const key = await importJWK(payload.cnf.jwk, payload.cnf.jwk.alg);
    const proof = await jwtVerify(wpt, key, {
      typ: "wpt+jwt",
      audience: AUDIENCE,
      requiredClaims: ["exp", "jti", "wth"],
      algorithms: [payload.cnf.jwk.alg],
    });
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(wit));
    if (proof.payload.wth !== Buffer.from(hash).toString("base64url")) throw new Error("wth");
    if (seen.has(proof.payload.jti)) throw new Error("replayed");
    seen.set(proof.payload.jti, proof.payload.exp);
    return payload.sub;
  };
}
