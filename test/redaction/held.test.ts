import { createHash, createPrivateKey, webcrypto } from "node:crypto";
import { inspect } from "node:util";
import { expect, it } from "vitest";
import {
  createCredential,
  createSigner,
  identityServerSource,
  renewingSource,
  staticSource,
} from "../../src/credential.js";
import { parseSignatures } from "../../src/httpsig.js";
import { createSigningFetch } from "../../src/integrations/fetch.js";
import { signRequest, verifyResponse } from "../../src/index.js";
import {
  createEnrolmentToken,
  createIdentityServer,
  createIssuer,
  enrolmentTokens,
  jwtBootstrap,
} from "../../src/issuer.js";
import { memoryReplayStore } from "../../src/replay.js";
import { createTestIssuer, kmsSigner } from "../../src/testing.js";
import {
  combineTrustStores,
  createTrustDomain,
  createTrustStore,
  remoteJwks,
  spiffeBundle,
  spiffeBundleMap,
  staticJwks,
} from "../../src/trust.js";
import { createRevocationList, verifyWit } from "../../src/wit.js";
import { verifyWpt } from "../../src/wpt.js";
import { AGENT_KEY } from "../conformance/support.js";
import { memoryStore, SERVER } from "../support/issuer-fixtures.js";
import { nonceOf } from "../support/response-fixtures.js";
import { AGENT, AUDIENCE, NOW, ORIGIN } from "../support/wpt-fixtures.js";
import { createScene } from "./scene.js";
import { MARK, printed, Secrets } from "./secrets.js";

const { exchange, wit: marked, wpt } = await createScene();
const { runtime, trust, issuer, service, key } = exchange;
const { d, ...publicKey } = AGENT_KEY;
const wit = await issuer.issue(AGENT, publicKey, { claims: { note: MARK, jti: MARK } });
const credential = await createCredential(wit, AGENT_KEY);
const keyObject = createPrivateKey({ key: AGENT_KEY, format: "jwk" });
const cryptoKey = await webcrypto.subtle.importKey("jwk", AGENT_KEY, "Ed25519", true, ["sign"]);

const target = new Request(`${AUDIENCE}?token=${MARK}`, { method: "POST", body: MARK, headers: { cookie: MARK } });
const signed = await signRequest(target, credential, { runtime, requireSignedResponse: true });
const verifier = exchange.signatureVerifier({ allow: () => true });
const authenticated = await verifier.verify(signed.request);
const verified = await verifyWit(marked, { trust, runtime });
const proof = await verifyWpt(wpt, verified, { audience: [AUDIENCE], runtime });
const answer = await exchange.answer(signed, { body: MARK, lines: [["Set-Cookie", MARK]] });
const response = await verifyResponse(answer, signed, exchange.responsePolicy());
const replay = memoryReplayStore({ maxEntries: 10, runtime });
replay.claim([{ scope: MARK, id: MARK, expiresAt: NOW + 60 }]);

const handle = { d: MARK, [MARK]: MARK };
const store = memoryStore();
const kept = { keys: { create: () => ({ signer: issuer.signer, handle }), open: () => issuer.signer }, store };
const ownIssuer = await createIssuer({ origin: ORIGIN, runtime, ...kept });
const issued = await ownIssuer.issue(AGENT, publicKey, { claims: { note: MARK } });
const trustedToken = createEnrolmentToken({ label: "build", runtime });
const jwtIssuer = { issuer: "https://idp.example.com", audience: SERVER, keys: issuer.jwks, runtime };
const bootstrap = [enrolmentTokens([trustedToken.record], { runtime }), jwtBootstrap(jwtIssuer)];
const renewed = renewingSource({ obtain: () => credential, runtime });
await renewed.current();
const enrolled = identityServerSource(SERVER, {
  sub: AGENT,
  bootstrap: { type: "enrolment-token", value: trustedToken.token },
  key: AGENT_KEY,
  fetch: async () => Response.json({ wit }),
  runtime,
});
await enrolled.current();
const URL_WITH_QUERY = `https://id.example.com/?${MARK}`;
const fetched = { fetch: async () => Response.json({ ...issuer.jwks, note: MARK }), runtime };
const remote = remoteJwks(URL_WITH_QUERY, fetched);
await verifyWit(marked, { trust: createTrustStore([{ origin: ORIGIN, keys: remote }], { runtime }), runtime });
const revocations = createRevocationList({ runtime });
revocations.add({ tokenId: MARK, origin: ORIGIN });

