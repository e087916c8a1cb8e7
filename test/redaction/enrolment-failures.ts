import { type WimseErrorCode, WimseError } from "../../src/index.js";
import { enrolmentTokens, jwtBootstrap } from "../../src/issuer.js";
import { sha256Base64url } from "../../src/crypto/digest.js";
import {
  AGENT,
  clockOf,
  issuerWith,
  post,
  SERVER,
  type TestServer,
  type TestServerOptions,
} from "../support/issuer-fixtures.js";
import { issuerKey, jwks, NOW, signRaw, strangerKey, workloadKey } from "../support/wit-fixtures.js";
import { fails, foreign, pretends, rejects } from "./scene.js";
import { MARK } from "./secrets.js";

/** A request that an identity server refuses, with secrets all around. */
export interface EnrolmentFailure {
  readonly what: string;
  readonly code: WimseErrorCode | "unexpected";
  readonly options?: () => TestServerOptions | Promise<TestServerOptions>;
  /** The last of these is the one that is refused. */
  readonly requests: (world: TestServer) => readonly Request[];
}

/** A proof with the mark wherever something of the workload's own can stand. */
export function markedProof(bootstrap: string, claims: object = {}, key = workloadKey): string {
  const good = {
    aud: `${SERVER}/enrol`,
    sub: AGENT,
    iat: NOW,
    exp: NOW + 60,
    jti: MARK,
    bth: sha256Base64url(bootstrap),
    cnf: { jwk: workloadKey.publicJwk },
    note: MARK,
  };
  return signRaw({ alg: key.alg, typ: "wimse-enrolment+jwt", kid: MARK }, { ...good, ...claims }, key);
}

/** A JWT with the mark in it. */
export const markedJwt: string = signRaw(
  { alg: "ES256", kid: issuerKey.kid },
  { iss: "https://idp.example.com", aud: SERVER, sub: "build", exp: NOW + 60, note: MARK },
);

const headers = { cookie: MARK, "x-forwarded-for": MARK };
const sent = (proof: string, value: string, type = "enrolment-token"): Request =>
  post(`/enrol?${MARK}`, { proof, bootstrap: { type, value } }, headers);
const sound = ({ token }: TestServer, claims: object = {}, key = workloadKey): Request =>
  sent(markedProof(token, claims, key), token);

const malformed = (what: string, ...given: Parameters<typeof post>): EnrolmentFailure => ({
  what,
  code: "enrolment_malformed",
  requests: () => [post(...given)],
});
const claimed = (what: string, code: WimseErrorCode, claims: object, key = workloadKey): EnrolmentFailure => ({
  what,
  code,
  requests: (world) => [sound(world, claims, key)],
});
const served = (
  what: string,
  code: EnrolmentFailure["code"],
  options: NonNullable<EnrolmentFailure["options"]>,
): EnrolmentFailure => ({ what, code, options, requests: (world) => [sound(world)] });

const checking = (check: () => never) => () => ({ bootstrap: [{ type: "enrolment-token", check }] });
const quoting = (): never => {
  throw new WimseError("enrolment_bootstrap_refused", `no such token: ${MARK}`);
};

const busy = (): never => {
  throw new WimseError("enrolment_overloaded", MARK);
};

/** A check of JWTs, whose keys are somebody else's. */
function jwtServer(select: () => never): TestServerOptions {
  const keys = { select, holds: fails };
  return {
    bootstrap: [jwtBootstrap({ issuer: "https://idp.example.com", audience: SERVER, keys, runtime: clockOf() })],
  };
}
const byJwt = (): Request => sent(markedProof(markedJwt), markedJwt, "jwt");

/** A token whose use cannot be saved. */
const UNSAVED = `wimse_enrol_${MARK}`;
function unsavable(): TestServerOptions {
  const record = { hash: sha256Base64url(UNSAVED), label: "build", expiresAt: NOW + 60, uses: 1 };
  return { bootstrap: [enrolmentTokens([record], { runtime: clockOf(), save: fails })] };
}

/** An issuer that fails after everything has been found good. */
async function issuing(issue: () => Promise<never>): Promise<TestServerOptions> {
  const runtime = clockOf();
  return { runtime, issuer: { ...(await issuerWith(runtime)), issue } };
}

const renewal = (fields: Record<string, string>): Request =>
  post("/renew", { proof: markedProof(MARK) }, { ...headers, ...fields });

