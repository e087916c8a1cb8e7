import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { AuthenticatedRequest, HeaderLine, HttpRequestView, ProofKind, VerifyPolicy } from "../../src/index.js";
import type { ReplayEntry } from "../../src/replay.js";
import { memoryReplayStore } from "../../src/replay.js";
import { type SignedRequestParts, signatureVerifier, signedRequest, withField } from "../support/signature-fixtures.js";
import { AGENT, createWorld, NOW, outcomeOf, spoilSignature, type WptParts } from "../support/wpt-fixtures.js";

const world = await createWorld();
const stranger = await createWorld();
const BOTH: readonly ProofKind[] = ["http-signature", "wpt"];
const hash = (value: string): string => createHash("sha256").update(value).digest("base64url");

/** A request with both proofs. */
async function twice(parts: SignedRequestParts = {}, wpt: WptParts = {}, more: HeaderLine[] = []) {
  const lines: HeaderLine[] = [["Authorization", `WPT ${await world.wpt(wpt)}`], ...more];
  return signedRequest(world, { ...parts, lines });
}
const verify = (request: HttpRequestView, proofs: readonly ProofKind[], changes: Partial<VerifyPolicy> = {}) =>
  signatureVerifier(world, { proofs, ...changes }).verify(request);
const outcome = (...args: Parameters<typeof verify>): Promise<string> => outcomeOf(verify(...args));
const told = async (promise: Promise<AuthenticatedRequest>) => (await promise).proof.revision;

describe("both proofs, where both are accepted", () => {
  it("are verified, and the signature is the one that is named", async () => {
    const result = await verify(await twice({ parameters: { nonce: '"n"' } }), BOTH);
    expect(result.proof).toMatchObject({ type: "http-signature", revision: "http-signature-07", id: "n" });
    expect(result.body).toHaveLength(21);
    expect(result.tokens.authorization).toBeUndefined();
  });

  it.each<[string, SignedRequestParts, WptParts, string]>([
    ["a WPT that has expired", {}, { claims: { exp: NOW - 60 } }, "wpt_expired"],
    ["a WPT for somebody else", {}, { claims: { aud: "urn:other" } }, "wpt_audience_mismatch"],
    ["a WPT of another WIT", {}, { wit: stranger.wit }, "wpt_wit_hash_mismatch"],
    ["a WPT by another key", {}, { signer: stranger.key }, "wpt_signature_invalid"],
    ["a signature that has expired", { parameters: { expires: `${NOW - 60}` } }, {}, "signature_expired"],
    ["a signature by another key", { signer: stranger.key }, {}, "signature_invalid"],
    [
      "a signature that does not cover the WPT",
      { components: (sound) => sound.filter((name) => name !== '"authorization"') },
      {},
      "signature_component_missing",
    ],
    ["a digest of something else", { digest: "sha-256=:AA==:" }, {}, "content_digest_mismatch"],
  ])("%s is refused, however good the other is", async (_what, parts, wpt, expected) => {
    expect(await outcome(await twice(parts, wpt), BOTH)).toBe(expected);
  });

  it("one of them taken away leaves the other, where that does not cover it", async () => {
    const request = await twice();
    const signed = withField(request, "authorization", () => null);
    expect(await outcome(signed, BOTH)).toBe("signature_component_invalid");
    const stripped = withField(
      withField(request, "signature", () => null),
      "signature-input",
      () => null,
    );
    expect(await told(verify(stripped, BOTH))).toBe("wpt-02");
  });

  it("are claimed together, or not at all", async () => {
    const claims: (readonly ReplayEntry[])[] = [];
    const replay = { claim: (entries: readonly ReplayEntry[]) => claims.push(entries) > 0 };
    const request = await twice({ parameters: { nonce: '"n"' } }, { claims: { jti: "j", exp: NOW + 30 } });
    await verify(request, BOTH, { replay });
    expect(claims).toEqual([
      [
        { scope: AGENT, id: "http-signature:n", expiresAt: NOW + 65 },
        { scope: AGENT, id: "wpt:j", expiresAt: NOW + 35 },
      ],
    ]);
  });

  it("HSIG-3.39, WPT-2.32: one of them used before is enough to refuse both, and the other stays unused", async () => {
    const replay = memoryReplayStore({ maxEntries: 10, runtime: world.runtime });
    const used = { claims: { jti: "used" } };
    expect(await outcome(await world.request({ wpt: await world.wpt(used) }), BOTH, { replay })).toBe("accepted");
    const fresh: SignedRequestParts = { parameters: { nonce: '"fresh"' } };
    await expect(verify(await twice(fresh, used), BOTH, { replay })).rejects.toMatchObject({
      code: "signature_replayed",
      requirement: "HSIG-3.39",
    });
    expect(replay.size).toBe(1);
    expect(await outcome(await signedRequest(world, fresh), BOTH, { replay })).toBe("accepted");
    expect(await outcome(await twice(fresh), BOTH, { replay })).toBe("signature_replayed");
  });

  it("tokens of both are handed over", async () => {
    const more: HeaderLine[] = [
      ["X-A", "one"],
      ["X-B", "two"],
      ["X-C", "three"],
    ];
    const components = (sound: readonly string[]) => [...sound, '"x-b"', '"x-c"'];
    const wpt = { claims: { oth: { "x-a": hash("one"), "x-b": hash("two") } } };
    const { tokens } = await verify(await twice({ components }, wpt, more), BOTH, { understoodTokens: ["X-A", "x-b"] });
    expect([...tokens.others]).toEqual([
      ["x-a", "one"],
      ["x-b", "two"],
    ]);
  });
});

