import * as issuers from "../../src/issuer.js";
import { memoryStore, post, SERVER } from "../support/issuer-fixtures.js";
import { signRaw, issuerKey, jwks } from "../support/wit-fixtures.js";
import { AGENT, NOW, ORIGIN, type World } from "../support/wpt-fixtures.js";
import type { SoundCall } from "./sound-call.js";

const TIMES = ["maxLifetime", "lifetime", "refreshHint", "publishAhead", "rotateEvery", "clockTolerance"];

/** Sound calls of what issues WITs and lets workloads have them. */
export async function issuerCalls({ runtime, key, issuer: { signer } }: World): Promise<readonly SoundCall[]> {
  const keys = { create: () => ({ signer, handle: {} }), open: () => signer };
  const made = (options: object = {}) => issuers.createIssuer({ origin: ORIGIN, keys, runtime, ...options });
  const closed = async (options: object): Promise<void> => (await issuers.createIssuer(options as never)).close();
  const issuer = await made();
  const { token, record } = issuers.createEnrolmentToken({ label: "build", runtime });
  const tokens = issuers.enrolmentTokens([record], { runtime });
  const trusted = { issuer: "https://idp.example.com", audience: SERVER, keys: jwks(issuerKey), runtime };
  const jwt = signRaw(
    { alg: "ES256", kid: issuerKey.kid },
    { iss: trusted.issuer, aud: SERVER, sub: "s", exp: NOW + 60 },
  );
  const served = { issuer, url: SERVER, policy: () => true, bootstrap: [tokens], runtime };
  return [
    {
      name: "createIssuer",
      call: closed,
      args: [{ origin: ORIGIN, keys, store: memoryStore(), runtime }],
      more: [...TIMES, "profile", "algorithm", "issuer"],
    },
    { name: "createIssuer, keys", call: (one) => made({ keys: one, store: memoryStore() }), args: [keys] },
    {
      name: "createIssuer, a new key",
      call: (one) => made({ keys: { ...keys, create: () => one }, store: memoryStore() }),
      args: [{ signer, handle: {} }],
    },
    {
      name: "createIssuer, store",
      call: (store) => made({ store }),
      args: [{ load: () => undefined, save: () => true }],
    },
    {
      name: "createIssuer, saved state",
      call: (state) => made({ store: { load: () => state, save: () => true } }),
      args: [await savedState(made)],
    },
    {
      name: "Issuer.issue",
      call: issuer.issue,
      args: [AGENT, key.publicJwk, {}],
      more: ["lifetime", "claims", "signal"],
    },
    {
      name: "Issuer.withdraw",
      call: async (kid) => {
        const one = await made();
        await one.withdraw(kid === "its own" ? (one.state().keys[0]?.kid ?? "") : kid);
      },
      args: ["its own"],
    },
    {
      name: "createEnrolmentToken",
      call: issuers.createEnrolmentToken,
      args: [{ label: "build", runtime }],
      more: ["lifetime", "uses"],
    },
    { name: "enrolmentTokens", call: issuers.enrolmentTokens, args: [[record], { runtime }], more: ["save"] },
    { name: "enrolmentTokens, of one", call: (one) => issuers.enrolmentTokens([one]), args: [record] },
    { name: "BootstrapCheck.check, of a token", call: tokens.check, args: [token, {}] },
    {
      name: "jwtBootstrap",
      call: issuers.jwtBootstrap,
      args: [trusted],
      more: ["algorithms", "maxLifetime", "clockTolerance", "type"],
    },
    { name: "BootstrapCheck.check, of a JWT", call: issuers.jwtBootstrap(trusted).check, args: [jwt, {}] },
    {
      name: "createIdentityServer",
      call: issuers.createIdentityServer,
      args: [served],
      more: ["lifetime", "isRevoked", "replay", "clockTolerance", "maxPerSecond", "audit"],
    },
    {
      name: "createIdentityServer, a bootstrap check",
      call: (check) => issuers.createIdentityServer({ ...served, bootstrap: [check] }),
      args: [tokens],
    },
    { name: "an identity server", call: issuers.createIdentityServer(served), args: [post("/enrol", {})] },
  ];
}

async function savedState(make: (options: object) => Promise<issuers.Issuer>): Promise<unknown> {
  const store = memoryStore();
  await make({ store });
  return store.saved;
}
