import { inspect } from "node:util";
import { expect, it } from "vitest";
import { isWimseError } from "../../src/index.js";
import { createIssuer, type IssuerStatus, type IssuerStore, type NewIssuerKey } from "../../src/issuer.js";
import { createTestIssuer } from "../../src/testing.js";
import { parseSpiffeBundle, parseSpiffeBundleMap } from "../../src/trust.js";
import { clockOf, memoryStore } from "../support/issuer-fixtures.js";
import { caughtFrom, issuerKey, NOW, ORIGIN, strangerKey, workloadKey } from "../support/wit-fixtures.js";
import { vectorFiles } from "../vectors/support.js";
import { consoleText } from "./console.js";
import { fails } from "./scene.js";
import { MARK, printed, Secrets } from "./secrets.js";
import { failingSources, PRIVATE_KEYS, WIT } from "./source-failures.js";

const keys = [issuerKey, workloadKey, strangerKey].flatMap(({ privateJwk: { d = "" } }) => d);
const secrets = new Secrets([MARK, Buffer.from(MARK).toString("base64"), WIT, ...keys]);
const onConsole = consoleText();
const inside = { customInspect: false, showHidden: true, depth: null } as const;

it.each(failingSources.map((one) => [one.what, one] as const))(
  "neither the error nor the state of %s quotes",
  async (_what, { make }) => {
    const { source, ask } = make();
    try {
      const error = await caughtFrom(async () => {
        await ask();
        throw new Error("there was no failure");
      });
      expect(isWimseError(error) ? "coded" : String(error)).toBe("coded");
      expect(error).not.toHaveProperty("cause");
      expect(secrets.pieceIn(printed([error, source, source.state?.()]))).toBeUndefined();
      expect(secrets.pieceIn(inspect([error, source, source.state?.()], inside) + onConsole())).toBeUndefined();
    } finally {
      await source.close?.();
    }
  },
);

it("an issuer whose store and keys fail says so in fixed words, and goes on with what it has", async () => {
  const store = memoryStore();
  let create = (): unknown => ({ signer, handle: { d: MARK } });
  let save: IssuerStore["save"] = (state, options) => store.save(state, options);
  const runtime = clockOf();
  const { signer } = await createTestIssuer(ORIGIN, { runtime });
  const issuer = await createIssuer({
    origin: ORIGIN,
    keys: { create: () => create() as NewIssuerKey, open: fails },
    store: { load: () => store.saved, save: (state, options) => save(state, options) },
    rotateEvery: 7200,
    runtime,
  });
  create = fails;
  runtime.setTime(NOW + 7200);
  const told = [await issuer.jwks(), issuer.state()];
  create = () => ({ signer, handle: { d: MARK } });
  save = (state) => {
    throw new Error(JSON.stringify(state));
  };
  runtime.setTime(NOW + 14_400);
  told.push(await issuer.jwks(), issuer.state());
  await issuer.close();
  expect(told.map((one) => (one as IssuerStatus).failure).filter((failure) => failure !== undefined)).toEqual([
    "a new key cannot be made",
    "The state of the issuer cannot be loaded or saved",
  ]);
  expect(secrets.pieceIn(printed([told, issuer]) + onConsole())).toBeUndefined();
});

/** The bundles of the vectors, with a private member and a note beside every key. */
const bundles = vectorFiles.flatMap(({ path, cases }) =>
  cases.flatMap(({ id, op, input }) => {
    if (op !== "parseBundle") return [];
    const marked = JSON.stringify(input).replace(/(\\*)"kty\1":/g, (whole, slashes: string) => {
      const quoted = (text: string): string => `${slashes}"${text}${slashes}"`;
      return `${quoted("d")}:${quoted(MARK)},${quoted("note")}:${quoted(MARK)},${whole}`;
    });
    return marked.includes(MARK) ? [[`${path}, ${id}`, JSON.parse(marked).bundle] as const] : [];
  }),
);

it("of bundles with private keys in them neither errors nor problems quote", () => {
  expect(bundles.length).toBeGreaterThan(40);
  for (const [what, bundle] of bundles) {
    for (const text of [bundle, typeof bundle === "string" ? bundle : JSON.stringify(bundle)]) {
      const told = [caught(() => parseSpiffeBundle(text).problems)];
      const map = `{"trust_domains": {"example.org": ${text}}}`;
      told.push(caught(() => parseSpiffeBundleMap(map).get("example.org")?.problems));
      expect([what, secrets.pieceIn(printed(told))]).toEqual([what, undefined]);
    }
  }
});

it("what is taken of a bundle has no private member", () => {
  expect(secrets.pieceIn(printed(parseSpiffeBundle(PRIVATE_KEYS)))).toBeUndefined();
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
