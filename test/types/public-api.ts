// Compiled, never run: each line below `@ts-expect-error` must be a compile error, and the compiler complains if it is none.

import {
  type AuthenticatedRequest,
  type AuthenticatedWorkload,
  type CredentialSource,
  createVerifier,
  isWimseError,
  type SignedRequest,
  WimseError,
  type WimseErrorCode,
} from "wimse";
import { createCredential, renewingSource, type Signer, staticSource, WorkloadCredential } from "wimse/credential";
import { fileSource } from "wimse/credential/file";
import { type SpiffeWorkloadApi, spiffeWorkloadApi } from "wimse/credential/spiffe";
import { decodeUnverifiedWit } from "wimse/dangerous";
import { createIdentityServer, createIssuer, type Issuer } from "wimse/issuer";
import type { ReplayStore } from "wimse/replay";
import { createTrustStore, type KeySource, remoteJwks, type TrustStore } from "wimse/trust";
import { issueWit, VerifiedWit, verifyWit } from "wimse/wit";
import { verifyWpt } from "wimse/wpt";

declare const token: string;
declare const wit: VerifiedWit;
declare const credential: WorkloadCredential;
declare const trust: TrustStore;
declare const signer: Signer;
declare const keys: KeySource;
declare const issuer: Issuer;
declare const replay: ReplayStore;

// Sealed classes: no constructor, no subclass, no literal, no spread, no JSON, no unverified value.

// @ts-expect-error its constructor is private
export const a1: VerifiedWit = new VerifiedWit(Symbol(), {});
// @ts-expect-error its constructor is private
export const a2: WorkloadCredential = new WorkloadCredential(Symbol(), {});
// @ts-expect-error it has no subclass
export class A3 extends VerifiedWit {}
// @ts-expect-error it has no subclass
export class A4 extends WorkloadCredential {}
// @ts-expect-error a spread has no brand
export const a5: VerifiedWit = { ...wit };
// @ts-expect-error a literal has no brand
export const a6: VerifiedWit = {
  id: wit.id,
  claims: wit.claims,
  issuer: undefined,
  tokenId: undefined,
  algorithm: "ES256",
  expiresAt: 1,
  confirmation: wit.confirmation,
  toString: () => "",
  toJSON: () => ({ id: "", expiresAt: 1 }),
};
// @ts-expect-error what was decoded was not verified: ID-7.2.03
export const a7: VerifiedWit = decodeUnverifiedWit(token);
// @ts-expect-error a token was not verified
export const a8: VerifiedWit = token;
// @ts-expect-error a spread has no brand
export const a9: WorkloadCredential = { ...credential };
// @ts-expect-error a spread has no brand
export const a10: AuthenticatedRequest = { ...({} as AuthenticatedRequest) };
// @ts-expect-error a spread has no brand
export const a11: AuthenticatedWorkload = { ...({} as AuthenticatedWorkload) };
// @ts-expect-error a spread has no brand
export const a12: SignedRequest = { ...({} as SignedRequest) };
// @ts-expect-error one sealed class is not the other
export const a13: VerifiedWit = credential;
// @ts-expect-error WPT-2.22: a proof is verified with a verified WIT
verifyWpt(token, token, { audience: ["https://example.com/"] });
// @ts-expect-error WPT-2.22: a proof is verified with a verified WIT
verifyWpt(token, decodeUnverifiedWit(token), { audience: ["https://example.com/"] });

// What verification found out is not written to.

// @ts-expect-error read-only
wit.expiresAt = 1;
// @ts-expect-error read-only
wit.claims["sub"] = "wimse://example.com/admin";
// @ts-expect-error read-only
wit.confirmation.algorithm = "none";
// @ts-expect-error read-only
credential.wit = token;
// @ts-expect-error claims are unknown until they are looked at
export const b1: string = wit.claims["sub"];

// Options without a default must be given.

