import { existsSync, readFileSync } from "node:fs";
import type { JWK } from "jose";
import { describe, expect, it } from "vitest";
import { createCredential } from "../../src/credential/credential.js";
import { createTrustStore, type TrustStore } from "../../src/trust/store.js";
import { decodeUnverifiedWit } from "../../src/wit/decode-unverified.js";
import { verifiedWitFields } from "../../src/wit/verified-wit.js";
import { verifyWit } from "../../src/wit/verify.js";
import { clock, expectWimseError, workloadKey } from "../support/wit-fixtures.js";

interface Example {
  readonly issuerKeys: JWK[] | null;
  readonly workloadKey: JWK | null;
  readonly wit: {
    readonly value: string;
    readonly header: object;
    readonly claims: { readonly sub: string; readonly cnf: { readonly jwk: JWK } };
    readonly sha256_b64u: string;
  };
  readonly validityWindow: {
    readonly suggestedClock?: number;
    readonly fromSeconds: number;
    readonly untilSeconds: number;
  };
}

// The examples of the drafts, which are not part of this project.
const FOLDER = new URL("../../../shared/specs/examples/", import.meta.url);
const present = existsSync(FOLDER);
if (!present) console.warn("left out: ../shared/specs/examples is absent");

const load = (name: string): Example => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));

it("the examples of the drafts are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

const trustIn = (keys: JWK[]): TrustStore => createTrustStore([{ origin: "wimse://example.com", keys: { keys } }]);

describe.runIf(present).each(["creds-02", "creds-03-pre", "creds-03-pre-2026-09-22"])("the example of %s", (name) => {
  const example = present ? load(name) : undefined;
  if (example === undefined) return;
  const { wit, issuerKeys, workloadKey: ownKey, validityWindow } = example;
  const { fromSeconds, untilSeconds, suggestedClock = fromSeconds } = validityWindow;
  const trust = trustIn(issuerKeys ?? []);

  it("verifies", async () => {
    const verified = await verifyWit(wit.value, { trust, runtime: clock(suggestedClock) });
    expect(verified.claims).toEqual(wit.claims);
    expect(verified.id.uri).toBe("wimse://example.com/specific-workload");
    expect(verified.expiresAt).toBe(untilSeconds);
    expect(verified.confirmation.jwk).toEqual(wit.claims.cnf.jwk);
    expect(verifiedWitFields(verified).hash).toBe(wit.sha256_b64u);
    expect(decodeUnverifiedWit(wit.value)).toEqual({ header: wit.header, claims: wit.claims });
  });

  it("CREDS-5.1.4.08: is over after its time", async () => {
    const options = { trust, clockTolerance: 0 };
    await verifyWit(wit.value, { ...options, runtime: clock(untilSeconds - 1) });
    await expectWimseError(verifyWit(wit.value, { ...options, runtime: clock(untilSeconds) }), "wit_expired");
  });

  it("CREDS-3.07: is not verified without its issuer's key", async () => {
    const options = { trust: trustIn([{ ...workloadKey.publicJwk, kid: "June 5" }]), runtime: clock(suggestedClock) };
    await expectWimseError(verifyWit(wit.value, options), "wit_signature_invalid");
    await expectWimseError(verifyWit(wit.value, { ...options, trust: trustIn([]) }), "wit_key_not_found", "CREDS-3.07");
  });

  it("WITSVID-2.3.02: is no WIT-SVID", async () => {
    const profile = createTrustStore([
      { origin: "wimse://example.com", keys: { keys: issuerKeys ?? [] }, profile: "wit-svid" },
    ]);
    await expectWimseError(
      verifyWit(wit.value, { trust: profile, runtime: clock(suggestedClock) }),
      "wit_confirmation_invalid",
    );
  });

  it("makes a credential with its workload's key", async () => {
    if (ownKey === null) throw new Error("no key");
    const credential = await createCredential(wit.value, ownKey);
    expect(credential.algorithm).toBe(wit.claims.cnf.jwk.alg);
  });
});

describe.runIf(present)("the example of the WIT-SVID specification", () => {
  const example = present ? load("wit-svid-appendix-a") : undefined;
  if (example === undefined) return;
  const { wit, validityWindow } = example;
  const spiffeTrust = (keys: JWK[]): TrustStore =>
    createTrustStore([{ origin: "spiffe://example.com", keys: { keys }, profile: "wit-svid" }]);

  it("decodes", () => {
    expect(decodeUnverifiedWit(wit.value)).toEqual({ header: wit.header, claims: wit.claims });
  });

  it("CREDS-3.07: is refused for want of its issuer's key, which was never published", async () => {
    for (const keys of [[], [{ ...workloadKey.publicJwk, kid: "another" }], [wit.claims.cnf.jwk]]) {
      const options = { trust: spiffeTrust(keys), runtime: clock(validityWindow.fromSeconds) };
      await expectWimseError(verifyWit(wit.value, options), "wit_key_not_found", "CREDS-3.07", wit.value);
    }
  });
});
