import { describe, expect, it } from "vitest";
import { WimseError, type WimseErrorCode } from "../../src/base/errors.js";
import type { HeaderLine, HttpRequestView, ProofKind } from "../../src/index.js";
import { parseAcceptSignature } from "../../src/httpsig.js";
import {
  type SignedRequestParts,
  signatureVerifier,
  signedRequest,
  TAG,
  withField,
} from "../support/signature-fixtures.js";
import { createWorld, NOW } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const stranger = await createWorld("Ed25519");
const SIGNATURE: readonly ProofKind[] = ["http-signature"];
const BOTH: readonly ProofKind[] = ["wpt", "http-signature"];
const WPT: readonly ProofKind[] = ["wpt"];

/** The answer to a request: the code, the status, and which challenges come with it. */
async function answer(request: HttpRequestView, proofs: readonly ProofKind[]): Promise<string> {
  const verifier = signatureVerifier(world, { proofs });
  const error = await verifier.verify(request).catch((e) => e);
  const { status, headers, body } = verifier.problem(error);
  expect(status).toBe(error.status);
  expect(JSON.parse(body).status).toBe(status);
  const names = headers.map(([name]) => name).filter((name) => /^(?:WWW|Accept)-/.test(name));
  return [error.code, status, ...names].join(" ");
}
const parts = (changes: SignedRequestParts) => () => signedRequest(world, changes);
const BEARER: HeaderLine = ["Authorization", "Bearer a"];
const nothing = () => world.request({ wit: null, wpt: null });

describe("the status", () => {
  it.each<[string, () => Promise<HttpRequestView>, readonly ProofKind[], string]>([
    ["no credentials", nothing, SIGNATURE, "wit_missing 400 Accept-Signature"],
    ["no credentials", nothing, BOTH, "wit_missing 401 WWW-Authenticate Accept-Signature"],
    ["no credentials", nothing, WPT, "wit_missing 401 WWW-Authenticate"],
    ["a signature without WIT", parts({ wit: null }), SIGNATURE, "wit_missing 400 Accept-Signature"],
    ["a signature without WIT", parts({ wit: null }), BOTH, "wit_missing 400 Accept-Signature"],
    ["a signature without WIT", parts({ wit: null }), WPT, "wit_missing 400"],
    ["a WIT alone", () => world.request({ wpt: null }), SIGNATURE, "proof_missing 400 Accept-Signature"],
    ["a WIT alone", () => world.request({ wpt: null }), BOTH, "proof_missing 401 WWW-Authenticate Accept-Signature"],
    [
      "a bearer token",
      () => world.request({ wpt: null, lines: [BEARER] }),
      SIGNATURE,
      "proof_missing 400 Accept-Signature",
    ],
    ["a WPT", () => world.request(), SIGNATURE, "proof_not_accepted 400 Accept-Signature"],
    ["a signature", parts({}), WPT, "proof_not_accepted 401 WWW-Authenticate"],
    ["two WPTs", () => world.request({ lines: [BEARER] }), SIGNATURE, "wpt_multiple 400"],
    ["two WPTs", () => world.request({ lines: [BEARER] }), BOTH, "wpt_multiple 401 WWW-Authenticate"],
    [
      "HSIG-3.6.01: an expired signature",
      parts({ parameters: { expires: "0" } }),
      BOTH,
      "signature_expired 400 Accept-Signature",
    ],
    ["HSIG-3.6.02: a bad signature", parts({ signer: stranger.key }), BOTH, "signature_invalid 400 Accept-Signature"],
    ["a bad digest", parts({ digest: "sha-256=:AA==:" }), BOTH, "content_digest_mismatch 400"],
    ["no digest", parts({ digest: null }), SIGNATURE, "content_digest_missing 400"],
    ["a bad WIT", parts({ wit: "a" }), SIGNATURE, "wit_malformed 400"],
    [
      "fields that cannot be read",
      async () => withField(await signedRequest(world), "signature", () => null),
      SIGNATURE,
      "signature_malformed 400 Accept-Signature",
    ],
    [
      "a bad WPT beside a signature",
      async () =>
        signedRequest(world, {
          lines: [["Authorization", `WPT ${await world.wpt({ claims: { exp: NOW - 60 } })}`]],
        }),
      BOTH,
      "wpt_expired 401 WWW-Authenticate",
    ],
  ])("%s (%#)", async (_what, request, proofs, expected) => {
    expect(await answer(await request(), proofs)).toBe(expected);
  });

  it.each<[WimseErrorCode, number]>([
    ["body_too_large", 413],
    ["response_signature_unavailable", 501],
    ["replay_store_unavailable", 503],
    ["trust_keys_unavailable", 503],
    ["signature_replayed", 400],
    ["signature_revision_unsupported", 400],
    ["content_digest_unsupported", 400],
    ["workload_not_authorized", 403],
  ])("of %s is %d", (code, status) => {
    for (const proofs of [SIGNATURE, BOTH, WPT]) {
      const problem = signatureVerifier(world, { proofs }).problem(new WimseError(code, "m"));
      expect(problem.status).toBe(status);
      expect(problem.headers.map(([name]) => name)).not.toContain("WWW-Authenticate");
    }
  });
});

describe("HSIG-3.5.10: Accept-Signature in an answer", () => {
  const value = (): string => {
    const { headers } = signatureVerifier(world).problem(new WimseError("proof_missing", "m"));
    return String(new Map(headers).get("Accept-Signature"));
  };

  it("HSIG-3.5.13, HSIG-3.5.14: asks for what the profile demands of every request", () => {
    const response = new Response(null, { status: 400, headers: { "Accept-Signature": value() } });
    const [wanted, ...others] = parseAcceptSignature(response);
    expect(others).toEqual([]);
    expect(wanted).toMatchObject({ label: "wimse", parameters: { tag: TAG }, created: true, expires: true });
    expect(wanted?.components.map(({ identifier }) => identifier)).toEqual(
      ["@method", "@path", "@query", "workload-identity-token"].map((name) => `"${name}"`),
    );
  });

  it("does not come with what a signature cannot mend", () => {
    for (const code of ["wit_expired", "content_digest_mismatch", "workload_not_authorized", "wpt_expired"] as const) {
      const { headers } = signatureVerifier(world).problem(new WimseError(code, "m"));
      expect(headers.map(([name]) => name)).not.toContain("Accept-Signature");
    }
    const foreign = signatureVerifier(world).problem(Object.assign(new Error("m"), { code: "signature_invalid" }));
    expect(foreign.headers.map(([name]) => name)).not.toContain("Accept-Signature");
  });
});
