import type { WimseErrorCode } from "../../src/index.js";
import { createIssuer, type Issuer, type IssuerOptions, type IssuerState, type IssuerStore } from "../../src/issuer.js";
import { addSavedKey } from "../../src/issuer/saved-keys.js";
import { memoryStore } from "../support/issuer-fixtures.js";
import { AGENT, ORIGIN } from "../support/wpt-fixtures.js";
import { type Failure, fails, pretends, rejects, type Scene } from "./scene.js";
import { MARK } from "./secrets.js";

/** A store that quotes what it is to save. */
const quoting = (state: IssuerState): never => {
  throw new Error(`cannot save ${JSON.stringify(state)}`, { cause: state });
};

/** Issuers whose store or key service fails. Their saved keys have the mark in them. */
export function issuerFailures({ exchange }: Scene): readonly Failure[] {
  const { runtime, issuer, key } = exchange;
  const { signer } = issuer;
  const own = { algorithm: signer.algorithm, publicJwk: signer.publicJwk };
  const keys = { create: () => ({ signer, handle: { d: MARK, [MARK]: MARK } }), open: () => signer };
  const made = (options: Partial<IssuerOptions>): Promise<Issuer> =>
    createIssuer({ origin: ORIGIN, keys, runtime, ...options });
  const opened = (what: string, code: WimseErrorCode, options: Partial<IssuerOptions>): Failure => ({
    what,
    code,
    fails: () => made(options),
  });
  /** A store that fails from the second time on. */
  const failing = (save: IssuerStore["save"]): IssuerStore => {
    const store = memoryStore();
    const first: IssuerStore["save"] = (state, options) =>
      store.saved === undefined ? store.save(state, options) : save(state, options);
    return { load: () => store.saved, save: first };
  };
  const reopened = async (open: () => never): Promise<Issuer> => {
    const store = memoryStore();
    await made({ store });
    return made({ store, keys: { ...keys, open } });
  };
  return [
    opened("a store that throws", "issuer_state_unavailable", { store: { load: fails, save: fails } }),
    opened("a store that rejects", "issuer_state_unavailable", { store: { load: rejects, save: rejects } }),
    opened("a store that pretends", "issuer_state_unavailable", { store: { load: pretends, save: pretends } }),
    opened("a store that quotes what it saves", "issuer_state_unavailable", {
      store: { load: () => undefined, save: quoting },
    }),
    opened("a store that somebody else is always quicker to save in", "issuer_state_unavailable", {
      store: { load: () => undefined, save: () => false },
    }),
    opened("a key service that makes no key", "credential_unavailable", { keys: { ...keys, create: fails } }),
    opened("a key service that rejects", "credential_unavailable", { keys: { ...keys, create: rejects } }),
    opened("a key service that pretends", "credential_unavailable", { keys: { ...keys, create: pretends } }),
    { what: "a key that cannot be opened", code: "credential_unavailable", fails: () => reopened(fails) },
    {
      what: "a key that turns out to be another",
      code: "credential_unavailable",
      fails: () => reopened((() => key) as () => never),
    },
    {
      what: "a rotation that cannot be saved",
      code: "issuer_state_unavailable",
      fails: async () => (await made({ store: failing(quoting) })).rotate(),
    },
    {
      what: "a withdrawal that cannot be saved",
      code: "issuer_state_unavailable",
      fails: async () => {
        const one = await made({ store: failing(quoting) });
        await one.withdraw(one.state().keys[0]?.kid ?? "");
      },
    },
    {
      what: "a key that is added to a store which fails",
      code: "issuer_state_unavailable",
      fails: async () => {
        const store = failing(quoting);
        await made({ store });
        return addSavedKey(store, undefined, runtime);
      },
    },
    {
      what: "a signing key that fails",
      code: "credential_unavailable",
      fails: async () => {
        const one = await made({ keys: { ...keys, create: () => ({ signer: { ...own, sign: rejects } }) } });
        return one.issue(AGENT, key.publicJwk, { claims: { note: MARK } });
      },
    },
  ];
}
