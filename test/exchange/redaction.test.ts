import { inspect } from "node:util";
import { expect, it } from "vitest";
import { type AuditEvent, type HeaderLine, signRequest, type VerifyPolicy } from "../../src/index.js";
import { AUDIENCE, createWorld, NOW, type RequestParts, spoilSignature } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { runtime } = world;
const thief = await createWorld();
const SECRET = "s3cr3t-marker";

const encoded = (text: string): string => Buffer.from(text).toString("base64url");
const wit = await world.forgeWit({ claims: { jti: SECRET, note: SECRET } });
const wpt = (claims: object = {}, header: object = {}, signer = world.key): Promise<string> =>
  world.wpt({ wit, claims: { note: SECRET, ...claims }, header: { note: SECRET, ...header }, signer });
const lines: HeaderLine[] = [
  ["Cookie", SECRET],
  ["X-A", SECRET],
];
const fails = (): never => {
  throw new Error(SECRET);
};

/** Requests that carry the marker wherever one can be put, each refused by another check. */
const cases: [string, RequestParts, Partial<VerifyPolicy>?][] = [
  ["request_malformed", { target: `/ ${SECRET}` }],
  ["request_malformed", { method: `GET ${SECRET}` }],
  ["request_malformed", { lines: [[`${SECRET} `, SECRET]] }],
  ["request_malformed", { lines: [["Txn-Token", `${SECRET},${SECRET}`]] }],
  ["wit_multiple", { lines: [["Workload-Identity-Token", SECRET]] }],
  ["wpt_multiple", { lines: [["Authorization", `Bearer ${SECRET}`]] }],
  ["proof_missing", { wpt: null, lines: [["Authorization", `Bearer ${SECRET}`]] }],
  ["wit_malformed", { wit: SECRET }],
  ["wit_malformed", { wit: `${encoded(`{"${SECRET}"`)}.${SECRET}.${SECRET}` }],
  ["wit_subject_invalid", { wit: await world.forgeWit({ claims: { sub: SECRET } }) }],
  ["wit_algorithm_not_allowed", { wit: await world.forgeWit({ header: { alg: `${"x".repeat(32)}${SECRET}` } }) }],
  ["wit_key_not_found", { wit: await world.forgeWit({ header: { kid: SECRET } }) }],
  ["wit_signature_invalid", { wit: spoilSignature(wit) }],
  ["wit_confirmation_invalid", { wit: await world.forgeWit({ claims: { cnf: { jwk: { d: SECRET } } } }) }],
  ["wpt_malformed", { wpt: SECRET }],
  ["wpt_malformed", { wpt: `${encoded(`{"${SECRET}"`)}.${SECRET}.${SECRET}` }],
  ["wpt_malformed", { wpt: `${await wpt()}, ${SECRET}` }],
  ["wpt_type_mismatch", { wpt: await wpt({}, { typ: SECRET }) }],
  ["wpt_critical_header_unsupported", { wpt: await wpt({}, { crit: [SECRET] }) }],
  ["wpt_algorithm_mismatch", { wpt: await wpt({}, { alg: SECRET }) }],
  ["wpt_claim_invalid", { wpt: await wpt({ exp: SECRET }) }],
  ["wpt_expired", { wpt: await wpt({ exp: NOW - 60 }) }],
  ["wpt_wit_hash_mismatch", { wpt: await wpt({ wth: SECRET }) }],
  ["wpt_txn_token_hash_mismatch", { wpt: await wpt({ tth: SECRET }), lines: [["Txn-Token", SECRET]] }],
  ["wpt_other_token_unknown", { wpt: await wpt({ oth: { [SECRET]: SECRET } }) }],
  ["wpt_other_token_hash_mismatch", { wpt: await wpt({ oth: { "x-a": SECRET } }), lines }],
  ["wpt_signature_invalid", { wpt: await wpt({}, {}, thief.key) }],
  ["wit_revoked", { wpt: await wpt() }, { isRevoked: fails }],
  ["workload_not_authorized", { wpt: await wpt() }, { allow: fails }],
  ["replay_store_unavailable", { wpt: await wpt() }, { replay: { claim: fails } }],
  ["trust_keys_unavailable", { wpt: await wpt() }, { trust: { get: fails } }],
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

/** Parts of the tokens that nobody may find in a log, beside the marker. */
const marks = (tokens: readonly string[]): string[] => [
  SECRET,
  encoded(SECRET).slice(0, 16),
  ...tokens.flatMap((token) => token.split(".").map((part) => part.slice(0, 40))).filter((part) => part.length > 20),
];

it.each(cases)("WPT-3.1.5.01: %s says nothing of what was received, in no form", async (code, parts, policy) => {
  const events: AuditEvent[] = [];
  const verifier = world.verifier({ understoodTokens: ["x-a"], audit: (event) => events.push(event), ...policy });
  const view = await world.request({ wit, ...parts });
  const error = await verifier.verify(view).catch((e) => e);
  expect(error).toMatchObject({ code });
  expect(error.cause).toBeUndefined();

  const tokens = view.headers.map(([, value]) => value.replace(/^WPT /, ""));
  const report = await verifier.explain(view);
  const audited = events.map(({ target: _asSent, ...event }) => event);
  const everything = [error, verifier.problem(error), audited, report].map(printed).join("\n");
  for (const mark of marks(tokens)) expect(everything).not.toContain(mark);
});

it("WPT-3.1.5.01: a signed request and a credential say nothing of their tokens either", async () => {
  const request = new Request(`${AUDIENCE}?token=${SECRET}`, { headers: { "Txn-Token": SECRET, "X-A": SECRET } });
  const signed = await signRequest(request, world.credential, {
    proof: "wpt",
    boundTokens: ["x-a"],
    runtime,
  });
  const tokens = ["workload-identity-token", "authorization"].map((name) => String(signed.request.headers.get(name)));
  const everything = [signed, world.credential].map(printed).join("\n");
  expect(tokens.every((token) => token.length > 100)).toBe(true);
  for (const mark of marks(tokens.map((token) => token.replace("WPT ", "")))) expect(everything).not.toContain(mark);
});

it.each<[string, Record<string, string>]>([
  ["a bearer token", { authorization: `Bearer ${SECRET}` }],
  ["a WIT", { "workload-identity-token": SECRET }],
  ["a Txn-Token that is none", { "txn-token": `${SECRET}, ${SECRET}` }],
])("WPT-3.1.5.01: refusing to sign over %s says nothing of it", async (_what, headers) => {
  const error = await signRequest(new Request(AUDIENCE, { headers }), world.credential, {
    proof: "wpt",
    runtime,
  }).catch((e) => e);
  expect(error).toBeInstanceOf(TypeError);
  expect(printed(error)).not.toContain(SECRET);
});
