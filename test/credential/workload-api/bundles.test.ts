import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { WitCache } from "../../../src/wit/cache.js";
import {
  expectSilence,
  expectWimseError,
  issuerKey,
  jwks,
  makeWit,
  NOW,
  strangerKey,
  type TestKey,
} from "../../support/wit-fixtures.js";
import { bundleMessage, SERVER_DETAILS, SPIFFE_DOMAIN, SPIFFE_ID } from "../../support/workload-api-server.js";
import { serverWithClients } from "./bundles-support.js";

const OTHER_DOMAIN = "spiffe://other.example";
const { connect } = await serverWithClients();

/** A second key of an issuer, under another `kid`. */
const nextKey: TestKey = { ...strangerKey, kid: "issuer-2" };
const own = (...keys: TestKey[]) => bundleMessage({ [SPIFFE_DOMAIN]: jwks(...keys) });

const witOf = (key: TestKey = issuerKey, sub = SPIFFE_ID) => makeWit({ claims: { sub }, key });

describe("FetchWITBundles", () => {
  it("WLAPI-7.2.2.01, WLAPI-7.2.2.02: delivers trust domains under the profile wit-svid", async () => {
    const { api, ready, verify } = await connect();
    expect(api.state().bundles).toEqual({ status: "idle", domains: [], ignored: 0, failures: 0 });
    const { domain, stream } = await ready(
      bundleMessage({ [SPIFFE_DOMAIN]: jwks(issuerKey), [OTHER_DOMAIN]: jwks(nextKey) }),
    );
    expect(stream.request).toHaveLength(0);
    expect(domain).toMatchObject({ origin: SPIFFE_DOMAIN, profile: "wit-svid" });
    expect(api.trust.get(SPIFFE_DOMAIN)).toBe(domain);
    expect((await verify(witOf())).id.uri).toBe(SPIFFE_ID);
    await expectWimseError(
      verify(makeWit({ claims: { sub: SPIFFE_ID }, header: { kid: undefined } })),
      "wit_malformed",
    );
    // WLAPI-4.6.01: each domain with its own keys, and no others
    await expectWimseError(verify(witOf(nextKey)), "wit_key_not_found");
    await expectWimseError(verify(witOf(issuerKey, "spiffe://unknown.example/a")), "wit_trust_domain_unknown");
    expect(api.trust.get("wimse://example.org")).toBeUndefined();
    expect(api.state().bundles).toMatchObject({
      status: "ready",
      domains: [
        { origin: SPIFFE_DOMAIN, keys: 1, problems: [] },
        { origin: OTHER_DOMAIN, keys: 1, problems: [] },
      ],
    });
  });

  it("WLAPI-4.4.01, WLAPI-4.4.02, WLAPI-7.2.2.05: a domain that is not in the newest message is gone", async () => {
    const { api, ready, send, verify } = await connect();
    const { stream, domain } = await ready(
      bundleMessage({ [SPIFFE_DOMAIN]: jwks(issuerKey), [OTHER_DOMAIN]: jwks(nextKey) }),
    );
    await verify(witOf());
    await send(stream, bundleMessage({ [OTHER_DOMAIN]: jwks(nextKey) }));
    expect(api.trust.get(SPIFFE_DOMAIN)).toBeUndefined();
    await expectWimseError(verify(witOf()), "wit_trust_domain_unknown");
    // Whoever still holds the domain has no keys of it.
    await expectWimseError(verify(witOf(), { get: () => domain }), "wit_key_not_found");
  });

  it("a key that is delivered again stays the same, and what it verified with it; one that is gone does not", async () => {
    const { api, ready, send, verify } = await connect();
    const { stream, domain } = await ready(own(issuerKey));
    const cache = new WitCache(4);
    const wit = witOf();
    const verified = await verify(wit);
    const valid = async () => {
      cache.set(wit, verified);
      return cache.stillValid(
        wit,
        verified,
        await api.trust.get(SPIFFE_DOMAIN),
        { clockTolerance: 5, maxLifetime: 86400 },
        NOW,
      );
    };
    expect(await valid()).toBe(true);
    await send(stream, own(issuerKey)); // the same text
    expect(await valid()).toBe(true);
    await send(stream, own(nextKey, issuerKey)); // beside another
    expect(api.trust.get(SPIFFE_DOMAIN)).toBe(domain);
    expect(await valid()).toBe(true);
    await send(stream, own({ ...strangerKey, kid: issuerKey.kid })); // another key under the same kid
    expect(await valid()).toBe(false);
    await expectWimseError(verify(wit), "wit_signature_invalid");
    await send(stream, own(nextKey));
    expect(await valid()).toBe(false);
    await expectWimseError(verify(wit), "wit_key_not_found");
  });

  it("denied, takes all trust away until it is granted again: WLAPI-7.2.2.04, WLAPI-7.2.2.05", async () => {
    const { api, ready, fail, send, nextStream, verify } = await connect();
    const { stream } = await ready(own(issuerKey));
    expect(await fail(stream, status.PERMISSION_DENIED)).toMatchObject({
      status: "unavailable",
      domains: [],
      failure: "permission_denied",
    });
    await expectWimseError(verify(witOf()), "trust_keys_unavailable", undefined, SERVER_DETAILS);
    expectSilence(api.state(), SERVER_DETAILS);
    await send(await nextStream(), own(issuerKey));
    await verify(witOf());
  });
});

