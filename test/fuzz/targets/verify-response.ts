import assert from "node:assert/strict";
import fc from "fast-check";
import { importJWK, jwtVerify } from "jose";
import { WimseError } from "../../../src/base/errors.js";
import { createCredential, createSigner } from "../../../src/credential.js";
import {
  type AuthenticatedResponse,
  exactly,
  type HttpResponseView,
  type SignedRequest,
  signRequest,
  verifyResponse,
} from "../../../src/index.js";
import { memoryReplayStore, type ReplayStore } from "../../../src/replay.js";
import { fixedRuntime } from "../../../src/testing/fixed-runtime.js";
import { createTrustStore } from "../../../src/trust.js";
import {
  AUDIENCE,
  CONFIRMATION,
  ISSUER_KEYS,
  NOW,
  ORIGIN,
  responseOf,
  WORKLOAD_KEY,
  witOf,
} from "../../support/signed-input.js";
import { expectSilence, type FuzzTarget } from "../target.js";
import { JSON_PIECES } from "./json.js";
import { STRUCTURED_PIECES } from "./structured-fields.js";

const runtime = fixedRuntime(NOW);
const trust = createTrustStore([{ origin: ORIGIN, keys: ISSUER_KEYS }], { runtime });
const SERVICE = `${ORIGIN}/tools`;

const witText = (sub: string): string =>
  `{"alg":"ES256","kid":"issuer-1","typ":"wit+jwt"}\t{"sub":"${sub}","exp":${NOW + 3600},"cnf":{"jwk":${CONFIRMATION}}}`;
const credential = await createCredential(witOf(witText(`${ORIGIN}/agent`)), await createSigner(WORKLOAD_KEY));

/** A request that demands a signed response; each has a nonce of its own. */
async function ask(requireSignedResponse = true): Promise<SignedRequest> {
  const request = new Request(`${AUDIENCE}?q=1`, { method: "POST", body: "two cones" });
  return await signRequest(request, credential, { requireSignedResponse, runtime });
}

const asked = await ask();
const another = await ask();
const notDemanding = await ask(false);
/** What a signature over the response takes from the request. */
const ASKED = { method: "POST", target: "/tools?q=1", headers: [] };
const NONCE = /;nonce="([^"]*)"/.exec(asked.request.headers.get("signature-input") ?? "")?.[1] ?? "";

const WIT = `Workload-Identity-Token: ${witText(SERVICE)}`;
const OF_REQUEST = ['"@method";req', '"@path";req', '"@query";req'];
const COVERED = ['"@status"', '"workload-identity-token"', '"content-type"', '"content-digest"', ...OF_REQUEST];
const PARAMETERS = [
  `created=${NOW}`,
  `expires=${NOW + 60}`,
  'nonce="r1"',
  'tag="wimse-workload-to-workload"',
  'wimse-req-nonce="<nonce>"',
];
const LINES = ["Set-Cookie: a=1", "Content-Length: 2", "Content-Encoding: identity", "Cache-Control: no-store"];

const inputs = fc
  .record({
    covered: fc.oneof({ weight: 3, arbitrary: fc.constant(COVERED) }, fc.shuffledSubarray(COVERED)),
    parameters: fc.oneof({ weight: 3, arbitrary: fc.constant(PARAMETERS) }, fc.shuffledSubarray(PARAMETERS)),
    status: fc.constantFrom("200", "200", "404", "204", "304", "199", "600"),
    content: fc.boolean(),
    lines: fc.subarray(LINES),
  })
  .map(({ covered, parameters, status, content, lines }) =>
    [
      `HTTP/1.1 ${status}`,
      WIT,
      ...(content ? ["Content-Type: text/plain", "Content-Digest: sha-256=:<digest>:"] : []),
      ...lines,
      `Signature-Input: wimse=(${covered.filter((name) => content || !name.startsWith('"content')).join(" ")});${parameters.join(";")}`,
      "Signature: wimse=:<signature>:",
      "",
      content ? "42" : "",
    ].join("\n"),
  );

/** All that a response is refused with. */
const REFUSED = /^(?:wit_(?!revoked)|signature_|content_digest_|body_too_large$|response_(?!signature_unavailable))/;

const NULL_BODY: readonly number[] = [204, 205, 304];

