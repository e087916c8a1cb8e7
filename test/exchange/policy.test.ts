import { describe, expect, it } from "vitest";
import { createVerifier, type VerifyPolicy } from "../../src/index.js";
import { signedRequest } from "../support/signature-fixtures.js";
import { createWorld, mistake, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const refused = expect.objectContaining(mistake);
const noFunctions = [null, 1, "f", true, {}, []];

describe("a policy that cannot be right is refused when the verifier is made", () => {
  it.each([undefined, null, 1, "policy"])("%s is no policy", (policy) => {
    const message = "createVerifier: a policy is required";
    expect(() => createVerifier(policy as unknown as VerifyPolicy)).toThrow(
      expect.objectContaining({ ...mistake, message }),
    );
  });

  it.each(["trust", "audience", "replay"])("%s has no default", (name) => {
    const policy = { ...world.policy() } as Record<string, unknown>;
    expect(() => createVerifier({ ...policy, [name]: undefined } as unknown as VerifyPolicy)).toThrow(refused);
    delete policy[name];
    expect(() => createVerifier(policy as unknown as VerifyPolicy)).toThrow(refused);
  });

  it.each([
    "clockTolerence",
    "maxAge",
    "Trust",
    "isrevoked",
    "allowed",
    "lifetime",
    "audiences",
    "issuer",
    "toString",
    "understood",
  ])("the unknown option %s is refused, and named", (name) => {
    expect(() => createVerifier({ ...world.policy(), [name]: 1 } as VerifyPolicy)).toThrow(
      expect.objectContaining({ ...mistake, message: `createVerifier: unknown option "${name}"` }),
    );
  });

  it.each<[string, readonly unknown[]]>([
    ["trust", [null, {}, "wimse://example.com", new Map([["get", 1]]).values(), { get: "x" }]],
    ["replay", [null, {}, "none", "Unchecked", false, { claim: true }]],
    ["proofs", [null, [], "wpt", ["WPT"], ["wpt", "dpop"], [undefined], new Set(["wpt"])]],
    ["compat", [null, "wpt-01", ["WPT-01"], ["http-signature-07"], ["wpt-01", "x"], {}]],
    ["allow", noFunctions],
    ["isRevoked", noFunctions],
    ["audit", noFunctions],
    ["clockTolerance", [null, -1, 120.5, 121, Number.NaN, Number.POSITIVE_INFINITY, "5"]],
    ["maxLifetime", [null, 0, 0.9, -1, Number.NaN, Number.POSITIVE_INFINITY, "86400"]],
    ["maxProofLifetime", [null, 0, 0.9, -1, 86401, Number.NaN, "300"]],
    ["maxBodyBytes", [null, -1, Number.NaN, Number.POSITIVE_INFINITY, "1"]],
    [
      "understoodTokens",
      [null, "x-a", [1], [""], ["x a"], [null], ["authorization"], ["Txn-Token"], ["Workload-Identity-Token"]],
    ],
    [
      "runtime",
      [null, {}, { now: () => 1 }, { randomBytes: () => new Uint8Array(1) }, { now: 1, randomBytes: () => 1 }],
    ],
  ])("%s", (name, values) => {
    for (const value of values) {
      const policy = { ...world.policy(), [name]: value } as unknown as VerifyPolicy;
      expect(() => createVerifier(policy), `${name}: ${JSON.stringify(value)}`).toThrow(
        expect.objectContaining({ ...mistake, message: expect.stringContaining(`${name}: `) }),
      );
    }
  });
});

describe("a policy that is right", () => {
  it.each<[string, readonly unknown[]]>([
    ["replay", ["unchecked"]],
    ["proofs", [["wpt"], ["wpt", "wpt"], ["wpt", "http-signature"], ["http-signature", "wpt"]]],
    ["compat", [[], ["wpt-01"], ["http-signature-06"], ["wpt-01", "http-signature-06"], undefined]],
    ["clockTolerance", [0, 0.5, 120, undefined]],
    ["maxLifetime", [3600, 1e9, undefined]],
    ["maxProofLifetime", [60, 86400, undefined]],
    ["maxBodyBytes", [0, 1, undefined]],
    ["understoodTokens", [[], ["x-a"], ["__proto__"], undefined]],
    ["allow", [() => true, undefined]],
    ["isRevoked", [() => false, undefined]],
    ["audit", [() => {}, undefined]],
  ])("%s", async (name, values) => {
    for (const value of values) {
      const policy = { ...world.policy(), [name]: value } as unknown as VerifyPolicy;
      expect(await outcomeOf(createVerifier(policy).verify(await world.request()))).toBe("accepted");
    }
  });

  it("signatures alone are accepted unless the policy says otherwise: a WPT covers neither method nor content", async () => {
    const { proofs: _wpt, ...policy } = world.policy();
    const verifier = createVerifier(policy);
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("proof_not_accepted");
    expect(await outcomeOf(verifier.verify(await signedRequest(world)))).toBe("accepted");
  });

  it("the clock is the platform's unless another is given", async () => {
    const { runtime: _fixed, ...policy } = world.policy({ replay: "unchecked", maxLifetime: 1e10 });
    const future = Date.now() / 1000 + 1e6;
    const wit = await world.forgeWit({ claims: { exp: future } });
    const of = async (exp: number) =>
      outcomeOf(
        createVerifier(policy).verify(await world.request({ wit, wpt: await world.wpt({ wit, claims: { exp } }) })),
      );
    expect(await of(Date.now() / 1000 + 60)).toBe("accepted");
    expect(await of(Date.now() / 1000 - 60)).toBe("wpt_expired");
  });

  it("is read once: what is done to the object later has no effect", async () => {
    const policy = world.policy() as { -readonly [K in keyof VerifyPolicy]: VerifyPolicy[K] };
    const verifier = createVerifier(policy);
    policy.allow = () => false;
    policy.audience = "other";
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("accepted");
  });

  it("the verifier is frozen", () => {
    expect(Object.isFrozen(world.verifier())).toBe(true);
  });
});
