import { describe, expect, it } from "vitest";
import type { WimseErrorCode } from "../../src/base/errors.js";
import { signRequest } from "../../src/exchange/sign-request.js";
import { createVerifier } from "../../src/exchange/verifier.js";
import { createTestIssuer } from "../../src/testing.js";
import { spiffeBundleMap } from "../../src/trust/bundle-map-store.js";
import { spiffeBundle } from "../../src/trust/key-source/spiffe-bundle.js";
import { staticJwks } from "../../src/trust/key-source/static-jwks.js";
import { createTrustStore, type TrustStore } from "../../src/trust/store.js";
import { createTrustDomain } from "../../src/trust/trust-domain.js";
import { verifyWit } from "../../src/wit/verify.js";
import { expectWimseError, issuerKey, jwks, makeWit, strangerKey } from "../support/wit-fixtures.js";
import { bundleKey, publisher, responded } from "./bundle-support.js";
import { watchedRuntime } from "./key-source/support.js";

const ORIGIN = "spiffe://example.org";
const PARTNER = "spiffe://partner.example";
const claims = { sub: `${ORIGIN}/agent` };
const bundle = { keys: [bundleKey(issuerKey)] };

function verified(wit: string, trust: TrustStore): Promise<unknown> {
  return verifyWit(wit, { trust, runtime: watchedRuntime() });
}

describe("the trust domain of a bundle", () => {
  it("has the rules of WIT-SVIDs where nothing else is said", () => {
    const keys = spiffeBundle(bundle);
    expect(createTrustDomain({ origin: ORIGIN, keys }).profile).toBe("wit-svid");
    expect(createTrustDomain({ origin: ORIGIN, keys, profile: "wit" }).profile).toBe("wit");
    expect(createTrustDomain({ origin: "wimse://example.org", keys }).profile).toBe("wit");
    expect(createTrustDomain({ origin: ORIGIN, keys: staticJwks(jwks(issuerKey)) }).profile).toBe("wit");
  });

  it("WITSVID-6.2.01, WITSVID-2.1.01: lets in what its key has signed, and by those rules", async () => {
    const trust = createTrustStore([{ origin: ORIGIN, keys: spiffeBundle(bundle) }]);
    expect(await verified(makeWit({ claims }), trust)).toMatchObject({ id: { uri: claims.sub } });
    await expectWimseError(verified(makeWit({ claims, header: { kid: undefined } }), trust), "wit_malformed");
    await expectWimseError(verified(makeWit({ claims: { ...claims, aud: "x" } }), trust), "wit_audience_forbidden");
  });

  it("BUNDLE-3.01, FED-5.1.01, FED-5.1.02, FED-5.2.1.4.02, FED-7.2.01, FED-7.3.01: is the one that it is configured for", async () => {
    const named = { ...bundle, trust_domain: "partner.example" };
    const published = publisher(named);
    for (const keys of [
      spiffeBundle(named),
      spiffeBundle("https://partner.example/bundle", { fetch: published.fetch }),
    ]) {
      const trust = createTrustStore([{ origin: ORIGIN, keys }], { runtime: watchedRuntime() });
      expect(await verified(makeWit({ claims }), trust)).toBeDefined();
      const foreign = makeWit({ claims: { sub: `${PARTNER}/agent` } });
      await expectWimseError(verified(foreign, trust), "wit_trust_domain_unknown", "ID-7.3.01");
      await trust.close();
    }
  });

  it.each<[what: string, trust: () => TrustStore]>([
    [
      "of two bundles",
      () =>
        createTrustStore([
          { origin: ORIGIN, keys: spiffeBundle(bundle) },
          { origin: PARTNER, keys: spiffeBundle({ keys: [bundleKey(strangerKey)] }) },
        ]),
    ],
    [
      "of a map",
      () =>
        spiffeBundleMap({
          trust_domains: { "example.org": bundle, "partner.example": { keys: [bundleKey(strangerKey)] } },
        }),
    ],
  ])("FED-4.2.04, FED-7.3.01: has its own keys, whatever those of another are called: %s", async (_what, make) => {
    const trust = make();
    expect(await verified(makeWit({ claims }), trust)).toBeDefined();
    await expectWimseError(verified(makeWit({ claims, key: strangerKey }), trust), "wit_signature_invalid");
    const partner = { sub: `${PARTNER}/agent` };
    expect(await verified(makeWit({ claims: partner, key: strangerKey }), trust)).toBeDefined();
    await expectWimseError(verified(makeWit({ claims: partner }), trust), "wit_signature_invalid");
  });
});

describe("a verifier that has seen a WIT-SVID before", () => {
  it.each<[what: string, content: unknown, code: WimseErrorCode | undefined]>([
    ["the bundle is the same", undefined, undefined],
    ["other keys came and went", "others", undefined],
    ["BUNDLE-4.1.3.03: the bundle has no keys any more", { keys: [], spiffe_sequence: 9 }, "wit_key_not_found"],
    ["the key is another one now", "changed", "wit_signature_invalid"],
    ["FED-4.2.02: the bundle went back", { keys: [], spiffe_sequence: 1 }, undefined],
  ])("judges it anew when %s", async (_what, content, code) => {
    const runtime = watchedRuntime();
    const issuer = await createTestIssuer(ORIGIN, { runtime });
    const [own = {}] = issuer.jwks.keys;
    const entry = { ...own, alg: undefined, use: "wit-svid" };
    const others = bundleKey(strangerKey, { kid: "other" });
    const published = publisher({ keys: [entry, bundleKey(issuerKey, { kid: "leaving" })], spiffe_sequence: 5 });
    const source = spiffeBundle("https://bundles.example/", { fetch: published.fetch });
    const trust = createTrustStore([{ origin: ORIGIN, keys: source, profile: "wit" }], { runtime });
    const verifier = createVerifier({ trust, audience: "https://svc.example/a", replay: "unchecked", runtime });
    const credential = await issuer.credential(`${ORIGIN}/agent`, { lifetime: 3600 });
    const request = async () =>
      (await signRequest(new Request("https://svc.example/a"), credential, { runtime })).request;
    await verifier.verify(await request());

    if (content === "others") published.content = { keys: [others, entry], spiffe_sequence: 6 };
    else if (content === "changed") published.content = { keys: [{ ...others, kid: own.kid }], spiffe_sequence: 6 };
    else if (content !== undefined) published.content = content;
    runtime.setTime(source.state().nextRefreshAt ?? 0);
    await responded();
    const outcome = verifier.verify(await request());
    if (code === undefined) expect((await outcome).workload.id.uri).toBe(`${ORIGIN}/agent`);
    else await expectWimseError(outcome, code);
    await trust.close();
  });
});
