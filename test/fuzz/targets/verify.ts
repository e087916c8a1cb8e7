import assert from "node:assert/strict";
import fc from "fast-check";
import { compactVerify, importJWK, jwtVerify } from "jose";
import { WimseError } from "../../../src/base/errors.js";
import { type AuthenticatedRequest, createVerifier, type HttpRequestView, type Verifier } from "../../../src/index.js";
import { memoryReplayStore } from "../../../src/replay.js";
import { fixedRuntime } from "../../../src/testing/fixed-runtime.js";
import { createTrustStore } from "../../../src/trust.js";
import { AUDIENCE, CONFIRMATION, ISSUER_KEYS, NOW, ORIGIN, requestOf } from "../../support/signed-input.js";
import { expectSilence, type FuzzTarget } from "../target.js";
import { JSON_PIECES } from "./json.js";
import { STRUCTURED_PIECES } from "./structured-fields.js";

const runtime = fixedRuntime(NOW);
const trust = createTrustStore([{ origin: ORIGIN, keys: ISSUER_KEYS }], { runtime });
const policy = {
  trust,
  audience: AUDIENCE,
  proofs: ["http-signature", "wpt"],
  understoodTokens: ["x-token"],
  runtime,
} as const;
const verifier = createVerifier({ ...policy, replay: "unchecked" });

const WIT = `Workload-Identity-Token: {"alg":"ES256","kid":"issuer-1","typ":"wit+jwt"}\t{"sub":"${ORIGIN}/agent","exp":${NOW + 3600},"cnf":{"jwk":${CONFIRMATION}}}`;
const WPT = `Authorization: WPT {"alg":"Ed25519","typ":"wpt+jwt"}\t{"aud":"${AUDIENCE}","exp":${NOW + 60},"jti":"p1","wth":"<wth>"}`;
const COVERED = [
  '"@method"',
  '"@path"',
  '"@query"',
  '"workload-identity-token"',
  '"content-type"',
  '"content-digest"',
  '"authorization"',
];
const PARAMETERS = [
  `created=${NOW}`,
  `expires=${NOW + 60}`,
  'nonce="n1"',
  'tag="wimse-workload-to-workload"',
  `wimse-aud="${AUDIENCE}"`,
];

const inputs = fc
  .record({
    wpt: fc.boolean(),
    covered: fc.oneof({ weight: 3, arbitrary: fc.constant(COVERED) }, fc.shuffledSubarray(COVERED)),
    parameters: fc.oneof({ weight: 3, arbitrary: fc.constant(PARAMETERS) }, fc.shuffledSubarray(PARAMETERS)),
    content: fc.boolean(),
    lines: fc.subarray([
      "X-Token: abc",
      "Content-Length: 4",
      "Txn-Token: a.b.c",
      "Workload-Proof-Token: a.b.c",
      "Authorization: Bearer a",
    ]),
  })
  .map(({ wpt, covered, parameters, content, lines }) => {
    const present = covered.filter(
      (name) => (content || !name.startsWith('"content')) && (wpt || name !== '"authorization"'),
    );
    return [
      "POST /tools?q=1 HTTP/1.1",
      "Host: svc.example.com",
      WIT,
      ...(wpt ? [WPT] : []),
      ...(content ? ["Content-Type: text/plain", "Content-Digest: sha-256=:<digest>:"] : []),
      ...lines,
      `Signature-Input: wimse=(${present.join(" ")});${parameters.join(";")}`,
      "Signature: wimse=:<signature>:",
      "",
      content ? "body" : "",
    ].join("\n");
  });

const STATUSES: readonly unknown[] = [400, 401, 413, 431];
/** Not what a request is refused with: what only configuration, storage or responses can lead to. */
const NEVER =
  /^(?:identifier|credential|response|trust|replay)_|^(?:wit_revoked|workload_not_authorized|signature_missing)$/;

type Answer = AuthenticatedRequest | WimseError;

async function answerOf(by: Verifier, view: HttpRequestView): Promise<Answer> {
  try {
    return await by.verify(view);
  } catch (error) {
    if (error instanceof WimseError) return error;
    throw error;
  }
}

