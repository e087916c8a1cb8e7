import { createMessageSignature } from "../../src/httpsig.js";
import { createCredential, signRequest, type VerifyPolicy, type WimseErrorCode } from "../../src/index.js";
import { createSigningFetch } from "../../src/integrations/fetch.js";
import { memoryReplayStore } from "../../src/replay.js";
import { kmsSigner } from "../../src/testing.js";
import { issueWit, verifyWit } from "../../src/wit.js";
import { signWpt } from "../../src/wpt.js";
import { AGENT_KEY } from "../conformance/support.js";
import type { Exchange } from "../support/response-fixtures.js";
import { signedRequest } from "../support/signature-fixtures.js";
import { AGENT, AUDIENCE, NOW } from "../support/wpt-fixtures.js";
import { enrolmentErrors } from "./enrolment-errors.js";
import { issuerFailures } from "./issuer-failures.js";
import { messageFailures } from "./message-failures.js";
import { type Failure, fails, foreign, pretends, rejects, type Scene } from "./scene.js";
import { MARK } from "./secrets.js";

/** Requests that meet something of the service's own that fails. */
function requestFailures({ exchange, wit, wpt }: Scene): readonly Failure[] {
  const request = (): ReturnType<Exchange["request"]> =>
    exchange.request({ wit, wpt, lines: [["Cookie", MARK]], target: `/tools?${MARK}` });
  const refused = (what: string, code: WimseErrorCode, policy: Partial<VerifyPolicy>): Failure => ({
    what,
    code,
    fails: async () => exchange.verifier(policy).verify(await request()),
  });
  const full = memoryReplayStore({ maxEntries: 1, runtime: exchange.runtime });
  full.claim([{ scope: AGENT, id: "a", expiresAt: NOW + 60 }]);
  const domain = (keys: object) => ({
    get: async () => ({ ...(await exchange.trust.get(exchange.issuer.origin)), keys }),
  });
  return [
    refused("a trust store that throws", "trust_keys_unavailable", { trust: { get: fails } }),
    refused("a trust store that rejects", "trust_keys_unavailable", { trust: { get: rejects } }),
    refused("a key source that throws", "trust_keys_unavailable", {
      trust: domain({ select: fails, holds: fails }) as never,
    }),
    refused("a key source that rejects", "trust_keys_unavailable", {
      trust: domain({ select: rejects, holds: fails }) as never,
    }),
    refused("a replay store that throws", "replay_store_unavailable", { replay: { claim: fails } }),
    refused("a replay store that rejects", "replay_store_unavailable", { replay: { claim: rejects } }),
    refused("a replay store that is full", "replay_store_unavailable", { replay: full }),
    refused("a replay store that answers with a text", "wpt_replayed", { replay: { claim: () => MARK as never } }),
    refused("a revocation check that throws", "wit_revoked", { isRevoked: fails }),
    refused("a revocation check that rejects", "wit_revoked", { isRevoked: rejects }),
    refused("a revocation check that says so", "wit_revoked", { isRevoked: () => true }),
    refused("a matcher that throws", "workload_not_authorized", { allow: fails }),
    refused("a matcher that rejects", "workload_not_authorized", { allow: rejects as never }),
    refused("an audience that throws", "wpt_audience_mismatch", { audience: fails }),
    refused("an audience that pretends", "wpt_audience_mismatch", { audience: pretends }),
    refused("a replay store that pretends", "replay_store_unavailable", { replay: { claim: pretends } }),
    refused("an audit that throws", "wpt_audience_mismatch", { audience: "urn:other", audit: fails }),
    refused("an audit that rejects", "wpt_audience_mismatch", { audience: "urn:other", audit: rejects as never }),
    {
      what: "a content that breaks off",
      code: "request_malformed",
      fails: async () => {
        const view = await signedRequest(exchange, { wit, body: MARK });
        return exchange.signatureVerifier().verify({ ...view, body: rejects });
      },
    },
    {
      what: "a content that breaks off at once",
      code: "request_malformed",
      fails: async () =>
        exchange.signatureVerifier().verify({ ...(await signedRequest(exchange, { wit })), body: fails }),
    },
    {
      what: "a content that breaks off and pretends",
      code: "request_malformed",
      fails: async () => {
        const view = await signedRequest(exchange, { wit });
        return exchange.signatureVerifier().verify({ ...view, body: pretends });
      },
    },
    {
      what: "a WIT by itself, with a trust store that throws",
      code: "trust_keys_unavailable",
      fails: () => verifyWit(wit, { trust: { get: fails }, runtime: exchange.runtime }),
    },
  ];
}