const tokens = [
  issued.wit,
  trustedToken.token,
  wit,
  marked,
  wpt,
  service.wit,
  ...[...signed.request.headers].flatMap(tokenOf),
];
const secrets = new Secrets([MARK, d, nonceOf(signed), ...tokens]);

/** Of the fields of a signed request those that are more than names of the protocol. */
function tokenOf([name, value]: [string, string]): string[] {
  return name === "signature-input" || name.startsWith("content-") ? [] : [value];
}

const held: Readonly<Record<string, unknown>> = {
  "a signer of a JWK": await createSigner(AGENT_KEY),
  "a signer of a KeyObject": await createSigner(keyObject),
  "a signer of a CryptoKey": await createSigner(cryptoKey, "Ed25519"),
  "a signer of a signer": await createSigner(key),
  "a signer of a key service": await kmsSigner(),
  "a WorkloadCredential": credential,
  "a SignedRequest": signed,
  "a VerifiedWit": verified,
  "a VerifiedWpt": proof,
  "an AuthenticatedRequest": authenticated,
  "an AuthenticatedWorkload": authenticated.workload,
  "an AuthenticatedResponse": response,
  "a verifier": verifier,
  "a trust store": trust,
  "a trust domain": createTrustDomain({ origin: ORIGIN, keys: issuer.jwks }),
  "a key source": staticJwks(issuer.jwks),
  "a replay store": replay,
  "a signing fetch": createSigningFetch(credential, { origins: "any", runtime }),
  "a test issuer": await createTestIssuer(ORIGIN),
  "an issuer": ownIssuer,
  "what an issuer publishes": [await ownIssuer.jwks(), ownIssuer.state(), ownIssuer.keySource()],
  "an identity server": createIdentityServer({
    issuer: ownIssuer,
    url: SERVER,
    policy: () => true,
    bootstrap,
    runtime,
  }),
  "bootstrap checks": bootstrap,
  "the record of an enrolment token": trustedToken.record,
  "a static source": [staticSource(credential, { runtime }), staticSource(credential, { runtime }).state()],
  "a renewing source": [renewed, renewed.state()],
  "a source at an identity server": [enrolled, enrolled.state()],
  "a remote JWK Set": [remote, remote.state()],
  "a bundle of a URL": spiffeBundle(URL_WITH_QUERY, fetched),
  "a bundle of a file": spiffeBundle(`/run/${MARK}`, { runtime }),
  "a bundle map": spiffeBundleMap({ trust_domains: {}, [MARK]: MARK }),
  "combined trust stores": combineTrustStores([trust]),
  "a revocation list": revocations,
};

it.each(Object.entries(held))("%s prints as nothing that is secret", (_what, value) => {
  expect(secrets.pieceIn(printed(value))).toBeUndefined();
  expect(secrets.pieceIn(printed({ in: [new Map([[value, value]])] }))).toBeUndefined();
  // whoever goes round what a class says of itself finds no more
  expect(secrets.pieceIn(inspect(value, { customInspect: false, showHidden: true, depth: null }))).toBeUndefined();
});

it("the secrets are those that are held", () => {
  expect(JSON.stringify(store.saved)).toContain(MARK);
  expect(credential.wit).toBe(wit);
  expect(secrets.pieceIn(credential.wit)).toBeDefined();
  expect(secrets.pieceIn(String(parseSignatures(signed.request)[0]?.parameters.nonce))).toBeDefined();
  expect(secrets.pieceIn(createHash("sha256").update(wit).digest("base64url"))).toBeUndefined();
});