export const enrolmentFailures: readonly EnrolmentFailure[] = [
  malformed("a text", "/enrol", MARK),
  malformed("a private key", "/enrol", { ...workloadKey.privateJwk, note: MARK }),
  malformed("a member too many", "/enrol", { proof: MARK, bootstrap: { type: "a", value: MARK }, [MARK]: MARK }),
  {
    what: "a proof that is none",
    code: "enrolment_malformed",
    requests: ({ token }) => [sent(`${MARK}.${MARK}`, token)],
  },
  malformed("another kind of content", "/enrol", MARK, { "Content-Type": `text/plain;${MARK}` }),
  {
    what: "too much",
    code: "body_too_large",
    requests: () => [post("/enrol", { proof: MARK.repeat(2000), bootstrap: { type: "a", value: MARK } })],
  },
  claimed("the private half of the key", "enrolment_key_invalid", {
    cnf: { jwk: { ...workloadKey.privateJwk, alg: "ES256" } },
  }),
  claimed("a symmetric key", "enrolment_key_invalid", { cnf: { jwk: { kty: "oct", k: MARK, alg: "HS256" } } }),
  claimed("a proof of another key", "enrolment_signature_invalid", {}, strangerKey),
  claimed("another server", "enrolment_audience_mismatch", { aud: `https://${MARK}.example/` }),
  claimed("a proof that is over", "enrolment_expired", { iat: NOW - 99, exp: NOW - 39 }),
  claimed("somebody else", "enrolment_subject_invalid", { sub: `wimse://other.example/${MARK}` }),
  claimed("no identifier", "enrolment_subject_invalid", { sub: MARK }),
  claimed("a proof for another token", "enrolment_bootstrap_refused", { bth: sha256Base64url(MARK) }),
  {
    what: "a token that nobody knows",
    code: "enrolment_bootstrap_refused",
    requests: () => [sent(markedProof(MARK), MARK)],
  },
  {
    what: "a check that there is not",
    code: "enrolment_bootstrap_refused",
    requests: () => [sent(markedProof(MARK), MARK, MARK)],
  },
  served("a check that throws", "enrolment_bootstrap_refused", checking(fails)),
  served("a check that rejects", "enrolment_bootstrap_refused", checking(rejects as never)),
  served("a check that pretends", "enrolment_bootstrap_refused", checking(pretends)),
  served("a check that refuses and quotes", "enrolment_bootstrap_refused", checking(quoting)),
  {
    what: "keys that fail",
    code: "enrolment_bootstrap_refused",
    options: () => jwtServer(fails),
    requests: () => [byJwt()],
  },
  {
    what: "keys that are away",
    code: "trust_keys_unavailable",
    options: () =>
      jwtServer(() => {
        throw new WimseError("trust_keys_unavailable", MARK);
      }),
    requests: () => [byJwt()],
  },
  {
    what: "a JWT of somebody else",
    code: "enrolment_bootstrap_refused",
    options: () => ({
      bootstrap: [
        jwtBootstrap({
          issuer: "https://idp.example.com",
          audience: SERVER,
          keys: jwks({ ...strangerKey, kid: issuerKey.kid }),
          runtime: clockOf(),
        }),
      ],
    }),
    requests: () => [byJwt()],
  },
  served("a check that is overloaded and quotes", "enrolment_overloaded", checking(busy)),
  served("a first look that throws", "enrolment_bootstrap_refused", () => ({
    bootstrap: [{ type: "enrolment-token", recognizes: fails, check: fails }],
  })),
  served("a policy that throws", "enrolment_denied", () => ({ policy: fails })),
  served("a policy that rejects", "enrolment_denied", () => ({ policy: rejects })),
  served("a replay store that throws", "replay_store_unavailable", () => ({ replay: { claim: fails } })),
  served("a replay store that rejects", "replay_store_unavailable", () => ({ replay: { claim: rejects } })),
  served("an audit that throws", "enrolment_denied", () => ({ policy: () => false, audit: fails })),
  served("an audit that rejects", "enrolment_denied", () => ({ policy: () => false, audit: rejects as never })),
  served("an issuer that fails", "unexpected", () => issuing(rejects)),
  served("an issuer that pretends", "unexpected", () => issuing(async () => pretends())),
  served("an issuer that quotes", "credential_unavailable", () =>
    issuing(() => Promise.reject(Object.assign(new WimseError("credential_unavailable", MARK), { cause: foreign() }))),
  ),
  {
    what: "a token whose use cannot be saved",
    code: "issuer_state_unavailable",
    options: unsavable,
    requests: () => [sent(markedProof(UNSAVED), UNSAVED)],
  },
  {
    what: "the same proof again",
    code: "enrolment_replayed",
    options: () => ({ uses: 2 }),
    requests: (world) => [sound(world), sound(world)],
  },
  {
    what: "a token that is used up",
    code: "enrolment_bootstrap_refused",
    requests: (world) => [sound(world), sound(world, { jti: `${MARK}-2` })],
  },
  {
    what: "a request too many",
    code: "enrolment_overloaded",
    options: () => ({ maxPerSecond: 0.1, uses: 2 }),
    requests: (world) => [sound(world), sound(world)],
  },
  { what: "a renewal without a WIT", code: "wit_missing", requests: () => [renewal({})] },
  {
    what: "a renewal with what is no WIT, and another proof than is wanted",
    code: "proof_not_accepted",
    requests: () => [renewal({ "Workload-Identity-Token": `${MARK}.${MARK}.${MARK}`, Authorization: `WPT ${MARK}` })],
  },
];