describe("a proof of a kind that is not accepted", () => {
  it("a WPT beside a signature is covered as what it is", async () => {
    const request = await twice({}, { claims: { exp: NOW - 60 } });
    const { proof, tokens } = await verify(request, ["http-signature"]);
    expect(proof.type).toBe("http-signature");
    expect(tokens.authorization).toMatch(/^WPT /);
  });

  it("a signature beside a WPT is left alone, whatever is wrong with it", async () => {
    for (const parts of [{ signer: stranger.key }, { parameters: { keyid: '"a"' } }, { digest: "x" }]) {
      expect(await told(verify(await twice(parts), ["wpt"]))).toBe("wpt-02");
    }
    const unreadable = withField(await twice(), "signature", () => "%");
    expect(await told(verify(unreadable, ["wpt"]))).toBe("wpt-02");
    expect(await outcome(unreadable, BOTH)).toBe("signature_malformed");
  });

  it("CREDS-5.1.10: alone it is refused", async () => {
    expect(await outcome(await world.request(), ["http-signature"])).toBe("proof_not_accepted");
    expect(await outcome(await signedRequest(world), ["wpt"])).toBe("proof_not_accepted");
    expect(await outcome(await world.request({ wpt: spoilSignature(await world.wpt()) }), ["http-signature"])).toBe(
      "proof_not_accepted",
    );
  });

  it("either alone is accepted where both are", async () => {
    expect(await told(verify(await world.request(), BOTH))).toBe("wpt-02");
    expect(await told(verify(await signedRequest(world), BOTH))).toBe("http-signature-07");
  });

  it.each(["signature", "signature-input"])(
    "R9421-4.02: %s that is taken away is no signature that is missing",
    async (field) => {
      const half = withField(await signedRequest(world), field, () => null);
      for (const proofs of [BOTH, ["http-signature"]] as const) {
        await expect(verify(half, proofs)).rejects.toMatchObject({
          code: "signature_malformed",
          requirement: "R9421-4.02",
        });
      }
    },
  );

  it("HSIG-5.1.01: neither is refused by every policy", async () => {
    const bare = await world.request({ wpt: null });
    for (const proofs of [BOTH, ["wpt"], ["http-signature"]] as const) {
      expect(await outcome(bare, proofs)).toBe("proof_missing");
    }
  });
});
