import { inspect } from "node:util";
import { expect, it } from "vitest";
import { type AuditEvent, type HeaderLine, signRequest, type VerifyPolicy } from "../../src/index.js";
import { type SignedRequestParts, signatureVerifier, signedRequest, withField } from "../support/signature-fixtures.js";
import { AUDIENCE, createWorld, NOW } from "../support/wpt-fixtures.js";

const world = await createWorld();
const stranger = await createWorld();
const SECRET = "s3cr3t-marker";
const encoded = Buffer.from(SECRET).toString("base64");
const wit = await world.forgeWit({ claims: { jti: SECRET, note: SECRET } });
const fails = (): never => {
  throw new Error(SECRET);
};

/** Lines, content and parameters that carry the marker wherever one can be put. */
const lines: HeaderLine[] = [
  ["Authorization", `Bearer ${SECRET}`],
  ["Txn-Token", SECRET],
  ["Cookie", SECRET],
];
const marked = { nonce: `"${SECRET}"`, "x-other": `"${SECRET}"` };
const parameters = (changes: Record<string, string | undefined>): SignedRequestParts => ({
  parameters: { ...marked, ...changes },
});

/** Each is refused by another check. */
const cases: [string, SignedRequestParts, Partial<VerifyPolicy>?][] = [
  ["signature_malformed", { written: (member) => `${member}, ${SECRET}=` }],
  [
    "signature_multiple",
    {
      added: [
        ["Signature-Input", `b=();tag="wimse-workload-to-workload"`],
        ["Signature", `b=:${encoded}:`],
      ],
    },
  ],
  ["signature_revision_unsupported", { components: ['"@request-target"', `"${SECRET}"`] }],
  ["proof_missing", parameters({ tag: `"${SECRET}"` })],
  ["signature_parameter_forbidden", parameters({ keyid: `"${SECRET}"` })],
  ["signature_parameter_invalid", parameters({ created: `"${SECRET}"` })],
  ["signature_parameter_invalid", parameters({ "wimse-sign-response": `"${SECRET}"` })],
  ["signature_parameter_missing", parameters({ expires: undefined })],
  ["signature_expired", parameters({ expires: `${NOW - 60}` })],
  ["signature_not_yet_valid", parameters({ created: `${NOW + 60}` })],
  ["signature_lifetime_too_long", parameters({ expires: `${NOW + 999}` })],
  ["signature_audience_mismatch", parameters({ "wimse-aud": '"urn:other"' })],
  ["signature_component_missing", { components: [`"${SECRET}"`] }],
  ["signature_component_invalid", { components: (sound) => [...sound, `"${SECRET}"`] }],
  [
    "signature_component_unsupported",
    { components: (sound) => [...sound, `"@${SECRET}"`], values: { [`"@${SECRET}"`]: "" } },
  ],
  ["signature_invalid", { signer: stranger.key }],
  ["content_digest_missing", { digest: null }],
  ["content_digest_malformed", { digest: `"${SECRET}` }],
  ["content_digest_unsupported", { digest: `x=:${encoded}:` }],
  ["content_digest_mismatch", { digest: `sha-256=:${encoded}:` }],
  ["body_too_large", {}, { maxBodyBytes: 1 }],
  ["wit_revoked", {}, { isRevoked: fails }],
  ["workload_not_authorized", {}, { allow: fails }],
  ["replay_store_unavailable", {}, { replay: { claim: fails } }],
  ["signature_replayed", {}, { replay: { claim: () => false } }],
];

/** Every way in which people print things. */
function printed(value: unknown): string {
  const own = typeof value === "object" && value !== null ? Object.getOwnPropertyNames(value) : [];
  return [
    String(value),
    JSON.stringify(value),
    inspect(value, { depth: 10, showHidden: true }),
    ...own.map((name) => String(Reflect.get(value as object, name))),
  ].join("\n");
}

it.each(cases)("%s says nothing of what was received, in no form", async (code, parts, policy) => {
  const events: AuditEvent[] = [];
  const verifier = signatureVerifier(world, { ...policy, audit: (event) => void events.push(event) });
  const view = await signedRequest(world, { parameters: marked, wit, body: SECRET, lines, ...parts });
  const error = await verifier.verify(view).catch((e) => e);
  expect(error).toMatchObject({ code });
  expect(error.cause).toBeUndefined();
  const report = await verifier.explain(view);
  const audited = events.map(({ target: _asSent, ...event }) => event);
  const everything = [error, verifier.problem(error), audited, report].map(printed).join("\n");
  const signature = view.headers.find(([name]) => name === "Signature")?.[1] ?? "";
  const marks = [SECRET, encoded.slice(0, 16), signature.slice(7, 40), ...wit.split(".").map((p) => p.slice(0, 40))];
  for (const mark of marks.filter((text) => text.length > 9)) expect(everything).not.toContain(mark);
});

it("an accepted request is logged without its tokens, signature and content", async () => {
  const events: AuditEvent[] = [];
  const verifier = signatureVerifier(world, { audit: (event) => void events.push(event) });
  const view = await signedRequest(world, { wit, body: SECRET, lines });
  const result = await verifier.verify(view);
  const everything = [result, result.workload, events, await verifier.explain(view)].map(printed).join("\n");
  expect(everything).toContain("http-signature-07");
  expect(everything).not.toContain(SECRET);
  for (const part of wit.split(".")) expect(everything).not.toContain(part.slice(0, 40));
});

it("a request that was signed says nothing of what it carries", async () => {
  const headers = { Authorization: `Bearer ${SECRET}`, "Txn-Token": SECRET };
  const request = new Request(`${AUDIENCE}?token=${SECRET}`, { method: "POST", body: SECRET, headers });
  const signed = await signRequest(request, world.credential, { runtime: world.runtime });
  const own = ["workload-identity-token", "signature", "signature-input"].map((name) =>
    signed.request.headers.get(name),
  );
  const everything = printed(signed);
  expect(everything).not.toContain(SECRET);
  for (const value of own) expect(everything).not.toContain(String(value).slice(0, 40));
});

it.each<[string, RequestInit]>([
  ["signature fields that cannot be read", { headers: { "Signature-Input": SECRET } }],
  ["a digest of something else", { headers: { "Content-Digest": SECRET } }],
  ["a WIT already", { headers: { "Workload-Identity-Token": SECRET } }],
])("refusing to sign over %s says nothing of it", async (_what, init) => {
  const signing = signRequest(new Request(AUDIENCE, init), world.credential, { runtime: world.runtime });
  const error = await signing.catch((e) => e);
  expect(error).toMatchObject({ code: "configuration_invalid" });
  expect(printed(error)).not.toContain(SECRET);
});

it("what is swapped on the way is not told either", async () => {
  const view = withField(await signedRequest(world, { lines }), "authorization", () => `Bearer other ${SECRET}`);
  const error = await signatureVerifier(world)
    .verify(view)
    .catch((e) => e);
  expect(error).toMatchObject({ code: "signature_invalid" });
  expect(printed(error)).not.toContain(SECRET);
});
