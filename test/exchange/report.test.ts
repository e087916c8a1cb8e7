import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Trace } from "../../src/base/trace.js";
import { checkPolicy } from "../../src/exchange/policy.js";
import { CHECKS } from "../../src/exchange/report.js";
import { verifyRequest } from "../../src/exchange/verify-request.js";
import type { HeaderLine, HttpRequestView, ReportedCheck, VerificationReport } from "../../src/index.js";
import { createTrustStore } from "../../src/trust.js";
import { AGENT, AUDIENCE, createWorld, type Json, NOW, spoilSignature } from "../support/wpt-fixtures.js";

const world = await createWorld();
const hash = (value: string): string => createHash("sha256").update(value).digest("base64url");
const svid = createTrustStore([{ origin: "spiffe://example.org", keys: world.issuer.jwks, profile: "wit-svid" }]);
const svidWit = await world.forgeWit({ claims: { sub: "spiffe://example.org/agent" } });
const svidRequest = await world.request({ wit: svidWit, wpt: await world.wpt({ wit: svidWit }) });

/** The requirements of the checks, by id. */
const requirements = new Map(CHECKS);
/** Those of a request with a WPT of the present revision. */
const table = [...requirements.keys()].filter(
  (id) => !/^(?:signature|content)\./.test(id) && id !== "wpt.access_token_hash",
);

async function begunBy(view: HttpRequestView, trust = world.trust): Promise<string[]> {
  const begun: string[] = [];
  const trace: Trace = { begin: (check) => void (begun.includes(check) || begun.push(check)) };
  await verifyRequest(view, { policy: checkPolicy(world.policy({ trust })), claim: false }, undefined, trace);
  return begun;
}
const withoutProfile = table.filter((id) => id !== "wit.profile");
const ids = ({ checks }: VerificationReport): string[] => checks.map(({ id }) => id);
const explain = (view: HttpRequestView): Promise<VerificationReport> =>
  world.verifier({ understoodTokens: ["x-a"] }).explain(view);

describe("the report of an accepted request", () => {
  it("tells every check, in the order in which it is made", async () => {
    expect([requirements.size, table.length]).toEqual([56, 43]);
    expect(await begunBy(svidRequest, svid)).toEqual(table);
    expect(await begunBy(await world.request())).toEqual(withoutProfile);
    const report = await world.verifier({ trust: svid }).explain(svidRequest);
    expect(report).toMatchObject({ outcome: "accepted", workload: "spiffe://example.org/agent" });
    expect(report).not.toHaveProperty("code");
    expect(ids(report)).toEqual(table);
    expect(ids(await explain(await world.request()))).toEqual(withoutProfile);
  });

  it("tells that all of them passed, each with a requirement", async () => {
    const { checks } = await world.verifier({ trust: svid }).explain(svidRequest);
    for (const check of checks) {
      expect(check).toMatchObject({ outcome: "passed", requirement: requirements.get(check.id) });
      expect(check.requirement).toMatch(/^(?:CREDS|WPT|ID|WITSVID)-[\d.]+$/);
    }
    expect(checks.find(({ id }) => id === "wpt.type")).not.toHaveProperty("detail");
  });

  it("tells what was compared", async () => {
    const oth = { "x-a": hash("a"), "x-b": hash("b") };
    const lines: HeaderLine[] = [
      ["Txn-Token", "t"],
      ["x-a", "a"],
      ["x-b", "b"],
    ];
    const wpt = await world.wpt({ claims: { tth: hash("t"), oth, nbf: NOW } });
    const verifier = world.verifier({ understoodTokens: ["x-a", "x-b"], isRevoked: () => false });
    const report = await verifier.explain(await world.request({ wpt, lines }));
    const details = Object.fromEntries(report.checks.map(({ id, detail }) => [id, detail]));
    expect(details).toMatchObject({
      "request.size": "6 header lines",
      "request.wit_lines": "lines: 1",
      "request.authorization_lines": "lines: 1",
      "request.txn_token_lines": "lines: 1",
      "wpt.size": `${wpt.length} characters`,
      "wpt.algorithm": "ES256",
      "wpt.expiration": `exp ${NOW + 60}, now ${NOW}`,
      "wpt.not_before": `nbf ${NOW}, now ${NOW}`,
      "wpt.lifetime": "60 s left, at most 300 s",
      "wpt.audience": `${AUDIENCE}; accepted: ${AUDIENCE}`,
      "wpt.wit_hash": `wth ${hash(world.wit)}, WIT ${hash(world.wit)}`,
      "wpt.txn_token_hash": `tth ${hash("t")}`,
      "wpt.other_token_hashes": "2 entries",
      "wit.revocation": "consulted",
      "workload.allowed": AGENT,
      "proof.replay": "not claimed by an explanation",
    });
    expect(details["wpt.signature"]).toMatch(/^[\w-]{43}$/);
  });

  it("tells what there was nothing to compare with", async () => {
    const report = await world
      .verifier({ replay: "unchecked", audience: ["a", AUDIENCE] })
      .explain(await world.request());
    expect(Object.fromEntries(report.checks.map(({ id, detail }) => [id, detail]))).toMatchObject({
      "request.txn_token_lines": "lines: 0",
      "wpt.audience": `${AUDIENCE}; accepted: a, ${AUDIENCE}`,
      "wpt.not_before": "no nbf",
      "wpt.txn_token_hash": "no Txn-Token",
      "wpt.other_token_hashes": "no oth",
      "wit.revocation": "not consulted",
      "proof.replay": "unchecked",
    });
  });
});

