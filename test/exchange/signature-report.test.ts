import { describe, expect, it } from "vitest";
import type { HeaderLine, HttpRequestView, VerificationReport, VerifyPolicy } from "../../src/index.js";
import {
  BODY,
  type SignedRequestParts,
  signatureVerifier,
  signedRequest,
  withField,
  withSignatureLines,
} from "../support/signature-fixtures.js";
import { AGENT, AUDIENCE, createWorld, NOW, spoilSignature } from "../support/wpt-fixtures.js";

const world = await createWorld();
const stranger = await createWorld();

const explain = (view: HttpRequestView, changes: Partial<VerifyPolicy> = {}): Promise<VerificationReport> =>
  signatureVerifier(world, changes).explain(view);

/** The checks of a signed request, in order, those of the WIT apart. */
const CHECKS = [
  "request.size",
  "request.form",
  "request.wit_lines",
  "request.authorization_lines",
  "request.txn_token_lines",
  "request.proofs",
  "signature.fields",
  "signature.revision",
  "signature.parameters",
  "signature.expiration",
  "signature.created",
  "signature.lifetime",
  "signature.audience",
  "signature.coverage",
  "signature.components",
  "signature.verification",
  "content.size",
  "content.digest",
  "wit.revocation",
  "workload.allowed",
  "proof.replay",
];
const idsOf = ({ checks }: VerificationReport): string[] =>
  checks.map(({ id }) => id).filter((id) => !id.startsWith("wit.") || id === "wit.revocation");

