import { describe, expect, it } from "vitest";
import { createTarget } from "../../src/conformance.js";
import {
  AUDIENCE,
  ask,
  base64Of,
  CONTEXT,
  newRequest,
  newSignedRequest,
  POLICY,
  perform,
  type RequestInput,
  type SignedSettings,
  SUBJECT,
  withPolicy,
} from "./support.js";

const { proofs: _proofs, ...NO_PROOFS } = POLICY;
const OLDER_SIGNATURE = { revision: "http-signature-06" } as const;

/** What a request comes to under a context: `"accept"`, or the code. */
async function verdict(context: unknown, input: unknown): Promise<unknown> {
  const { code, result } = await perform("verifyRequest", context, input);
  return code ?? result;
}

describe("verifyRequest of a signature", () => {
  it("gives workload, proof, audience and the tokens that the signature covers", async () => {
    const input = await newSignedRequest({
      content: "hello",
      headers: [
        ["Authorization", "Bearer abc"],
        ["Txn-Token", "txn"],
        ["X-User-Token", "user"],
        ["X-Not-Covered", "n"],
      ],
      boundTokens: ["x-user-token"],
    });
    const context = withPolicy({ understoodTokens: ["x-user-token", "x-not-covered"] });
    expect(await perform("verifyRequest", context, input)).toEqual({
      id: 1,
      result: "accept",
      output: {
        workload: SUBJECT,
        proof: "http-signature",
        revision: "http-signature-07",
        audience: AUDIENCE,
        tokens: ["authorization", "txn-token", "x-user-token"],
      },
    });
  });

  it.each<[string, SignedSettings, Record<string, unknown>, Record<string, unknown>, string]>([
    ["nothing changed", {}, {}, {}, "accept"],
    ["another method", {}, { method: "PUT" }, {}, "signature_invalid"],
    ["another query", {}, { target: "/orders/42" }, {}, "signature_invalid"],
    ["the content that was signed", { content: "a" }, {}, {}, "accept"],
    ["other content", { content: "a" }, { body: base64Of("b") }, {}, "content_digest_mismatch"],
    ["no content any more", { content: "a" }, { body: "" }, {}, "content_digest_mismatch"],
    ["content that nobody signed", {}, { body: base64Of("b") }, {}, "content_digest_missing"],
    ["the longest content", { content: "abc" }, {}, { maxBodyBytes: 3 }, "accept"],
    ["longer content", { content: "abcd" }, {}, { maxBodyBytes: 3 }, "body_too_large"],
    ["another audience", {}, {}, { audience: ["https://other.example.com/"] }, "signature_audience_mismatch"],
    ["a longer lifetime", {}, {}, { maxProofLifetime: 54 }, "signature_lifetime_too_long"],
    ["another workload", {}, {}, { allow: { anyOf: [] } }, "workload_not_authorized"],
    ["signatures alone", {}, {}, { proofs: ["http-signature"] }, "accept"],
    ["no signatures", {}, {}, { proofs: ["wpt"] }, "proof_not_accepted"],
    ["an older revision", OLDER_SIGNATURE, {}, {}, "signature_revision_unsupported"],
    [
      "an older revision of the other kind",
      OLDER_SIGNATURE,
      {},
      { compat: ["wpt-01"] },
      "signature_revision_unsupported",
    ],
    ["an older revision that is accepted", OLDER_SIGNATURE, {}, { compat: ["http-signature-06"] }, "accept"],
  ])("under a context and an input with %s", async (_what, settings, changes, policy, expected) => {
    const input = { ...(await newSignedRequest(settings)), ...changes };
    expect(await verdict(withPolicy(policy), input)).toBe(expected);
  });

  it("names the older revision", async () => {
    const context = withPolicy({ compat: ["http-signature-06"] });
    expect(await perform("verifyRequest", context, await newSignedRequest(OLDER_SIGNATURE))).toMatchObject({
      output: { proof: "http-signature", revision: "http-signature-06" },
    });
  });

  it.each([[undefined], [null], [""]])("knows that the content %j is empty, whatever is announced", async (body) => {
    const { headers, ...rest } = await newSignedRequest();
    const input = { ...rest, headers: [...headers, ["Transfer-Encoding", "chunked"]], body };
    expect(await verdict(CONTEXT, input)).toBe("accept");
  });

  it("uses it up", async () => {
    const target = createTarget();
    const message = { op: "verifyRequest", context: CONTEXT, input: await newSignedRequest() };
    expect(await ask(target, message)).toMatchObject({ result: "accept" });
    expect(await ask(target, message)).toMatchObject({ code: "signature_replayed" });
    await ask(target, { reset: true });
    expect(await ask(target, message)).toMatchObject({ result: "accept" });
  });
});

describe("verifyRequest of several proofs", () => {
  const UNREADABLE = ["Signature-Input", 'wimse=();tag="wimse-workload-to-workload"'] as const;

  it.each<[string, Record<string, unknown>, readonly (readonly [string, string])[], string]>([
    ["signatures alone are accepted, by default", { ...CONTEXT, policy: NO_PROOFS }, [], "proof_not_accepted"],
    ["signatures alone are accepted, by name", withPolicy({ proofs: ["http-signature"] }), [], "proof_not_accepted"],
    ["a signature that cannot be read counts", CONTEXT, [UNREADABLE], "signature_malformed"],
    ["it does not where signatures are not accepted", withPolicy({ proofs: ["wpt"] }), [UNREADABLE], "accept"],
    ["an older WPT beside it", withPolicy({ compat: ["wpt-01"] }), [["Workload-Proof-Token", "x"]], "accept"],
  ])("beside a WPT: %s", async (_what, context, headers, expected) => {
    expect(await verdict(context, await newRequest({ headers }))).toBe(expected);
  });

  it("both are judged, and the signature is named", async () => {
    const { headers: wptLines } = await newRequest();
    const authorization = wptLines.filter(([name]) => name === "Authorization");
    const input = await newSignedRequest({ headers: authorization });
    const signedOnly: RequestInput = { ...input, headers: input.headers.filter(([name]) => name !== "authorization") };
    expect(await perform("verifyRequest", CONTEXT, input)).toMatchObject({
      output: { proof: "http-signature", tokens: [] },
    });
    expect(await verdict(CONTEXT, signedOnly)).toBe("signature_component_invalid");
  });

  it.each([
    [["wpt-01"], "accept"],
    [["http-signature-06"], "wpt_revision_unsupported"],
    [[], "wpt_revision_unsupported"],
  ])("a WPT in the field of revision 01 under compat %j: %s", async (compat, expected) => {
    const { headers, ...rest } = await newRequest();
    const moved = headers.map(([name, value]) =>
      name === "Authorization" ? ["Workload-Proof-Token", value.replace("WPT ", "")] : [name, value],
    );
    const answer = await perform("verifyRequest", withPolicy({ compat }), { ...rest, headers: moved });
    expect(answer.code ?? answer.result).toBe(expected);
    if (expected === "accept") expect(answer.output).toMatchObject({ proof: "wpt", revision: "wpt-01" });
  });
});