const wpt =
  (claims: Json, header: Json = {}) =>
  async () =>
    world.request({ wpt: await world.wpt({ claims, header }) });
const lines =
  (...more: HeaderLine[]) =>
  () =>
    world.request({ lines: more });
const wit =
  (claims: Json, header: Json = {}) =>
  async () => {
    const token = await world.forgeWit({ claims, header });
    return world.request({ wit: token, wpt: await world.wpt({ wit: token }) });
  };
const BEARER: HeaderLine = ["Authorization", "Bearer a"];
const OLDER: HeaderLine = ["Workload-Proof-Token", "a"];
const SIGNED: HeaderLine[] = [
  ["Signature-Input", 'a=();tag="wimse-workload-to-workload"'],
  ["Signature", "a=:AA==:"],
];
const failures: [string, string, string, () => Promise<HttpRequestView>][] = [
  [
    "request.size",
    "ID-7.1.03",
    "request_too_large",
    lines(...Array.from({ length: 257 }, (): HeaderLine => ["a", ""])),
  ],
  ["request.form", "R9421-2.2.02", "request_malformed", () => world.request({ method: "" })],
  ["request.form", "WPT-2.28", "request_malformed", () => world.request({ target: "" })],
  ["request.form", "WPT-2.28", "request_malformed", () => world.request({ target: "orders" })],
  ["request.form", "CREDS-5.1.1.02", "request_malformed", lines(["a b", ""])],
  ["request.form", "R9421-2.04", "request_malformed", lines(["a", "\n"])],
  ["request.wit_lines", "CREDS-5.1.1.01", "wit_multiple", lines(["Workload-Identity-Token", ""])],
  ["request.authorization_lines", "WPT-2.23", "wpt_multiple", lines(["Authorization", ""])],
  [
    "request.authorization_lines",
    "WPT-2.23",
    "request_malformed",
    () => world.request({ wpt: null, lines: [BEARER, BEARER] }),
  ],
  ["request.txn_token_lines", "WPT-2.16", "request_malformed", lines(["Txn-Token", ""])],
  ["request.proofs", "WPT-2.01", "wit_missing", () => world.request({ wit: null })],
  ["request.proofs", "CREDS-5.1.10", "proof_missing", () => world.request({ wpt: null })],
  ["request.proofs", "CREDS-5.1.10", "proof_not_accepted", () => world.request({ wpt: null, lines: SIGNED })],
  ["request.proofs", "WPT-2.01", "wpt_revision_unsupported", () => world.request({ wpt: null, lines: [OLDER] })],
  ["wit.size", "CREDS-5.1.4.02", "wit_too_large", () => world.request({ wit: "a".repeat(16385) })],
  ["wpt.size", "WPT-2.24", "wpt_too_large", () => world.request({ wpt: "a".repeat(16385) })],
  ["wit.shape", "CREDS-5.1.4.02", "wit_malformed", () => world.request({ wit: "a" })],
  ["wit.subject", "CREDS-5.1.4.03", "wit_subject_invalid", wit({ sub: "a" })],
  ["wit.trust_domain", "ID-7.3.01", "wit_trust_domain_unknown", wit({ sub: "wimse://a/b" })],
  ["wit.type", "CREDS-5.1.4.04", "wit_type_mismatch", wit({}, { typ: "JWT" })],
  ["wit.signature", "CREDS-5.1.4.05", "wit_signature_invalid", () => world.request({ wit: spoilSignature(world.wit) })],
  ["wit.expiration", "CREDS-5.1.4.08", "wit_expired", wit({ exp: 0 })],
  ["wpt.shape", "WPT-2.24", "wpt_malformed", () => world.request({ wpt: "a" })],
  ["wpt.header", "WPT-2.24", "wpt_malformed", () => world.request({ wpt: "YQ.YQ.YQ" })],
  ["wpt.claims", "WPT-2.24", "wpt_malformed", () => world.request({ wpt: "e30.YQ.YQ" })],
  ["wpt.type", "WPT-2.27", "wpt_type_mismatch", wpt({}, { typ: "JWT" })],
  ["wpt.critical", "CREDS-5.1.4.01", "wpt_critical_header_unsupported", wpt({}, { crit: [] })],
  ["wpt.algorithm", "WPT-2.25", "wpt_algorithm_mismatch", wpt({}, { alg: "none" })],
  ["wpt.claim_types", "WPT-2.08", "wpt_claim_invalid", wpt({ aud: [] })],
  ["wpt.expiration", "WPT-2.29", "wpt_expiration_missing", wpt({ exp: undefined })],
  ["wpt.expiration", "WPT-2.29", "wpt_expired", wpt({ exp: 0 })],
  ["wpt.not_before", "WPT-3.1.2.02", "wpt_not_yet_valid", wpt({ nbf: NOW + 6 })],
  ["wpt.lifetime", "WPT-2.30", "wpt_lifetime_too_long", wpt({ exp: NOW + 999 })],
  ["wpt.token_id", "WPT-2.12", "wpt_token_id_missing", wpt({ jti: undefined })],
  ["wpt.audience", "WPT-2.28", "wpt_audience_mismatch", wpt({ aud: undefined })],
  ["wpt.wit_hash", "WPT-2.31", "wpt_wit_hash_mismatch", wpt({ wth: "no hash" })],
  ["wpt.txn_token_hash", "WPT-2.33", "wpt_txn_token_hash_mismatch", lines(["Txn-Token", "t"])],
  ["wpt.other_token_hashes", "WPT-2.36", "wpt_other_token_unknown", wpt({ oth: { a: "h" } })],
  ["wpt.other_token_hashes", "WPT-2.35", "wpt_other_token_hash_mismatch", wpt({ oth: { "x-a": "h" } })],
  [
    "wpt.signature",
    "WPT-2.26",
    "wpt_signature_invalid",
    async () => world.request({ wpt: spoilSignature(await world.wpt()) }),
  ],
];

