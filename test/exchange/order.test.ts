import { expect, it } from "vitest";
import type { HeaderLine, VerifyPolicy } from "../../src/index.js";
import { createTrustStore } from "../../src/trust.js";
import { createWorld, type Json, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const other = await createWorld();
const trust = createTrustStore([
  { origin: "spiffe://example.org", keys: world.issuer.jwks, issuers: ["issuer"], profile: "wit-svid" },
]);
const SOUND_WIT = { sub: "spiffe://example.org/agent", iss: "issuer" };

/** A request in the making. */
interface Draft {
  witHeader: Json;
  witClaims: Json;
  wptHeader: Json;
  wptClaims: Json;
  forgedWit: boolean;
  forgedWpt: boolean;
  wit: (token: string) => string;
  wpt: (token: string) => string;
  lines: HeaderLine[];
  policy: Partial<VerifyPolicy>;
}

interface Fault {
  readonly code: string;
  readonly put: (draft: Draft) => void;
}

const witHeader = (code: string, members: Json): Fault => ({
  code,
  put: (d) => void Object.assign(d.witHeader, members),
});
const witClaims = (code: string, members: Json): Fault => ({
  code,
  put: (d) => void Object.assign(d.witClaims, members),
});
const wptHeader = (code: string, members: Json): Fault => ({
  code,
  put: (d) => void Object.assign(d.wptHeader, members),
});
const wptClaims = (code: string, members: Json): Fault => ({
  code,
  put: (d) => void Object.assign(d.wptClaims, members),
});
const line = (code: string, ...lines: HeaderLine[]): Fault => ({ code, put: (d) => void d.lines.push(...lines) });
const policy = (code: string, changes: Partial<VerifyPolicy>): Fault => ({
  code,
  put: (d) => void Object.assign(d.policy, changes),
});

/** One fault for each check, in the order in which the checks are made. */
const faults: readonly Fault[] = [
  line("request_too_large", ...Array.from({ length: 257 }, (): HeaderLine => ["a", "b"])),
  line("request_malformed", ["not a name", ""]),
  line("wit_multiple", ["Workload-Identity-Token", ""]),
  line("wpt_multiple", ["Authorization", ""]),
  line("request_malformed", ["Txn-Token", "a,b"]),
  {
    code: "wit_too_large",
    put: (d) => {
      d.wit = () => "a".repeat(16385);
    },
  },
  {
    code: "wpt_too_large",
    put: (d) => {
      d.wpt = () => "a".repeat(16385);
    },
  },
  {
    code: "wit_malformed",
    put: (d) => {
      d.wit = (token) => `${token}=`;
    },
  },
  witClaims("wit_subject_invalid", { sub: "spiffe://example.org" }),
  witClaims("wit_trust_domain_unknown", { sub: "spiffe://other.example/agent" }),
  witHeader("wit_type_mismatch", { typ: "JWT" }),
  witHeader("wit_algorithm_not_allowed", { alg: "HS256" }),
  witHeader("wit_critical_header_unsupported", { crit: ["a"] }),
  witHeader("wit_key_not_found", { kid: "another" }),
  {
    code: "wit_signature_invalid",
    put: (d) => {
      d.forgedWit = true;
    },
  },
  witClaims("wit_expiration_missing", { exp: undefined }),
  witClaims("wit_expired", { exp: NOW - 60 }),
  witClaims("wit_not_yet_valid", { nbf: NOW + 60 }),
  witClaims("wit_lifetime_too_long", { exp: NOW + 90000 }),
  witClaims("wit_issuer_not_allowed", { iss: "another" }),
  witClaims("wit_confirmation_invalid", { cnf: {} }),
  witClaims("wit_audience_forbidden", { aud: "a" }),
  {
    code: "wpt_malformed",
    put: (d) => {
      d.wpt = (token) => `${token}=`;
    },
  },
  wptHeader("wpt_type_mismatch", { typ: "JWT" }),
  wptHeader("wpt_critical_header_unsupported", { b64: true }),
  wptHeader("wpt_algorithm_mismatch", { alg: "none" }),
  wptClaims("wpt_claim_invalid", { aud: [] }),
  wptClaims("wpt_expiration_missing", { exp: undefined }),
  wptClaims("wpt_expired", { exp: NOW - 60 }),
  wptClaims("wpt_not_yet_valid", { nbf: NOW + 60 }),
  wptClaims("wpt_lifetime_too_long", { exp: NOW + 900 }),
  wptClaims("wpt_token_id_missing", { jti: undefined }),
  wptClaims("wpt_audience_mismatch", { aud: "https://other.example/" }),
  wptClaims("wpt_wit_hash_mismatch", { wth: "h" }),
  wptClaims("wpt_txn_token_hash_mismatch", { tth: "h" }),
  wptClaims("wpt_other_token_unknown", { oth: { "x-unknown": "h" } }),
  wptClaims("wpt_other_token_hash_mismatch", { oth: { "x-a": "h" } }),
  {
    code: "wpt_signature_invalid",
    put: (d) => {
      d.forgedWpt = true;
    },
  },
  policy("wit_revoked", { isRevoked: () => true }),
  policy("workload_not_authorized", { allow: () => false }),
  policy("wpt_replayed", { replay: { claim: () => false } }),
];

/** Later faults first, so that where two are about one thing the earlier of them is what one sees. */
async function outcome(...combined: readonly Fault[]): Promise<string> {
  const draft: Draft = {
    witHeader: {},
    witClaims: { ...SOUND_WIT },
    wptHeader: {},
    wptClaims: {},
    forgedWit: false,
    forgedWpt: false,
    wit: (token) => token,
    wpt: (token) => token,
    lines: [],
    policy: {},
  };
  for (const fault of [...combined].reverse()) fault.put(draft);
  const wit = await world.forgeWit({
    header: draft.witHeader,
    claims: draft.witClaims,
    ...(draft.forgedWit && { signer: other.issuer.signer }),
  });
  const wpt = await world.wpt({
    wit,
    header: draft.wptHeader,
    claims: draft.wptClaims,
    ...(draft.forgedWpt && { signer: other.key }),
  });
  const view = await world.request({ wit: draft.wit(wit), wpt: draft.wpt(wpt), lines: draft.lines });
  const verifier = world.verifier({ trust, understoodTokens: ["x-a"], ...draft.policy });
  const report = await verifier.explain(view);
  const code = await outcomeOf(verifier.verify(view));
  // an explanation makes the same checks, all but the claim
  expect(report.code ?? report.outcome).toBe(code === "wpt_replayed" ? "accepted" : code);
  return code;
}

it("without a fault the request is accepted", async () => {
  expect(await outcome()).toBe("accepted");
});

it.each(faults.map(({ code }, i) => ({ code, after: faults[i + 1]?.code ?? "nothing", i })))(
  "$code is told before $after and before everything that follows",
  async ({ code, i }) => {
    const [fault, next, ...rest] = faults.slice(i) as [Fault, ...Fault[]];
    expect(await outcome(fault)).toBe(code);
    if (next === undefined) return;
    expect(await outcome(fault, next)).toBe(code);
    expect(await outcome(fault, next, ...rest)).toBe(code);
  },
);

it("what is missing is told after the lines were counted and before sizes", async () => {
  const verifier = world.verifier();
  const code = async (...parts: Parameters<typeof world.request>) =>
    outcomeOf(verifier.verify(await world.request(...parts)));
  const large = "a".repeat(16385);
  const twoBearers: HeaderLine[] = [
    ["Authorization", "Bearer a"],
    ["Authorization", "Bearer b"],
  ];
  expect(await code({ wit: null, wpt: null, lines: twoBearers })).toBe("request_malformed");
  expect(await code({ wit: null, wpt: large })).toBe("wit_missing");
  expect(await code({ wit: large, wpt: null })).toBe("proof_missing");
});

it("WPT-2.22, ID-P-7.1.01: an unverified WIT is told before anything about the WPT, and before the policy is asked", async () => {
  const asked: string[] = [];
  const verifier = world.verifier({
    trust: { get: (origin) => void asked.push(`trust ${origin}`) },
    audience: () => [String(asked.push("audience"))],
    isRevoked: () => asked.push("isRevoked") > 0,
    allow: () => asked.push("allow") > 0,
    replay: { claim: () => asked.push("claim") > 0 },
  });
  const wit = await world.forgeWit({ claims: { sub: "wimse://example.com/%2e" } });
  expect(await outcomeOf(verifier.verify(await world.request({ wit })))).toBe("wit_subject_invalid");
  expect(asked).toEqual([]);
  expect(await outcomeOf(verifier.verify(await world.request()))).toBe("wit_trust_domain_unknown");
  expect(asked).toEqual(["trust wimse://example.com"]);
});
