import { fileSource } from "../../src/credential/file.js";
import { identityServerSource, renewingSource } from "../../src/credential.js";
import { createTrustStore, type DocumentOptions, remoteJwks, spiffeBundle, spiffeBundleMap } from "../../src/trust.js";
import { verifyWit } from "../../src/wit.js";
import { algorithmNamed } from "../../src/crypto/algorithms.js";
import { bundleKey } from "../trust/bundle-support.js";
import { clock, issuerKey, makeWit, strangerKey, SUBJECT, workloadKey } from "../support/wit-fixtures.js";
import { fails, foreign, pretends, rejects } from "./scene.js";
import { MARK } from "./secrets.js";

/** A source that fails, with secrets all around. */
export interface FailingSource {
  readonly what: string;
  /** A source, and how it is asked for what it has. */
  make(): { readonly source: { state?(): unknown; close?(): unknown }; ask(): unknown };
}

const { privateJwk } = workloadKey;
export const WIT: string = makeWit({ claims: { note: MARK } });
/** A set of private keys, under every use, with what they are called. */
export const PRIVATE_KEYS: object = {
  keys: ["sig", "wit-svid", "jwt-svid", MARK].map((use) => ({
    ...privateJwk,
    use,
    kid: MARK,
    alg: "ES256",
    note: MARK,
  })),
  [MARK]: MARK,
};
const SYMMETRIC = { keys: [bundleKey(issuerKey, { kty: "oct", k: MARK, kid: MARK })] };
const URL_WITH_QUERY = `https://id.example.com/${MARK}?token=${MARK}#${MARK}`;
const PEM = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(MARK).toString("base64")}\n-----END PRIVATE KEY-----`;

type Fetch = () => Promise<Response> | never;
const redirected =
  (location: string): Fetch =>
  async () =>
    new Response(MARK, { status: 302, headers: { location } });

/** What an endpoint may do wrong. */
const ANSWERS: Readonly<Record<string, Fetch>> = {
  "throws an error of its own": fails,
  "rejects with an error of its own": rejects,
  "pretends to throw one of ours": pretends,
  "publishes private keys": async () => Response.json(PRIVATE_KEYS, { headers: { etag: MARK } }),
  "publishes private keys of several trust domains": async () =>
    Response.json({ trust_domains: { "example.com": PRIVATE_KEYS, "other.example": PRIVATE_KEYS } }),
  "publishes names that are none": async () => Response.json({ trust_domains: { [`${MARK} ${MARK}`]: PRIVATE_KEYS } }),
  "publishes a symmetric key": async () => Response.json(SYMMETRIC),
  "publishes a text": async () => new Response(`{"keys": [${MARK}`),
  "answers with a fault": async () => new Response(MARK, { status: 503, statusText: MARK, headers: { etag: MARK } }),
  "leads elsewhere": redirected(`https://user:${MARK}@id.example.com/?${MARK}`),
  "leads nowhere": redirected(`https://${MARK}:${MARK}:${MARK}`),
  "leads in a circle": redirected(URL_WITH_QUERY),
};

function keySources([what, answer]: [string, Fetch]): FailingSource[] {
  const runtime = clock();
  const options = { fetch: answer, runtime };
  const keysOf = (make: () => ReturnType<typeof remoteJwks>) => () => {
    const source = make();
    const trust = createTrustStore([{ origin: "wimse://example.com", keys: source }], { runtime });
    return { source, ask: () => verifyWit(WIT, { trust, runtime }) };
  };
  const mapOf = (place: string, more: DocumentOptions) => () => {
    const source = spiffeBundleMap(place, { ...more, runtime });
    const find = async () => (await source.get("spiffe://example.com"))?.keys.select(MARK, es256);
    return { source, ask: find };
  };
  const readFile = async () => new Uint8Array(await (await answer()).arrayBuffer());
  const path = `/run/${MARK}`;
  return [
    { what: `a JWK Set whose endpoint ${what}`, make: keysOf(() => remoteJwks(URL_WITH_QUERY, options)) },
    { what: `a bundle whose endpoint ${what}`, make: keysOf(() => spiffeBundle(URL_WITH_QUERY, options)) },
    { what: `a bundle whose file ${what}`, make: keysOf(() => spiffeBundle(path, { readFile, runtime })) },
    { what: `a map whose endpoint ${what}`, make: mapOf(URL_WITH_QUERY, { fetch: answer }) },
    { what: `a map whose file ${what}`, make: mapOf(path, { readFile }) },
  ];
}

const es256 = algorithmNamed("ES256") as NonNullable<ReturnType<typeof algorithmNamed>>;

function files(what: string, wit: () => unknown, key: () => unknown): FailingSource {
  const read = async (path: unknown) => Buffer.from(String(await (String(path).endsWith("wit") ? wit() : key())));
  return {
    what: `a file source whose ${what}`,
    make() {
      const source = fileSource({ wit: `/${MARK}/wit`, key: `/${MARK}/key`, read, runtime: clock() });
      return { source, ask: () => source.current() };
    },
  };
}

function renewing(what: string, obtain: () => unknown): FailingSource {
  return {
    what: `a renewing source that ${what}`,
    make() {
      const source = renewingSource({ obtain: obtain as never, runtime: clock() });
      return { source, ask: () => source.current() };
    },
  };
}

function enrolling(what: string, answer: Fetch, value: () => string = () => MARK): FailingSource {
  return {
    what: `an identity server that ${what}`,
    make() {
      const source = identityServerSource("https://id.example.com", {
        sub: SUBJECT,
        bootstrap: { type: "enrolment-token", value },
        key: privateJwk,
        algorithm: "ES256",
        fetch: answer,
        runtime: clock(),
      });
      return { source, ask: () => source.current() };
    },
  };
}

const json = JSON.stringify({ ...privateJwk, note: MARK });
const problem = { type: `urn:wimse:problem:${MARK}`, title: MARK, detail: MARK };

export const failingSources: readonly FailingSource[] = [
  ...Object.entries(ANSWERS).flatMap(keySources),
  files(
    "key is half written",
    () => WIT,
    () => json.slice(0, -9),
  ),
  files(
    "key has an end too many",
    () => WIT,
    () => `${json}}`,
  ),
  files(
    "key is broken PEM",
    () => WIT,
    () => PEM,
  ),
  files(
    "key is an encrypted one",
    () => WIT,
    () => PEM.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"),
  ),
  files(
    "key is another one",
    () => WIT,
    () => JSON.stringify(strangerKey.privateJwk),
  ),
  files(
    "key has a secret that is none",
    () => WIT,
    () => JSON.stringify({ ...privateJwk, d: MARK }),
  ),
  files(
    "WIT is the key",
    () => json,
    () => json,
  ),
  files(
    "key is the WIT",
    () => WIT,
    () => WIT,
  ),
  files(
    "WIT is half written",
    () => WIT.slice(0, -9),
    () => json,
  ),
  files("files cannot be read", fails, rejects),
  files("reader pretends", pretends, () => json),
  {
    what: "a file source whose files are not there",
    make() {
      const source = fileSource({ wit: `/nowhere/${MARK}`, key: `/nowhere/${MARK}`, runtime: clock() });
      return { source, ask: () => source.current() };
    },
  },
  renewing("throws", fails),
  renewing("rejects", rejects),
  renewing("pretends", pretends),
  renewing("obtains a WIT", () => WIT),
  renewing("obtains an error", () => foreign()),
  enrolling("throws", fails),
  enrolling("rejects", rejects),
  enrolling("pretends", pretends),
  enrolling("tells a secret as its problem", async () => Response.json(problem, { status: 400 })),
  enrolling("has trouble, and tells of it", async () => Response.json(problem, { status: 500, statusText: MARK })),
  enrolling("answers with what is no WIT", async () => Response.json({ wit: `${MARK}.${MARK}`, expiresAt: MARK })),
  enrolling("answers with the WIT of another key", async () =>
    Response.json({ wit: makeWit({ claims: { note: MARK, cnf: { jwk: strangerKey.publicJwk } } }) }),
  ),
  enrolling("answers with a text", async () => new Response(MARK)),
  enrolling("is not asked, since nothing vouches", async () => Response.json({ wit: WIT }), fails),
];