describe("the report of a request that is refused", () => {
  it.each(failures)("%s fails, %s, %s", async (failed, requirement, code, request) => {
    const report = await explain(await request());
    expect(report).toMatchObject({ outcome: "rejected", code });
    expect(report).not.toHaveProperty("workload");
    const at = report.checks.findIndex((check) => check.outcome === "failed");
    for (const { id, requirement: own } of report.checks) {
      if (id !== failed) expect(own).toBe(requirements.get(id));
    }
    expect(report.checks[at]).toMatchObject({ id: failed, requirement });
    const others = (from: number, to?: number): Set<string> =>
      new Set(report.checks.slice(from, to).map((c) => c.outcome));
    expect([...others(0, at)].filter((outcome) => outcome !== "passed")).toEqual([]);
    expect([...others(at + 1)].filter((outcome) => outcome !== "not reached")).toEqual([]);
    const known = failed.startsWith("wpt.") && failed !== "wpt.size";
    expect(ids(report)).toEqual(known ? withoutProfile : table);
  });

  it.each([
    ["wit.revocation", "wit_revoked", { isRevoked: () => true }],
    ["workload.allowed", "workload_not_authorized", { allow: () => false }],
  ])("%s fails: %s", async (failed, code, changes) => {
    const report = await world.verifier(changes).explain(await world.request());
    expect(report.code).toBe(code);
    expect(report.checks.find((check: ReportedCheck) => check.outcome === "failed")?.id).toBe(failed);
  });

  it("WITSVID-3.8.01: the rules of a profile are told where they fail", async () => {
    const token = await world.forgeWit({ claims: { sub: "spiffe://example.org/agent", aud: "a" } });
    const view = await world.request({ wit: token, wpt: await world.wpt({ wit: token }) });
    const report = await world.verifier({ trust: svid }).explain(view);
    expect(report.code).toBe("wit_audience_forbidden");
    expect(report.checks.find(({ outcome }) => outcome === "failed")).toMatchObject({ id: "wit.profile" });
  });

  it.each([
    ["wpt.expiration", { exp: undefined }, `exp missing, now ${NOW}`],
    ["wpt.audience", { aud: undefined }, `missing; accepted: ${AUDIENCE}`],
  ])("%s says what is missing", async (failed, claims, detail) => {
    const report = await explain(await world.request({ wpt: await world.wpt({ claims }) }));
    expect(report.checks.find(({ id }) => id === failed)).toMatchObject({ outcome: "failed", detail });
  });

  it("what is not a hash is not repeated", async () => {
    const claims = { wth: "planted", tth: "x".repeat(44), oth: { "x-a": "y" } };
    const report = await explain(await world.request({ wpt: await world.wpt({ claims }) }));
    expect(report.checks.find(({ id }) => id === "wpt.wit_hash")?.detail).toMatch(/^wth not a hash, /);
    for (const wth of [`${hash("a")}=`, `x${hash("a")}`, hash("a").slice(1)]) {
      const longer = await explain(await world.request({ wpt: await world.wpt({ claims: { wth } }) }));
      expect(longer.checks.find(({ id }) => id === "wpt.wit_hash")?.detail).toMatch(/^wth not a hash, /);
    }
  });
});