type Answer = AuthenticatedResponse | WimseError;

async function answerTo(
  response: HttpResponseView | Response,
  to: SignedRequest = asked,
  replay: ReplayStore | "unchecked" = "unchecked",
): Promise<Answer> {
  try {
    return await verifyResponse(response, to, { trust, expect: exactly(SERVICE), replay, runtime });
  } catch (error) {
    if (error instanceof WimseError) return error;
    throw error;
  }
}

/** Whole responses with signatures that were made after they were edited. */
export const verifyResponseTarget: FuzzTarget = {
  name: "verify-response",
  pieces: [
    ...JSON_PIECES,
    ...STRUCTURED_PIECES,
    ...[WIT, ...COVERED, ...PARAMETERS].map((text) => `${text.startsWith('"') ? " " : ""}${text}`),
    ...["\nX-A: b", "\nContent-Encoding: gzip", "\nContent-Type: text/html", "\n\n", '"nbf":0,', `"exp":${NOW - 60}`],
    ...['wimse-req-nonce="x"', ";wimse-sign-response", ';wimse-aud="a"', ";keyid", ";req", ";sf", ";bs", ";tr"],
    ...["wimse2=", " 204", " 304", '"content-length"', '"@authority";req', '"@request-target";req', "/agent"],
  ],
  inputs,
  async check(input) {
    const view = responseOf(input.replaceAll("<nonce>", NONCE), ASKED);
    const answer = await answerTo(view);
    await expectLenienceWithoutDemand(view, answer);
    if (answer instanceof WimseError) {
      assert.match(answer.code, REFUSED);
      expectSilence(answer, view.headers.map(([, value]) => value).join("\n"));
      return answer.code;
    }
    await expectSound(view, answer);
    return "accepted";
  },
};

/** Without a demand, a response that is not signed passes, for nobody's; one that is signed is judged as it would be. */
async function expectLenienceWithoutDemand(view: HttpResponseView, answer: Answer): Promise<void> {
  const lenient = await answerTo(view, notDemanding);
  if (answer instanceof WimseError && answer.code === "response_signature_required") {
    assert.ok(!(lenient instanceof WimseError) && lenient.workload === undefined);
  } else assert.ok(lenient instanceof WimseError, "accepted for a request with another nonce");
}

/** What was accepted is so for `jose` too, cannot be changed in what is covered, and works once. */
async function expectSound(view: HttpResponseView, { workload, response }: AuthenticatedResponse): Promise<void> {
  assert.equal(workload?.id.uri, SERVICE);
  assert.equal(response.status, view.status);
  const isContentless = view.status === 304; // its digest is of content that is not sent
  const content = Buffer.from(view.body ?? []);
  // a Response of these statuses holds no content
  const handedOut = NULL_BODY.includes(view.status) ? Buffer.of() : content;
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), handedOut);
  const wit = view.headers.find(([name]) => name.toLowerCase() === "workload-identity-token")?.[1].trim() ?? "";
  const issuerKey = await importJWK(ISSUER_KEYS.keys[0] ?? {}, "ES256");
  const { payload } = await jwtVerify(wit, issuerKey, { currentDate: new Date(NOW * 1000), clockTolerance: 5 });
  assert.equal(payload.sub, SERVICE);
  await expectRefused({ ...view, status: view.status === 404 ? 403 : 404 });
  if (!isContentless) await expectRefused({ ...view, body: Buffer.concat([content, Buffer.from("x")]) });
  for (const field of ["workload-identity-token", "signature-input", "signature"]) {
    await expectRefused({ ...view, headers: view.headers.filter(([name]) => name.toLowerCase() !== field) });
  }
  await expectRefused({ ...view, headers: [...view.headers, ["Content-Type", "text/html"]] });
  await expectRefused(view, another);
  const replay = memoryReplayStore({ maxEntries: 10, runtime });
  assert.ok(!((await answerTo(view, asked, replay)) instanceof WimseError));
  const again = await answerTo(view, asked, replay);
  assert.equal(again instanceof WimseError ? again.code : "accepted", "signature_replayed");
}

async function expectRefused(view: HttpResponseView, to: SignedRequest = asked): Promise<void> {
  assert.ok((await answerTo(view, to)) instanceof WimseError, "accepted with a change in what is covered");
}