describe("the keys of a bundle", () => {
  const [key] = jwks(issuerKey).keys;
  it.each<[string, object | string, number, number]>([
    ["without use", { keys: [key] }, 1, 0],
    ["for signatures in general", { keys: [{ ...key, use: "sig" }] }, 1, 0],
    ["for WIT-SVIDs", { keys: [{ ...key, use: "wit-svid" }] }, 1, 0],
    ["for JWT-SVIDs", { keys: [{ ...key, use: "jwt-svid" }] }, 0, 0],
    ["for X.509-SVIDs", { keys: [{ ...key, use: "x509-svid" }] }, 0, 0],
    ["for encryption", { keys: [{ ...key, use: "enc" }] }, 0, 0],
    ["for signing only", { keys: [{ ...key, key_ops: ["sign"] }] }, 0, 0],
    ["WLAPI-7.2.2.03: without kid", { keys: [{ ...key, kid: undefined }] }, 0, 1],
    ["with an empty kid", { keys: [{ ...key, kid: "" }] }, 0, 1],
    ["WLAPI-7.2.2.03: two of one kid", { keys: [key, { ...jwks(nextKey).keys[0], kid: key?.kid }] }, 0, 2],
    ["two of one kid, one for another use", { keys: [key, { ...key, use: "jwt-svid" }] }, 0, 2],
    ["three of one kid", { keys: [key, key, key] }, 0, 3],
    ["private", { keys: [issuerKey.privateJwk] }, 0, 1],
    ["symmetric", { keys: [{ kty: "oct", k: "AAAA", kid: "a" }] }, 0, 1],
    ["of an unknown type", { keys: [{ kty: "XYZ", kid: "a" }, key] }, 1, 0],
    ["no objects", { keys: [7, null, key] }, 1, 2],
    ["none", { keys: [] }, 0, 0],
    ["no array", { keys: {} }, 0, 1],
    ["no JWK Set", {}, 0, 1],
    ["no JSON", "{", 0, 1],
    ["a member twice", '{"keys":[],"keys":[]}', 0, 1],
  ])("%s", async (_what, bundle, keys, problems) => {
    const { api, ready } = await connect();
    const text = typeof bundle === "string" ? bundle : JSON.stringify(bundle);
    await ready(bundleMessage({ [SPIFFE_DOMAIN]: text }));
    const [domain] = api.state().bundles.domains;
    expect(domain?.keys).toBe(keys);
    expect(domain?.problems).toHaveLength(problems);
    expectSilence(api.state(), issuerKey.privateJwk.d ?? "");
  });

  it("WLAPI-4.4.01: a bundle without usable keys takes the place of one that had some", async () => {
    const { ready, send, verify } = await connect();
    const { stream } = await ready(own(issuerKey));
    await verify(witOf());
    await send(stream, bundleMessage({ [SPIFFE_DOMAIN]: { keys: [] } }));
    await expectWimseError(verify(witOf()), "wit_key_not_found");
  });

  it.each([
    "example.org",
    "spiffe://example.org/path",
    "https://example.org",
    "wimse://example.org",
    "spiffe://EXAMPLE.org",
  ])("WLAPI-7.2.2.02: of %s are ignored, since it names no trust domain", async (name) => {
    const { api, ready } = await connect();
    await ready(bundleMessage({ [name]: jwks(issuerKey), [OTHER_DOMAIN]: jwks(nextKey) }));
    expect(api.state().bundles).toMatchObject({ ignored: 1, domains: [{ origin: OTHER_DOMAIN }] });
    expect(api.trust.get(SPIFFE_DOMAIN)).toBeUndefined();
  });
});

describe("WLAPI-4.5.02: a message that cannot be right", () => {
  it.each<[string, Uint8Array]>([
    ["no bundles", new Uint8Array()],
    ["no name", bundleMessage({ "": jwks(nextKey) })],
    ["no bundle", bundleMessage({ [SPIFFE_DOMAIN]: "" })],
    ["one entry of two without a bundle", bundleMessage({ [SPIFFE_DOMAIN]: jwks(nextKey), [OTHER_DOMAIN]: "" })],
    ["what is no protocol buffer", Uint8Array.of(0x0a, 0x7f, 1)],
  ])("%s: is discarded and reported, and the trust of before stays", async (_what, message) => {
    const { api, ready, send, nextStream, verify } = await connect();
    const { stream } = await ready(own(issuerKey));
    expect(await send(stream, message)).toMatchObject({ status: "ready", failure: "message_malformed", failures: 1 });
    await verify(witOf());
    await send(await nextStream(), own(nextKey));
    expect(api.state().bundles.failure).toBeUndefined();
    await expectWimseError(verify(witOf()), "wit_key_not_found");
  });
});
