import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { HeaderLine, HttpRequestView, OlderFormat, ProofKind, VerifyPolicy } from "../../src/index.js";
import { type SignedRequestParts, signatureVerifier, signedRequest } from "../support/signature-fixtures.js";
import { createWorld, type Json, NOW, outcomeOf, type RequestParts } from "../support/wpt-fixtures.js";

const world = await createWorld();
const stranger = await createWorld();
const hash = (value: string): string => createHash("sha256").update(value).digest("base64url");

describe("http-signature-06", () => {
  const older = (parts: SignedRequestParts = {}) =>
    signedRequest(world, {
      components: (sound) => ['"@method"', '"@request-target"', ...sound.slice(3)],
      ...parts,
    });
  const verify = (request: HttpRequestView, compat: OlderFormat[], changes: Partial<VerifyPolicy> = {}) =>
    signatureVerifier(world, { compat, ...changes }).verify(request);
  const outcome = (...args: Parameters<typeof verify>): Promise<string> => outcomeOf(verify(...args));

  it("HSIG-3.05: is refused by name unless the policy accepts it", async () => {
    for (const compat of [[], ["wpt-01"]] as OlderFormat[][]) {
      await expect(verify(await older(), compat)).rejects.toMatchObject({
        code: "signature_revision_unsupported",
        requirement: "HSIG-3.05",
        status: 400,
      });
    }
    expect((await verify(await older(), ["http-signature-06"])).proof.revision).toBe("http-signature-06");
  });

  it("the present one is accepted beside it", async () => {
    const both = (sound: readonly string[]) => [...sound, '"@request-target"'];
    for (const request of [await signedRequest(world), await signedRequest(world, { components: both })]) {
      expect((await verify(request, ["http-signature-06"])).proof.revision).toBe("http-signature-07");
    }
  });

  it.each<[string, SignedRequestParts, string]>([
    ["without @method", { components: (s) => ['"@request-target"', ...s.slice(3)] }, "signature_component_missing"],
    ["without the WIT", { components: ['"@method"', '"@request-target"'], body: null }, "signature_component_missing"],
    ["without wimse-aud", { parameters: { "wimse-aud": undefined } }, "signature_parameter_missing"],
    ["with keyid", { parameters: { keyid: '"a"' } }, "signature_parameter_forbidden"],
    ["by another key", { signer: stranger.key }, "signature_invalid"],
    [
      "with @query and no @path",
      { components: (s) => [...s.filter((n) => n !== '"@path"'), '"@request-target"'] },
      "accepted",
    ],
    [
      "over @request-target;req",
      { components: (s) => ['"@method"', '"@request-target";req', ...s.slice(3)] },
      "signature_component_missing",
    ],
    ["with content that has no digest", { digest: null }, "content_digest_missing"],
  ])("%s: %s", async (_what, parts, expected) => {
    expect(await outcome(await older(parts), ["http-signature-06"])).toBe(expected);
  });

  it("HSIG-5.2.03: another target is refused", async () => {
    const request = await older();
    expect(await outcome({ ...request, target: "/tools?q=2" }, ["http-signature-06"])).toBe("signature_invalid");
    expect(await outcome({ ...request, target: "https://svc.example.com/tools?q=1" }, ["http-signature-06"])).toBe(
      "signature_invalid",
    );
  });

  it("is nothing to a policy without signatures", async () => {
    const compat: OlderFormat[] = ["http-signature-06"];
    expect(await outcome(await older(), compat, { proofs: ["wpt"] })).toBe("proof_not_accepted");
  });
});

