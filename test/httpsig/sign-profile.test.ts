import { describe, expect, it } from "vitest";
import type { HeaderLine, HttpRequestView } from "../../src/http/message.js";
import { checkRequestSignature } from "../../src/httpsig/check-request-signature.js";
import { coversField } from "../../src/httpsig/check-profile.js";
import { findProfileSignature, requestCoverage, responseCoverage, SENDER } from "../../src/httpsig/profile.js";
import { type ProfileSignatureOptions, signatureLifetimeOf, signProfile } from "../../src/httpsig/sign-profile.js";
import { verifyWit } from "../../src/wit.js";
import { AUDIENCE, createWorld, mistake, NOW } from "../support/wpt-fixtures.js";

const world = await createWorld();
const wit = await verifyWit(world.wit, { trust: world.trust, runtime: world.runtime });
const runtime = { ...world.runtime, now: () => NOW + 0.9, randomBytes: (length: number) => new Uint8Array(length) };
const NONCE = "AAAAAAAAAAAAAAAAAAAAAA";

const requestWith = (...more: HeaderLine[]): HttpRequestView => ({
  method: "GET",
  target: "/tools?q=1",
  headers: [["Workload-Identity-Token", world.wit], ...more],
});
const sign = (message: HttpRequestView, options: Partial<ProfileSignatureOptions> = {}) =>
  signProfile(
    {
      message,
      components: requestCoverage(message.headers, "http-signature-07"),
      parameters: [["wimse-aud", AUDIENCE]],
    },
    world.credential,
    { runtime, ...options },
  );

describe("a signature of the profile", () => {
  it("HSIG-3.22, HSIG-3.23, HSIG-3.25, HSIG-3.26, HSIG-3.37: says when it was made and expires, a nonce of 128 bits, and the tag", async () => {
    const { signatureInput, signature, nonce } = await sign(requestWith());
    expect(nonce).toBe(NONCE);
    expect(signatureInput).toBe(
      'wimse=("@method" "@path" "@query" "workload-identity-token")' +
        `;created=${NOW};expires=${NOW + 60};nonce="${NONCE}";tag="wimse-workload-to-workload";wimse-aud="${AUDIENCE}"`,
    );
    expect(signature).toMatch(/^wimse=:[A-Za-z0-9+/]{86}==:$/);
  });

  it("HSIG-3.01: is one that the recipient accepts", async () => {
    const unsigned = requestWith(["Content-Type", "text/plain"], ["Txn-Token", "t"]);
    const { signatureInput, signature } = await sign(unsigned, { lifetime: 300 });
    const headers: HeaderLine[] = [
      ["Signature-Input", signatureInput],
      ["Signature", signature],
    ];
    const view = { ...unsigned, headers: [...unsigned.headers, ...headers] };
    const received = findProfileSignature(view);
    if (received === undefined) throw new Error("the signature is not found");
    const rules = { clockTolerance: 0, maxProofLifetime: 300 };
    const found = { received, revision: "http-signature-07" } as const;
    const verified = await checkRequestSignature(found, view, wit, rules, [AUDIENCE], NOW, undefined);
    expect(verified).toMatchObject({ nonce: NONCE, boundTo: AUDIENCE, expiresAt: NOW + 300 });
    expect(["content-type", "txn-token", "host", "content-type;sf"].map((name) => coversField(verified, name))).toEqual(
      [true, true, false, false],
    );
  });

  it.each<[string, HeaderLine[], string]>([
    [
      "there is another signature",
      [
        ["Signature-Input", "sig1=()"],
        ["Signature", "sig1=:AA==:"],
      ],
      "wimse",
    ],
    [
      "its label is taken",
      [
        ["Signature-Input", "wimse=()"],
        ["Signature", "wimse=:AA==:"],
      ],
      "wimse2",
    ],
    ["its label is taken by half a signature", [["Signature", "wimse=:AA==:"]], "wimse2"],
    ["the next label is taken too", [["Signature-Input", "wimse=(), wimse2=()"]], "wimse3"],
    ["only the next label is taken", [["Signature-Input", "wimse2=()"]], "wimse"],
  ])("HSIG-3.32: has a label of its own where %s", async (_, lines, label) => {
    const { signatureInput, signature } = await sign(requestWith(...lines));
    expect([signatureInput, signature].map((value) => value.split("=")[0])).toEqual([label, label]);
  });

  it("is not waited for longer than the signal says", async () => {
    const reason = new Error("enough");
    await expect(sign(requestWith(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

it("R9421-2.4.03: a signature of a response covers what is said of its request, the sender's WIT among it", async () => {
  const request = requestWith();
  const message = { status: 200, headers: [["Workload-Identity-Token", world.wit]] as const };
  const components = [...responseCoverage(message.headers, "http-signature-07"), SENDER];
  const content = { message, request, components, parameters: [["wimse-req-nonce", "n"]] as const };
  const { signatureInput } = await signProfile(content, world.credential, { runtime });
  expect(signatureInput).toContain(
    '("@status" "workload-identity-token" "@method";req "@path";req "@query";req "workload-identity-token";req);created=',
  );
});

describe("the lifetime of a signature", () => {
  it.each([
    [undefined, 60],
    [1, 1],
    [1.2, 2],
    [299.5, 300],
    [300, 300],
  ])("HSIG-3.24: %s becomes %d seconds", (lifetime, seconds) => {
    expect(signatureLifetimeOf(lifetime)).toBe(seconds);
  });

  it.each([0, 0.5, -1, 300.1, 301, Number.NaN, "60", null])("HSIG-5.1.04: %s is the caller's mistake", (lifetime) => {
    const message = expect.stringMatching(/^lifetime: /);
    expect(() => signatureLifetimeOf(lifetime as number)).toThrow(expect.objectContaining({ ...mistake, message }));
  });
});