describe("the report of a signed request", () => {
  it("tells every check, in the order in which it is made, and what was compared", async () => {
    const report = await explain(await signedRequest(world));
    expect(report).toMatchObject({ outcome: "accepted", workload: AGENT });
    expect(idsOf(report)).toEqual(CHECKS);
    expect(new Set(report.checks.map(({ outcome }) => outcome))).toEqual(new Set(["passed"]));
    expect(Object.fromEntries(report.checks.map(({ id, detail }) => [id, detail]))).toMatchObject({
      "signature.revision": "http-signature-07",
      "signature.expiration": `expires ${NOW + 60}, now ${NOW}`,
      "signature.created": `created ${NOW}, now ${NOW}`,
      "signature.lifetime": "60 s, at most 300 s",
      "signature.audience": `${AUDIENCE}; accepted: ${AUDIENCE}`,
      "signature.coverage": "@method @path @query workload-identity-token content-type content-digest",
      "signature.components": "6 components",
      "content.size": "at most 1048576 bytes",
      "content.digest": `${BODY.length} bytes`,
      "proof.replay": "unchecked",
    });
    expect(report.checks.find(({ id }) => id === "signature.verification")?.detail).toMatch(/^[\w-]{43}$/);
    for (const { id, requirement } of report.checks) {
      if (/^(?:signature|content)\./.test(id)) expect(requirement).toMatch(/^(?:HSIG|R9421)-[\d.]+$/);
    }
  });

  const parameters = (changes: Record<string, string | undefined>) => () =>
    signedRequest(world, { parameters: changes });
  const parts = (changes: SignedRequestParts) => () => signedRequest(world, changes);
  const without = (name: string) => parts({ components: (sound) => sound.filter((identifier) => identifier !== name) });
  const failures: [string, string, string, () => Promise<HttpRequestView>][] = [
    ["request.proofs", "WPT-2.01", "wit_missing", parts({ wit: null })],
    ["request.proofs", "CREDS-5.1.10", "proof_not_accepted", () => world.request()],
    [
      "signature.fields",
      "R9421-4.02",
      "signature_malformed",
      async () => withField(await signedRequest(world), "signature", () => null),
    ],
    [
      "signature.fields",
      "HSIG-3.34",
      "signature_multiple",
      async () => withSignatureLines(world, await signedRequest(world), { label: "b" }),
    ],
    ["signature.fields", "CREDS-5.1.10", "proof_missing", parameters({ tag: '"other"' })],
    ["signature.revision", "HSIG-3.05", "signature_revision_unsupported", parts({ components: ['"@request-target"'] })],
    ["wit.size", "CREDS-5.1.4.02", "wit_too_large", parts({ wit: "a".repeat(16385) })],
    ["wit.signature", "CREDS-5.1.4.05", "wit_signature_invalid", parts({ wit: spoilSignature(world.wit) })],
    ["signature.parameters", "HSIG-3.31", "signature_parameter_forbidden", parameters({ alg: '"a"' })],
    ["signature.parameters", "HSIG-3.25", "signature_parameter_missing", parameters({ nonce: undefined })],
    ["signature.parameters", "HSIG-3.27", "signature_parameter_missing", parameters({ "wimse-aud": undefined })],
    ["signature.parameters", "HSIG-3.3.01", "signature_parameter_invalid", parameters({ "wimse-sign-response": "1" })],
    ["signature.expiration", "HSIG-5.1.05", "signature_expired", parameters({ expires: "0" })],
    ["signature.created", "HSIG-5.1.05", "signature_not_yet_valid", parameters({ created: `${NOW + 60}` })],
    ["signature.lifetime", "HSIG-3.24", "signature_lifetime_too_long", parameters({ created: "0" })],
    ["signature.audience", "HSIG-3.2.05", "signature_audience_mismatch", parameters({ "wimse-aud": '"a"' })],
    ["signature.coverage", "HSIG-3.03", "signature_component_missing", without('"@query"')],
    ["signature.coverage", "HSIG-3.11", "signature_component_missing", without('"workload-identity-token"')],
    [
      "signature.components",
      "R9421-2.5.03",
      "signature_component_invalid",
      async () => withField(await signedRequest(world), "content-type", () => null),
    ],
    ["signature.verification", "HSIG-3.42", "signature_invalid", parts({ signer: stranger.key })],
    ["content.size", "HSIG-3.19", "content_digest_missing", parts({ digest: null, lines: [["Content-Length", "21"]] })],
    ["content.digest", "HSIG-3.19", "content_digest_missing", parts({ digest: null })],
    ["content.digest", "R9530-2.01", "content_digest_mismatch", parts({ digest: "sha-256=:AA==:" })],
  ];

  it.each(failures)("%s fails, %s, %s", async (failed, requirement, code, request) => {
    const report = await explain(await request());
    expect(report).toMatchObject({ outcome: "rejected", code });
    expect(report).not.toHaveProperty("workload");
    const at = report.checks.findIndex(({ outcome }) => outcome === "failed");
    expect(report.checks[at]).toMatchObject({ id: failed, requirement });
    expect(report.checks.slice(0, at).every(({ outcome }) => outcome === "passed")).toBe(true);
    expect(report.checks.slice(at + 1).every(({ outcome }) => outcome === "not reached")).toBe(true);
    expect(idsOf(report)).toEqual(CHECKS);
  });

  it.each<[string, string, Partial<VerifyPolicy>]>([
    ["content.size", "body_too_large", { maxBodyBytes: 1 }],
    ["wit.revocation", "wit_revoked", { isRevoked: () => true }],
    ["workload.allowed", "workload_not_authorized", { allow: () => false }],
  ])("%s fails: %s", async (failed, code, changes) => {
    const report = await explain(await signedRequest(world), changes);
    expect(report.code).toBe(code);
    expect(report.checks.find(({ outcome }) => outcome === "failed")?.id).toBe(failed);
  });

  it("of one proof has no checks of the other, where both are accepted", async () => {
    const both = { proofs: ["wpt", "http-signature"] } as const;
    const signed = await explain(await signedRequest(world), both);
    expect(idsOf(signed)).toEqual(CHECKS);
    const lines: HeaderLine[] = [
      ["X-Forwarded-For", "203.0.113.7"], // as long as Signature-Input
      ["X-Trusted", "1"], // as long as Signature
    ];
    const withWpt = await explain(await world.request({ lines }), both);
    expect(withWpt.outcome).toBe("accepted");
    expect(idsOf(withWpt).filter((id) => /^(?:signature|content)\./.test(id))).toEqual([]);
  });

  it("of both proofs has the checks of both", async () => {
    const request = await signedRequest(world, { lines: [["Authorization", `WPT ${await world.wpt()}`]] });
    const report = await explain(request, { proofs: ["wpt", "http-signature"] });
    const ids = idsOf(report);
    expect(ids.filter((id) => !id.startsWith("wpt."))).toEqual(CHECKS);
    expect(ids).toContain("wpt.signature");
    expect(ids.indexOf("wpt.signature")).toBeLessThan(ids.indexOf("signature.parameters"));
    const refused = await explain(
      withField(request, "workload-identity-token", () => "x"),
      {
        proofs: ["wpt", "http-signature"],
      },
    );
    expect(refused.code).toBe("wit_malformed");
    expect(idsOf(refused)).toEqual(ids);
  });

  it("shows no more than the beginning of a long audience", async () => {
    const long = "a".repeat(300);
    const report = await explain(await signedRequest(world, { parameters: { "wimse-aud": `"${long}"` } }));
    const { detail } = report.checks.find(({ id }) => id === "signature.audience") ?? {};
    expect(detail).toBe(`${"a".repeat(256)}…; accepted: ${AUDIENCE}`);
  });
});