describe("wpt-01", () => {
  const ATH = { ath: hash("abc") };
  const bearer: HeaderLine = ["Authorization", "Bearer abc"];
  /** A request with a WPT in a field of its own. */
  async function older(claims: Json = {}, lines: readonly HeaderLine[] = [], parts: RequestParts = {}) {
    const wpt = await world.wpt({ claims });
    return world.request({ wpt: null, lines: [["Workload-Proof-Token", wpt], ...lines], ...parts });
  }
  const verify = (
    request: HttpRequestView,
    compat: readonly OlderFormat[] = ["wpt-01"],
    proofs: readonly ProofKind[] = ["wpt"],
  ) => world.verifier({ compat, proofs, replay: "unchecked", understoodTokens: ["x-a"] }).verify(request);
  const outcome = (...args: Parameters<typeof verify>): Promise<string> => outcomeOf(verify(...args));

  it("WPT-2.01: is refused by name unless the policy accepts it", async () => {
    for (const compat of [[], ["http-signature-06"]] as OlderFormat[][]) {
      await expect(verify(await older(), compat)).rejects.toMatchObject({
        code: "wpt_revision_unsupported",
        requirement: "WPT-2.01",
        status: 401,
      });
    }
    const { proof } = await verify(await older({ jti: "j" }));
    expect(proof).toMatchObject({ type: "wpt", revision: "wpt-01", id: "j", expiresAt: NOW + 60 });
  });

  it("is nothing to a policy without WPTs", async () => {
    expect(await outcome(await older(), ["wpt-01"], ["http-signature"])).toBe("proof_not_accepted");
  });

  it("is ignored beside a newer proof, with the policy's leave too", async () => {
    const broken: HeaderLine[] = [
      ["Workload-Proof-Token", "x"],
      ["Workload-Proof-Token", "y"],
    ];
    expect((await verify(await world.request({ lines: broken }))).proof.revision).toBe("wpt-02");
    const signed = await signedRequest(world, { lines: broken });
    expect((await verify(signed, ["wpt-01"], ["wpt", "http-signature"])).proof.revision).toBe("http-signature-07");
  });

  it.each<[string, Json, HeaderLine[], string]>([
    ["no token, no ath", {}, [], "accepted"],
    ["the hash of the token", ATH, [bearer], "accepted"],
    ["the scheme in other letters", ATH, [["authorization", "bEARER abc"]], "accepted"],
    ["several spaces", ATH, [["Authorization", "Bearer   abc"]], "accepted"],
    ["a token of DPoP", ATH, [["Authorization", "DPoP abc"]], "accepted"],
    ["padding", { ath: hash("abc==") }, [["Authorization", "Bearer abc=="]], "accepted"],
    ["another scheme needs none", {}, [["Authorization", "Basic YTpi"]], "accepted"],
    ["a token, no ath", {}, [bearer], "wpt_access_token_hash_mismatch"],
    ["ath, no token", ATH, [], "wpt_access_token_hash_mismatch"],
    ["ath, another scheme", ATH, [["Authorization", "Basic abc"]], "wpt_access_token_hash_mismatch"],
    ["ath, a longer scheme", ATH, [["Authorization", "Bearers abc"]], "wpt_access_token_hash_mismatch"],
    ["ath of another token", { ath: hash("abd") }, [bearer], "wpt_access_token_hash_mismatch"],
    ["ath of the whole value", { ath: hash("Bearer abc") }, [bearer], "wpt_access_token_hash_mismatch"],
    ["ath that is no string", { ath: 1 }, [bearer], "wpt_access_token_hash_mismatch"],
    ["ath that is null", { ath: null }, [], "wpt_access_token_hash_mismatch"],
    ["an empty ath", { ath: "" }, [], "wpt_access_token_hash_mismatch"],
    ["two tokens", ATH, [["Authorization", "Bearer abc, Bearer abc"]], "wpt_access_token_hash_mismatch"],
    ["two lines", ATH, [bearer, bearer], "request_malformed"],
    ["two WPTs", {}, [["workload-proof-token", "a"]], "wpt_multiple"],
  ])("%s: %o", async (_what, claims, lines, expected) => {
    expect(await outcome(await older(claims, lines))).toBe(expected);
  });

  it("CREDS-5.1.10: a WIT without any proof is refused where one of revision 01 would do", async () => {
    expect(await outcome(await world.request({ wpt: null }))).toBe("proof_missing");
  });

  it("WPT-2.23: two of them are what is violated, and not the WIT", async () => {
    await expect(verify(await older({}, [["workload-proof-token", "a"]]))).rejects.toMatchObject({
      code: "wpt_multiple",
      requirement: "WPT-2.23",
      status: 401,
    });
  });

  it("hands over the access token that it binds, and no other Authorization", async () => {
    expect((await verify(await older(ATH, [bearer]))).tokens).toEqual({
      authorization: "Bearer abc",
      others: new Map(),
    });
    const basic: HeaderLine = ["Authorization", "Basic YTpi"];
    expect((await verify(await older({}, [basic]))).tokens).not.toHaveProperty("authorization");
  });

  it.each<[string, Json, string]>([
    ["wth", { wth: hash("x") }, "wpt_wit_hash_mismatch"],
    ["aud", { aud: "urn:other" }, "wpt_audience_mismatch"],
    ["exp", { exp: NOW - 60 }, "wpt_expired"],
    ["tth", { tth: hash("x") }, "wpt_txn_token_hash_mismatch"],
    ["oth of one string", { oth: hash("x") }, "wpt_claim_invalid"],
  ])("%s is checked as ever", async (_what, claims, expected) => {
    expect(await outcome(await older(claims))).toBe(expected);
  });

  it("types of still older drafts are refused", async () => {
    const wpt = await world.wpt({ header: { typ: "wimse-proof+jwt" } });
    const request = await world.request({ wpt: null, lines: [["Workload-Proof-Token", wpt]] });
    expect(await outcome(request)).toBe("wpt_type_mismatch");
  });

  it("ath in a WPT of the present revision is an unknown claim", async () => {
    for (const ath of [hash("x"), 1]) {
      expect(await outcome(await world.request({ wpt: await world.wpt({ claims: { ath } }) }))).toBe("accepted");
    }
  });

  it("a report tells of ath between wth and tth, and of no token", async () => {
    const verifier = world.verifier({ compat: ["wpt-01"] });
    const { checks } = await verifier.explain(await older(ATH, [bearer]));
    const at = checks.findIndex(({ id }) => id === "wpt.access_token_hash");
    expect(checks.slice(at - 1, at + 2).map(({ id }) => id)).toEqual([
      "wpt.wit_hash",
      "wpt.access_token_hash",
      "wpt.txn_token_hash",
    ]);
    expect(checks[at]).toMatchObject({
      outcome: "passed",
      requirement: "WPT-2.34",
      detail: `ath ${hash("abc")}`,
    });
    const refused = await verifier.explain(await older(ATH));
    expect(refused.checks.find(({ outcome: o }) => o === "failed")).toMatchObject({ detail: "no access token" });
  });
});
