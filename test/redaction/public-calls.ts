import * as conformance from "../../src/conformance.js";
import * as credentials from "../../src/credential.js";
import * as dangerous from "../../src/dangerous.js";
import * as httpsig from "../../src/httpsig.js";
import * as identifier from "../../src/identifier.js";
import * as core from "../../src/index.js";
import * as fetching from "../../src/integrations/fetch.js";
import * as node from "../../src/integrations/node.js";
import * as replay from "../../src/replay.js";
import * as testing from "../../src/testing.js";
import * as trusts from "../../src/trust.js";
import * as wits from "../../src/wit.js";
import * as wpts from "../../src/wpt.js";
import { FILE, sourceOf, vectorFile } from "../conformance/vectors.js";
import { createExchange, TOOLS } from "../support/response-fixtures.js";
import { AGENT, AUDIENCE, ORIGIN } from "../support/wpt-fixtures.js";
import { credentialCalls } from "./credential-calls.js";
import { issuerCalls } from "./issuer-calls.js";
import type { SoundCall } from "./sound-call.js";
import { trustCalls } from "./trust-calls.js";

const SIGN_OPTIONS = ["proof", "audience", "lifetime", "boundTokens", "requireSignedResponse", "allowInsecure"];
const SIGN_MORE = [...SIGN_OPTIONS, "revision", "maxBodyBytes", "runtime"];
const LIMITS = ["clockTolerance", "maxLifetime", "maxProofLifetime", "maxBodyBytes", "runtime"];
const POLICY_MORE = [...LIMITS, "proofs", "compat", "allow", "understoodTokens", "isRevoked", "audit"];