/** Keys and credentials that cannot be used. */
function credentialFailures({ exchange, wit }: Scene): readonly Failure[] {
  const { runtime, credential, key } = exchange;
  const request = (): Request =>
    new Request(`${AUDIENCE}?${MARK}`, { method: "POST", body: MARK, headers: { cookie: MARK } });
  const failing = { algorithm: key.algorithm, publicJwk: key.publicJwk };
  const late = { ...runtime, now: () => NOW + 9999 };
  const broken = async () => {
    const signer = await kmsSigner();
    const own = await createCredential(
      await exchange.issuer.issue(AGENT, signer.publicJwk, { claims: { note: MARK } }),
      signer,
    );
    signer.failNext(foreign());
    return own;
  };
  const source = { current: rejects };
  return [
    { what: "another key", code: "credential_key_mismatch", fails: () => createCredential(wit, AGENT_KEY) },
    {
      what: "a broken key",
      code: "credential_key_mismatch",
      fails: () => createCredential(wit, { ...AGENT_KEY, d: MARK }),
    },
    {
      what: "a signer that throws",
      code: "credential_unavailable",
      fails: () => createCredential(wit, { ...failing, sign: fails }),
    },
    {
      what: "a signer that rejects",
      code: "credential_unavailable",
      fails: () => createCredential(wit, { ...failing, sign: rejects }),
    },
    {
      what: "a signer that pretends",
      code: "credential_unavailable",
      fails: () => createCredential(wit, { ...failing, sign: pretends }),
    },
    {
      what: "a source that pretends",
      code: "credential_unavailable",
      fails: () => signRequest(request(), { current: pretends }, { runtime }),
    },
    { what: "a WIT that is none", code: "wit_malformed", fails: () => createCredential(`${MARK}.${wit}`, key) },
    {
      what: "a source that throws",
      code: "credential_unavailable",
      fails: () => signRequest(request(), { current: fails }, { runtime }),
    },
    {
      what: "a source that rejects",
      code: "credential_unavailable",
      fails: () => signRequest(request(), source, { runtime }),
    },
    {
      what: "a key service that fails",
      code: "credential_unavailable",
      fails: async () => signRequest(request(), await broken(), { runtime }),
    },
    {
      what: "a key service that fails over a WPT",
      code: "credential_unavailable",
      fails: async () => signWpt({ audience: AUDIENCE, txnToken: MARK }, await broken(), { runtime }),
    },
    {
      what: "an issuer's key service that fails",
      code: "credential_unavailable",
      fails: () =>
        issueWit(
          { sub: AGENT, cnf: key.publicJwk, claims: { note: MARK } },
          { signer: { ...failing, sign: rejects }, kid: MARK },
        ),
    },
    {
      what: "a signer of messages that fails",
      code: "credential_unavailable",
      fails: () => createMessageSignature(request(), { components: ["cookie"], signer: { ...failing, sign: rejects } }),
    },
    {
      what: "a credential that is over",
      code: "credential_expired",
      fails: () => signRequest(request(), credential, { runtime: late }),
    },
    {
      what: "a target without TLS",
      code: "credential_insecure_target",
      fails: () => signRequest(new Request(`http://svc.example.com/${MARK}?${MARK}`), credential, { runtime }),
    },
    {
      what: "a target that is not among the origins",
      code: "credential_origin_refused",
      fails: () => createSigningFetch(credential, { origins: ["https://a.example"], runtime })(request()),
    },
  ];
}

/** All of them. */
export function failuresOf(scene: Scene): readonly Failure[] {
  return [requestFailures, credentialFailures, messageFailures, enrolmentErrors, issuerFailures].flatMap((make) =>
    make(scene),
  );
}
