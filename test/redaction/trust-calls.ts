import type { JWK } from "jose";
import * as trusts from "../../src/trust.js";
import * as wits from "../../src/wit.js";
import { bundleKey } from "../trust/bundle-support.js";
import type { World } from "../support/wpt-fixtures.js";
import { AGENT, NOW, ORIGIN } from "../support/wpt-fixtures.js";
import type { SoundCall } from "./sound-call.js";

const REFRESH = ["refreshInterval", "minRefreshInterval", "maxRefreshInterval", "cooldown", "maxStale", "timeout"];
const DOCUMENT = ["readFile", "allowInsecureLoopback", "maxBytes", "loadAtStart"];
const DOMAIN = "spiffe://example.org";

/** Sound calls of what tells whom to trust, and what was revoked. */
export function trustCalls({ runtime, issuer, trust, wit }: World): readonly SoundCall[] {
  const verified = wits.verifyWit(wit, { trust, runtime });
  const { jwks } = issuer;
  const bundle = { keys: jwks.keys.map((jwk) => bundleKey({ publicJwk: jwk, kid: "k" } as never)) };
  const map = { trust_domains: { "example.org": bundle } };
  const url = "https://id.example.com/keys";
  const answering = (document: object) => ({ fetch: async () => Response.json(document), runtime });
  /** Looks at the keys of a source as a service does. */
  const selected = async (keys: trusts.KeySource, origin: string, token: string): Promise<void> => {
    const store = trusts.createTrustStore([{ origin, keys, profile: "wit" }], { runtime });
    try {
      await wits.verifyWit(token, { trust: store, runtime });
    } finally {
      await store.close();
    }
  };
  const found = async (store: trusts.TrustStore & { close(): Promise<void> }, origin: string): Promise<void> => {
    try {
      if ((await store.get(origin)) === undefined) throw new Error("the trust domain is not there");
    } finally {
      await store.close();
    }
  };
  const revocations = () => wits.createRevocationList({ maxEntries: 9, runtime });
  const kinds = ["tokenId", "origin", "keyThumbprint", "until"];
  return [
    {
      name: "remoteJwks",
      call: (...args: [never, never]) => selected(trusts.remoteJwks(...args), ORIGIN, wit),
      args: [url, answering(jwks)],
      more: [...REFRESH, "allowInsecureLoopback", "maxBytes", "maxKeys", "loadAtStart"],
    },
    {
      name: "remoteJwks, what it fetches",
      call: (body: BodyInit) =>
        trusts.remoteJwks(url, { runtime, fetch: async () => new Response(body) }).start(runtime),
      args: [JSON.stringify(jwks)],
    },
    {
      name: "spiffeBundle",
      call: (...args: [never, never]) => trusts.spiffeBundle(...args).start(runtime),
      args: [JSON.stringify(bundle), {}],
      more: [...REFRESH, ...DOCUMENT, "fetch", "runtime"],
    },
    {
      name: "spiffeBundle, of a URL",
      call: async (...args: [never, never]) => {
        const source = trusts.spiffeBundle(...args);
        await found(trusts.createTrustStore([{ origin: DOMAIN, keys: source }], { runtime }), DOMAIN);
      },
      args: [url, answering(bundle)],
      more: [...REFRESH, ...DOCUMENT],
    },
    {
      name: "spiffeBundleMap",
      call: (...args: [never, never]) => found(trusts.spiffeBundleMap(...args), DOMAIN),
      args: [JSON.stringify(map), { domains: ["example.org"] }],
    },
    {
      name: "spiffeBundleMap, of a URL",
      call: (...args: [never, never]) => found(trusts.spiffeBundleMap(...args), DOMAIN),
      args: [url, answering(map)],
      more: [...REFRESH, "readFile", "allowInsecureLoopback", "maxBytes", "domains"],
    },
    {
      name: "SpiffeBundleMapStore.get",
      call: async (origin) => trusts.spiffeBundleMap(map).get(origin),
      args: [DOMAIN],
    },
    { name: "parseSpiffeBundle", call: trusts.parseSpiffeBundle, args: [JSON.stringify(bundle)] },
    { name: "parseSpiffeBundleMap", call: trusts.parseSpiffeBundleMap, args: [JSON.stringify(map)] },
    {
      name: "parseSpiffeBundle, of one key",
      call: (jwk: JWK) => trusts.parseSpiffeBundle({ keys: [jwk] }),
      args: [bundle.keys[0]],
      more: ["kty", "kid", "use", "key_ops"],
    },
    { name: "combineTrustStores", call: trusts.combineTrustStores, args: [[trust]] },
    { name: "combineTrustStores, of one", call: (one) => trusts.combineTrustStores([one]), args: [trust] },
    { name: "createRevocationList", call: wits.createRevocationList, args: [{ maxEntries: 9, runtime }] },
    { name: "RevocationList.add", call: (one) => revocations().add(one), args: [{ subject: AGENT }], more: kinds },
    {
      name: "RevocationList.add, of a token",
      call: (one) => revocations().add(one),
      args: [{ tokenId: "t", origin: ORIGIN, until: NOW }],
    },
    {
      name: "RevocationList.add, of a key",
      call: (one) => revocations().add(one),
      args: [{ keyThumbprint: "A".repeat(43) }],
    },
    {
      name: "RevocationList.remove",
      call: (one) => revocations().remove(one),
      args: [{ subject: AGENT }],
      more: kinds,
    },
    { name: "RevocationList.replace", call: (all) => revocations().replace(all), args: [[{ subject: AGENT }]] },
    {
      name: "RevocationList.isRevoked",
      call: async (one) => revocations().isRevoked(one ?? (await verified)),
      args: [undefined],
    },
  ];
}
