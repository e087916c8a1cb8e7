import { describe, expect, it } from "vitest";
import type { VerifyPolicy } from "../../src/index.js";
import { memoryReplayStore, type ReplayEntry, type ReplayStore } from "../../src/replay.js";
import { type SignedRequestParts, signatureVerifier, signedRequest } from "../support/signature-fixtures.js";
import { AGENT, createWorld, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const store = (): ReplayStore & { readonly size: number } =>
  memoryReplayStore({ maxEntries: 10, runtime: world.runtime });
const outcome = async (parts: SignedRequestParts, changes: Partial<VerifyPolicy>): Promise<string> =>
  outcomeOf(signatureVerifier(world, changes).verify(await signedRequest(world, parts)));
const nonce = (value: string): SignedRequestParts => ({ parameters: { nonce: `"${value}"` } });

describe("a nonce is used once", () => {
  it("HSIG-3.39, HSIG-5.1.06, HSIG-6.4.01: the second time it is refused", async () => {
    const verifier = signatureVerifier(world, { replay: store() });
    const request = await signedRequest(world);
    expect(await outcomeOf(verifier.verify(request))).toBe("accepted");
    await expect(verifier.verify(request)).rejects.toMatchObject({
      code: "signature_replayed",
      requirement: "HSIG-3.39",
      status: 400,
    });
  });

  it("HSIG-3.39: another request with the same nonce is refused, whatever its content", async () => {
    const replay = store();
    expect(await outcome(nonce("a"), { replay })).toBe("accepted");
    expect(await outcome({ ...nonce("a"), body: "other", target: "/tools?q=2" }, { replay })).toBe(
      "signature_replayed",
    );
    expect(await outcome(nonce("A"), { replay })).toBe("accepted");
  });

  it("the same nonce from two senders is two", async () => {
    const replay = store();
    const wit = await world.forgeWit({ claims: { sub: "wimse://example.com/other" } });
    expect(await outcome(nonce("a"), { replay })).toBe("accepted");
    expect(await outcome({ ...nonce("a"), wit }, { replay })).toBe("accepted");
    expect(await outcome({ ...nonce("a"), wit }, { replay })).toBe("signature_replayed");
  });

  it("a nonce and the jti of a WPT that is the same are two", async () => {
    const replay = store();
    const proofs = ["http-signature", "wpt"] as const;
    const verifier = signatureVerifier(world, { replay, proofs });
    const wpt = await world.wpt({ claims: { jti: "same" } });
    expect(await outcomeOf(verifier.verify(await world.request({ wpt })))).toBe("accepted");
    expect(await outcomeOf(verifier.verify(await signedRequest(world, nonce("same"))))).toBe("accepted");
    expect(replay.size).toBe(2);
  });

  it("of many at once exactly one wins", async () => {
    const verifier = signatureVerifier(world, { replay: store() });
    const request = await signedRequest(world);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => outcomeOf(verifier.verify(request))));
    expect(outcomes.filter((code) => code === "accepted")).toHaveLength(1);
    expect(outcomes.filter((code) => code === "signature_replayed")).toHaveLength(5);
  });

  it("HSIG-3.38: is remembered until the signature has expired, tolerance and all", async () => {
    const own = await createWorld("Ed25519");
    const replay = memoryReplayStore({ maxEntries: 10, runtime: own.runtime });
    const verifier = signatureVerifier(own, { replay });
    const request = await signedRequest(own);
    const outcomes: string[] = [];
    for (const later of [0, 60, 64.9, 65]) {
      own.runtime.setTime(NOW + later);
      outcomes.push(await outcomeOf(verifier.verify(request)));
    }
    expect(outcomes).toEqual(["accepted", "signature_replayed", "signature_replayed", "signature_expired"]);
  });

  it("HSIG-3.38: any number of times where the policy says so", async () => {
    const verifier = signatureVerifier(world, { replay: "unchecked" });
    const request = await signedRequest(world);
    for (let i = 0; i < 2; i++) expect(await outcomeOf(verifier.verify(request))).toBe("accepted");
  });
});

describe("the claim", () => {
  it("names the sender, the kind of proof and the nonce", async () => {
    const claims: ReplayEntry[] = [];
    const replay: ReplayStore = { claim: (entries) => claims.push(...entries) > 0 };
    expect(await outcome(nonce("n"), { replay, clockTolerance: 7 })).toBe("accepted");
    expect(claims).toEqual([{ scope: AGENT, id: "http-signature:n", expiresAt: NOW + 67 }]);
  });

  it.each<[string, () => unknown, string]>([
    ["says false", () => false, "signature_replayed"],
    ["says nothing", () => undefined, "signature_replayed"],
    ["says 1", () => 1, "signature_replayed"],
    ["promises false", async () => false, "signature_replayed"],
    ["promises true", async () => true, "accepted"],
    [
      "throws",
      () => {
        throw new Error("secret");
      },
      "replay_store_unavailable",
    ],
    ["rejects", () => Promise.reject(new Error("secret")), "replay_store_unavailable"],
  ])("a store that %s: %s", async (_what, claim, expected) => {
    expect(await outcome({}, { replay: { claim } as ReplayStore })).toBe(expected);
  });

  it.each<[string, SignedRequestParts, Partial<VerifyPolicy>]>([
    ["the signature", { parameters: { expires: `${NOW - 60}` } }, {}],
    ["the digest", { digest: "sha-256=:AA==:" }, {}],
    ["the size of the content", {}, { maxBodyBytes: 1 }],
    ["revocation", {}, { isRevoked: () => true }],
    ["allow", {}, { allow: () => false }],
  ])("is not made when %s refuses the request", async (_what, parts, changes) => {
    const claims: ReplayEntry[] = [];
    const replay: ReplayStore = { claim: (entries) => claims.push(...entries) > 0 };
    expect(await outcome(parts, { replay, ...changes })).not.toBe("accepted");
    expect(claims).toEqual([]);
  });

  it("is not made by an explanation", async () => {
    const verifier = signatureVerifier(world, { replay: store() });
    const request = await signedRequest(world);
    for (let i = 0; i < 2; i++) expect((await verifier.explain(request)).outcome).toBe("accepted");
    expect(await outcomeOf(verifier.verify(request))).toBe("accepted");
  });
});