/** Whole requests with proofs that were signed after they were edited. */
export const verify: FuzzTarget = {
  name: "verify",
  pieces: [
    ...JSON_PIECES,
    ...STRUCTURED_PIECES,
    ...[WIT, WPT, ...COVERED, ...PARAMETERS].map((text) => `${text.startsWith('"') ? " " : ""}${text}`),
    ...[
      "\nX-Token: a",
      '"oth":{"x-token":"a"},',
      '"crit":[],',
      '"nbf":0,',
      '"typ":"wit+jwt"',
      `"exp":${NOW - 60}`,
      ';keyid="a"',
    ],
    ...[
      "\nTxn-Token: a.b.c",
      "\nAuthorization: ",
      "\nContent-Length: 4",
      "wimse2=",
      ";wimse-sign-response",
      "\n\n",
      "\nSignature: ",
    ],
    ...['"@request-target"', ";req", ";sf", ";bs", "../", "%2F", "/", "?", "*"],
  ],
  inputs,
  async check(input) {
    const view = requestOf(input);
    const answer = await answerOf(verifier, view);
    await expectExplained(view, answer);
    if (answer instanceof WimseError) {
      expectRefusal(answer, view);
      return answer.code;
    }
    await expectSound(view, answer);
    return `accepted: ${answer.proof.type}`;
  },
};

async function expectExplained(view: HttpRequestView, answer: Answer): Promise<void> {
  const { outcome, code, checks } = await verifier.explain(view);
  const told = answer instanceof WimseError ? ["rejected", answer.code] : ["accepted", undefined];
  assert.deepEqual([outcome, code], told);
  assert.equal(checks.filter((check) => check.outcome === "failed").length, answer instanceof WimseError ? 1 : 0);
}

function expectRefusal(error: WimseError, { headers }: HttpRequestView): void {
  assert.doesNotMatch(error.code, NEVER);
  assert.ok(STATUSES.includes(error.status), `status ${error.status}`);
  expectSilence(error, headers.map(([, value]) => value).join("\n"));
  const { status, body } = verifier.problem(error);
  assert.equal(status, error.status);
  assert.equal((JSON.parse(body) as { type: string }).type, `urn:wimse:problem:${error.code}`);
}

/** What was accepted is so for `jose` too, cannot be changed in what its proof covers, and works once. */
async function expectSound(view: HttpRequestView, accepted: AuthenticatedRequest): Promise<void> {
  const { workload, proof, body } = accepted;
  assert.ok(workload.id.uri.startsWith(`${ORIGIN}/`));
  assert.ok(proof.expiresAt > NOW - 6 && proof.expiresAt <= NOW + 305);
  const tokens = await tokensByJose(view, proof.type === "wpt");
  assert.equal(tokens.sub, workload.id.uri);
  if (proof.type === "wpt") assert.equal(tokens.jti, proof.id);
  else {
    assert.equal(proof.audience, AUDIENCE);
    assert.deepEqual(Buffer.from(body ?? []), view.body ?? Buffer.of());
    await expectRefused({ ...view, method: `${view.method}X` });
    await expectRefused({ ...view, target: `${view.target}${view.target.includes("?") ? "" : "?"}x` });
    await expectRefused({ ...view, body: Buffer.from(`${Buffer.from(body ?? []).toString("latin1")}x`, "latin1") });
  }
  await expectRefused({
    ...view,
    headers: view.headers.filter(([name]) => name.toLowerCase() !== "workload-identity-token"),
  });
  const once = createVerifier({ ...policy, replay: memoryReplayStore({ maxEntries: 10, runtime }) });
  assert.ok(!((await answerOf(once, view)) instanceof WimseError));
  const again = await answerOf(once, view);
  assert.match(again instanceof WimseError ? again.code : "accepted", /_replayed$/);
}

async function expectRefused(view: HttpRequestView): Promise<void> {
  assert.ok((await answerOf(verifier, view)) instanceof WimseError, "accepted with a change in what its proof covers");
}

async function tokensByJose({ headers }: HttpRequestView, hasWpt: boolean): Promise<{ sub: unknown; jti: unknown }> {
  const value = (field: string): string => headers.find(([name]) => name.toLowerCase() === field)?.[1].trim() ?? "";
  const at = { currentDate: new Date(NOW * 1000), clockTolerance: 5 };
  const issuerKey = await importJWK(ISSUER_KEYS.keys[0] ?? {}, "ES256");
  const { payload } = await jwtVerify(value("workload-identity-token"), issuerKey, at);
  if (!hasWpt) return { sub: payload.sub, jti: undefined };
  const wpt = value("authorization").replace(/^wpt +/i, "");
  const key = await importJWK(JSON.parse(CONFIRMATION), "Ed25519");
  const proof = JSON.parse(Buffer.from((await compactVerify(wpt, key)).payload).toString()) as Record<string, unknown>;
  return { sub: payload.sub, jti: proof["jti"] };
}