/** Sound calls of every public function. */
export async function soundCalls(): Promise<readonly SoundCall[]> {
  const exchange = await createExchange();
  const { runtime, credential, trust, issuer, key, service, wit } = exchange;
  const verified = await wits.verifyWit(wit, { trust, runtime });
  const wpt = await exchange.wpt();
  const signed = await exchange.ask();
  const authenticated = await exchange.received(await exchange.ask());
  const answer = await exchange.answer(signed);
  const verifier = exchange.verifier({ replay: "unchecked" });
  const request = (): Request => new Request(AUDIENCE);
  const view = await exchange.request();
  const { workload } = authenticated;
  const sent = { method: "POST", url: "/tools", rawHeaders: view.headers.flat(), socket: null };
  const res = { writeHead: () => undefined, end: () => undefined };
  const label = { label: "a", components: ["@status"] };
  const target = conformance.createTarget();
  const report = await conformance.runVectors([vectorFile()], () => target);
  const matched = (matcher: core.WorkloadMatcher) => matcher(workload);
  return [
    { name: "signRequest", call: core.signRequest, args: [request(), credential, { runtime }], more: SIGN_MORE },
    {
      name: "signResponse",
      call: core.signResponse,
      args: [{ status: 200, headers: [], body: new Uint8Array(2) }, authenticated, service, { runtime }],
      more: ["lifetime", "maxBodyBytes", "runtime"],
    },
    {
      name: "verifyResponse",
      call: core.verifyResponse,
      args: [answer, signed, exchange.responsePolicy()],
      more: LIMITS,
    },
    { name: "createVerifier", call: core.createVerifier, args: [exchange.policy()], more: POLICY_MORE },
    { name: "Verifier.verify", call: verifier.verify, args: [view, {}], more: ["signal"] },
    { name: "Verifier.explain", call: verifier.explain, args: [view, {}], more: ["signal"] },
    { name: "Verifier.problem", call: verifier.problem, args: [new core.WimseError("wit_missing", "")] },
    { name: "isWimseError", call: core.isWimseError, args: [new Error(), "wit_missing"] },
    { name: "WimseError", call: () => new core.WimseError("wit_missing", "fixed text"), args: [] },
    { name: "targetUriAt", call: core.targetUriAt, args: ["https://svc.example.com"] },
    { name: "exactly", call: (uri) => matched(core.exactly(uri)), args: [AGENT] },
    { name: "memberOf", call: (origin) => matched(core.memberOf(origin)), args: [ORIGIN] },
    { name: "under", call: (uri) => matched(core.under(uri)), args: [AGENT] },
    { name: "anyOf", call: (matcher) => matched(core.anyOf(matcher)), args: [core.exactly(AGENT)] },
    { name: "a matcher", call: core.exactly(AGENT), args: [workload] },
    { name: "createCredential", call: credentials.createCredential, args: [wit, key] },
    { name: "createSigner", call: credentials.createSigner, args: [key, "ES256", key.publicJwk] },
    { name: "generateKey", call: credentials.generateKey, args: ["ES256"] },
    { name: "parseWorkloadIdentifier", call: identifier.parseWorkloadIdentifier, args: [AGENT] },
    {
      name: "createTrustStore",
      call: trusts.createTrustStore,
      args: [[{ origin: ORIGIN, keys: issuer.jwks }], {}],
      more: ["runtime"],
    },
    {
      name: "createTrustDomain",
      call: trusts.createTrustDomain,
      args: [{ origin: ORIGIN, keys: issuer.jwks }],
      more: ["issuers", "algorithms", "profile"],
    },
    { name: "staticJwks", call: trusts.staticJwks, args: [issuer.jwks] },
    {
      name: "issueWit",
      call: wits.issueWit,
      args: [
        { sub: AGENT, cnf: key.publicJwk, claims: {} },
        { signer: issuer.signer, kid: "k" },
      ],
      more: ["lifetime", "profile", "runtime"],
    },
    {
      name: "issueWit, claims",
      call: (claims) => wits.issueWit({ sub: AGENT, cnf: key.publicJwk, claims }, { signer: issuer.signer, kid: "k" }),
      args: [{}],
      more: ["iss", "jti", "nbf", "iat", "sub", "exp", "cnf"],
    },
    {
      name: "verifyWit",
      call: wits.verifyWit,
      args: [wit, { trust, runtime }],
      more: ["clockTolerance", "maxLifetime", "isRevoked"],
    },
    {
      name: "signWpt",
      call: wpts.signWpt,
      args: [{ audience: AUDIENCE, txnToken: "t", otherTokens: { a: "b" } }, credential, { runtime }],
      more: ["lifetime", "runtime"],
    },
    {
      name: "verifyWpt",
      call: wpts.verifyWpt,
      args: [wpt, verified, { audience: [AUDIENCE], runtime }],
      more: ["txnToken", "otherTokens", "understoodTokens", "clockTolerance", "maxProofLifetime"],
    },
    { name: "contentDigest", call: httpsig.contentDigest, args: [new Uint8Array(), "sha-256"] },
    {
      name: "verifyContentDigest",
      call: httpsig.verifyContentDigest,
      args: [await httpsig.contentDigest(new Uint8Array()), new Uint8Array()],
    },
    {
      name: "createMessageSignature",
      call: httpsig.createMessageSignature,
      args: [request(), { components: ["@method"], signer: key }],
      more: ["label", "parameters", "request", "fieldTypes", "runtime"],
    },
    {
      name: "verifyMessageSignature",
      call: httpsig.verifyMessageSignature,
      args: [signed.request, { key: key.publicJwk, runtime }],
      more: ["label", "algorithm", "components", "parameters", "maxAge", "clockTolerance", "request", "fieldTypes"],
    },
    {
      name: "buildSignatureBase",
      call: httpsig.buildSignatureBase,
      args: [request(), ["@method"], {}, {}],
      more: ["request", "fieldTypes", "created", "nonce"],
    },
    { name: "parseSignatures", call: httpsig.parseSignatures, args: [signed.request] },
    { name: "parseAcceptSignature", call: httpsig.parseAcceptSignature, args: [request()] },
    { name: "serializeAcceptSignature", call: httpsig.serializeAcceptSignature, args: [[label], "response"] },
    {
      name: "serializeAcceptSignature, of one",
      call: (one) => httpsig.serializeAcceptSignature([one], "response"),
      args: [label],
      more: ["parameters", "created", "expires"],
    },
    { name: "memoryReplayStore", call: replay.memoryReplayStore, args: [{ maxEntries: 1 }], more: ["runtime"] },
    {
      name: "MemoryReplayStore.claim",
      call: (entries) => replay.memoryReplayStore({ maxEntries: 9, runtime }).claim(entries),
      args: [[{ scope: "a", id: "b", expiresAt: runtime.now() + 1 }]],
    },
    {
      name: "MemoryReplayStore.claim, of one",
      call: (entry) => replay.memoryReplayStore({ maxEntries: 9, runtime }).claim([entry]),
      args: [{ scope: "a", id: "b", expiresAt: runtime.now() + 1 }],
    },
    {
      name: "createSigningFetch",
      call: (...args: [never, never]) => fetching.createSigningFetch(...args)(AUDIENCE),
      args: [credential, { origins: "any", fetch: async () => new Response(), runtime }],
      more: [...SIGN_MORE, "trust", "expect"],
    },
    {
      name: "a signing fetch",
      call: fetching.createSigningFetch(credential, {
        origins: ["https://svc.example.com"],
        fetch: async () => new Response(),
        runtime,
      }),
      args: [AUDIENCE, {}],
      more: ["method", "headers", "body", "redirect"],
    },
    { name: "authenticate", call: node.authenticate, args: [sent, verifier, {}], more: ["body"] },
    { name: "requestViewOfIncoming", call: node.requestViewOfIncoming, args: [sent] },
    { name: "sendProblem", call: node.sendProblem, args: [res, verifier, new Error()] },
    {
      name: "sendResponse",
      call: node.sendResponse,
      args: [res, { status: 200, headers: [], body: "42" }, authenticated, verifier, { credential: service, runtime }],
      more: ["lifetime", "maxBodyBytes", "runtime"],
    },
    { name: "loadVectors", call: conformance.loadVectors, args: [sourceOf({ "identifier/some.json": FILE })] },
    {
      name: "runVectors",
      call: conformance.runVectors,
      args: [[vectorFile()], () => target, {}],
      more: ["suites", "cases", "timeout", "exact", "runtime"],
    },
    { name: "textReport", call: conformance.textReport, args: [report] },
    { name: "junitReport", call: conformance.junitReport, args: [report] },
    { name: "createTarget", call: (line) => target.answer(line), args: ["{}"] },
    { name: "decodeUnverifiedWit", call: dangerous.decodeUnverifiedWit, args: [wit] },
    { name: "fixedRuntime", call: testing.fixedRuntime, args: [0] },
    { name: "kmsSigner", call: testing.kmsSigner, args: ["ES256"] },
    {
      name: "createTestIssuer",
      call: testing.createTestIssuer,
      args: [ORIGIN, {}],
      more: ["algorithm", "kid", "profile", "runtime"],
    },
    { name: "TestIssuer.issue", call: issuer.issue, args: [TOOLS, key.publicJwk, {}], more: ["claims", "lifetime"] },
    {
      name: "TestIssuer.credential",
      call: issuer.credential,
      args: [TOOLS, {}],
      more: ["claims", "lifetime", "algorithm"],
    },
    ...trustCalls(exchange),
    ...(await credentialCalls(exchange)),
    ...(await issuerCalls(exchange)),
  ];
}
