import { expect, it } from "vitest";
import type { HeaderLine, VerifyPolicy } from "../../src/index.js";
import {
  type SignedRequestParts,
  signatureOf,
  signatureVerifier,
  signedRequest,
  withField,
} from "../support/signature-fixtures.js";
import { createWorld, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const stranger = await createWorld();

/** A signed request in the making. */
interface Draft {
  parts: { -readonly [K in keyof SignedRequestParts]: SignedRequestParts[K] };
  parameters: Record<string, string | undefined>;
  components: ((sound: readonly string[]) => readonly string[])[];
  added: HeaderLine[];
  twice: boolean;
  policy: Partial<VerifyPolicy>;
}

interface Fault {
  readonly code: string;
  readonly put: (draft: Draft) => void;
}

const added = (code: string, ...lines: HeaderLine[]): Fault => ({ code, put: (d) => void d.added.push(...lines) });
const parts = (code: string, changes: SignedRequestParts): Fault => ({
  code,
  put: (d) => void Object.assign(d.parts, changes),
});
const parameters = (code: string, changes: Draft["parameters"]): Fault => ({
  code,
  put: (d) => void Object.assign(d.parameters, changes),
});
const components = (code: string, change: Draft["components"][0]): Fault => ({
  code,
  put: (d) => void d.components.push(change),
});
const policy = (code: string, changes: Partial<VerifyPolicy>): Fault => ({
  code,
  put: (d) => void Object.assign(d.policy, changes),
});

/** One fault for each check, in the order in which the checks are made. */
const faults: readonly Fault[] = [
  added("request_too_large", ...Array.from({ length: 257 }, (): HeaderLine => ["a", "b"])),
  added("request_malformed", ["not a name", ""]),
  added("wit_multiple", ["Workload-Identity-Token", ""]),
  added("wpt_multiple", ["Authorization", "WPT a"], ["Authorization", ""]),
  added("request_malformed", ["Txn-Token", "a,b"]),
  added("signature_malformed", ["Signature", "b=:AA==:"]),
  {
    code: "signature_multiple",
    put: (d) => {
      d.twice = true;
    },
  },
  components("signature_revision_unsupported", (sound) =>
    sound.filter((name) => name !== '"@path"' && name !== '"@request-target"').concat('"@request-target"'),
  ),
  parts("wit_too_large", { wit: "a".repeat(16385) }),
  parts("wit_malformed", { wit: "a" }),
  parts("wit_expired", { wit: await world.forgeWit({ claims: { exp: NOW - 60 } }) }),
  parameters("signature_parameter_forbidden", { keyid: '"a"' }),
  parameters("signature_parameter_invalid", { x: "1;x=2" }),
  parameters("signature_parameter_missing", { nonce: undefined }),
  parameters("signature_parameter_invalid", { nonce: '""' }),
  parameters("signature_parameter_missing", { "wimse-aud": undefined }),
  parameters("signature_parameter_invalid", { "wimse-sign-response": '"true"' }),
  parameters("signature_expired", { expires: `${NOW - 60}` }),
  parameters("signature_not_yet_valid", { created: `${NOW + 60}` }),
  parameters("signature_lifetime_too_long", { expires: `${NOW + 900}` }),
  parameters("signature_audience_mismatch", { "wimse-aud": '"another"' }),
  components("signature_component_missing", (sound) => sound.filter((name) => name !== '"@query"')),
  components("signature_component_invalid", (sound) => [...sound, '"x-missing"']),
  parts("signature_invalid", { signer: stranger.key }),
  policy("body_too_large", { maxBodyBytes: 3 }),
  parts("content_digest_missing", { digest: null }),
  parts("content_digest_malformed", { digest: "sha-256" }),
  parts("content_digest_unsupported", { digest: "md5=:AA==:" }),
  parts("content_digest_mismatch", { digest: "sha-256=:AA==:" }),
  policy("wit_revoked", { isRevoked: () => true }),
  policy("workload_not_authorized", { allow: () => false }),
  policy("signature_replayed", { replay: { claim: () => false } }),
];

/** Later faults first, so that where two are about one thing the earlier of them is what one sees. */
async function outcome(...combined: readonly Fault[]): Promise<string> {
  const draft: Draft = { parts: {}, parameters: {}, components: [], added: [], twice: false, policy: {} };
  for (const fault of [...combined].reverse()) fault.put(draft);
  const request = await signedRequest(world, {
    ...draft.parts,
    parameters: draft.parameters,
    components: (sound) => draft.components.reduce((names, change) => change(names), sound),
    added: draft.added,
  });
  const second = draft.twice ? Object.values(await signatureOf(world, request, { label: "second" })) : [];
  const view = { ...request, headers: [...request.headers, ...second] };
  const verifier = signatureVerifier(world, { proofs: ["http-signature", "wpt"], ...draft.policy });
  const report = await verifier.explain(view);
  const code = await outcomeOf(verifier.verify(view));
  // an explanation makes the same checks, all but the claim
  expect(report.code ?? report.outcome).toBe(code === "signature_replayed" ? "accepted" : code);
  return code;
}

it("without a fault the request is accepted", async () => {
  expect(await outcome()).toBe("accepted");
});

it.each(faults.map(({ code }, i) => ({ code, after: faults[i + 1]?.code ?? "nothing", i })))(
  "$code is told before $after and before everything that follows",
  async ({ code, i }) => {
    const [fault, next, ...rest] = faults.slice(i) as [Fault, ...Fault[]];
    expect(await outcome(fault)).toBe(code);
    if (next === undefined) return;
    expect(await outcome(fault, next)).toBe(code);
    expect(await outcome(fault, next, ...rest)).toBe(code);
  },
);

it("a missing WIT is told before the fields of signatures are read", async () => {
  const request = await signedRequest(world, { wit: null });
  const verifier = signatureVerifier(world);
  expect(await outcomeOf(verifier.verify(withField(request, "signature", () => "%")))).toBe("wit_missing");
});

it("of two proofs the WPT is told of first", async () => {
  const wpt = await world.wpt({ claims: { exp: NOW - 60 } });
  const lines: HeaderLine[] = [["Authorization", `WPT ${wpt}`]];
  const request = await signedRequest(world, { lines, parameters: { keyid: '"a"' } });
  const outcomeWith = (proofs: VerifyPolicy["proofs"]) =>
    outcomeOf(signatureVerifier(world, { proofs: proofs ?? [] }).verify(request));
  expect(await outcomeWith(["http-signature", "wpt"])).toBe("wpt_expired");
  expect(await outcomeWith(["http-signature"])).toBe("signature_parameter_forbidden");
  expect(await outcomeWith(["wpt"])).toBe("wpt_expired");
});

it("HSIG-3.41, HSIG-3.42: nobody is asked about a request, and no content read, before its signature is verified", async () => {
  const asked: string[] = [];
  const verifier = signatureVerifier(world, {
    isRevoked: () => asked.push("isRevoked") < 0,
    allow: () => asked.push("allow") > 0,
    replay: { claim: () => asked.push("claim") > 0 },
  });
  const sound = await signedRequest(world);
  const bytes = sound.body as Uint8Array;
  const body = () => {
    asked.push("body");
    return bytes;
  };
  const forged = await signedRequest(world, { signer: stranger.key });
  expect(await outcomeOf(verifier.verify({ ...forged, body }))).toBe("signature_invalid");
  expect(asked).toEqual([]);
  const other = withField(sound, "content-digest", (value) => value);
  expect(await outcomeOf(verifier.verify({ ...other, body: () => new Uint8Array([1, asked.push("other")]) }))).toBe(
    "content_digest_mismatch",
  );
  expect(asked.splice(0)).toEqual(["other"]);
  expect(await outcomeOf(verifier.verify({ ...sound, body }))).toBe("accepted");
  expect(asked).toEqual(["body", "isRevoked", "allow", "claim"]);
});