// @ts-expect-error trust has no default
verifyWit(token, {});
// @ts-expect-error options are required
verifyWit(token);
// @ts-expect-error trust is a store, not a list of domains
verifyWit(token, { trust: [{ origin: "wimse://example.com", keys }] });
// @ts-expect-error no option of that name
verifyWit(token, { trust, audience: "https://example.com" });
// @ts-expect-error exactOptionalPropertyTypes: a setting is given or left out
verifyWit(token, { trust, maxLifetime: undefined });
// @ts-expect-error trust has no default
createVerifier({ audience: "https://example.com/", replay });
// @ts-expect-error audience has no default
createVerifier({ trust, replay });
// @ts-expect-error replay has no default
createVerifier({ trust, audience: "https://example.com/" });
// @ts-expect-error leaving the replay check out has one name
createVerifier({ trust, audience: "https://example.com/", replay: false });
// @ts-expect-error audience has no default
verifyWpt(token, wit, {});
// @ts-expect-error origin is required
createTrustStore([{ keys }]);
// @ts-expect-error keys are required
createTrustStore([{ origin: "wimse://example.com" }]);
// @ts-expect-error no profile of that name
createTrustStore([{ origin: "wimse://example.com", keys, profile: "jwt-svid" }]);
// @ts-expect-error an array
createTrustStore({ origin: "wimse://example.com", keys });
// @ts-expect-error kid is required
issueWit({ sub: "wimse://example.com/a", cnf: signer.publicJwk }, { signer });
// @ts-expect-error signer is required
issueWit({ sub: "wimse://example.com/a", cnf: signer.publicJwk }, { kid: "k" });
// @ts-expect-error cnf is required
issueWit({ sub: "wimse://example.com/a" }, { signer, kid: "k" });
// @ts-expect-error sub is required
issueWit({ cnf: signer.publicJwk }, { signer, kid: "k" });
// @ts-expect-error sub is one identifier: CREDS-4.01
issueWit({ sub: ["wimse://example.com/a"], cnf: signer.publicJwk }, { signer, kid: "k" });
// @ts-expect-error the key is required
createCredential(token);

// Ports: what they answer with is what was verified.

export const source: CredentialSource = { current: () => credential };
export const sources: readonly CredentialSource[] = [
  staticSource(credential),
  renewingSource({ obtain: () => credential }),
  fileSource({ wit: "/run/wimse/wit", key: "/run/wimse/key" }),
  ({} as SpiffeWorkloadApi).credentials,
];
export const delivered: TrustStore = ({} as SpiffeWorkloadApi).trust;
// @ts-expect-error a source obtains credentials, not tokens
renewingSource({ obtain: () => token });
// @ts-expect-error there is something to obtain
renewingSource({});
// @ts-expect-error both files are needed
fileSource({ wit: "/run/wimse/wit" });
// @ts-expect-error it connects when it is awaited
export const d0: CredentialSource = spiffeWorkloadApi().credentials;
// @ts-expect-error a token is no credential
export const d1: CredentialSource = { current: () => token };
// @ts-expect-error a key source also says which keys it still holds
export const d2: KeySource = { select: keys.select };
// @ts-expect-error an option that there is not
remoteJwks("https://id.example.com/keys", { refreshinterval: 5 });
// @ts-expect-error a URL is required
remoteJwks();
createTrustStore([{ origin: "wimse://example.com", keys: remoteJwks("https://id.example.com/keys") }]);

// Error codes are a closed list.

declare const error: unknown;
// @ts-expect-error no such code
isWimseError(error, "wit_too_old");
// @ts-expect-error no such code
export const e1: WimseError = new WimseError("wit_too_old", "message");
if (isWimseError(error)) {
  const code: WimseErrorCode = error.code;
  // @ts-expect-error read-only
  error.code = code;
}

// Who may be whom is a decision of whoever runs an identity server.

// @ts-expect-error the policy is required
createIdentityServer({ issuer, url: "https://id.example.com", bootstrap: [] });
// @ts-expect-error what vouches for workloads is required
createIdentityServer({ issuer, url: "https://id.example.com", policy: () => true });
// @ts-expect-error the trust domain is required
void createIssuer({ rotateEvery: 86_400 });
createIdentityServer({
  issuer,
  url: "https://id.example.com",
  bootstrap: [],
  policy: ({ name }, { uri }) => name === uri,
});
