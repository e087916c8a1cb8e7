import { configurationInvalid, WimseError } from "../base/errors.js";
import type { Runtime } from "../base/runtime.js";
import { supportedAlgorithms } from "../crypto/algorithms.js";
import { generatedKeys } from "./issuer-keys.js";
import { MOST_KEYS } from "./key-ring.js";
import { type SavedState, savedState } from "./saved-state.js";
import { SigningKeys } from "./signing-keys.js";
import type { IssuerState, IssuerStore, KeyRecord } from "./state.js";

/** Attempts, while a running issuer saves too. */
const ATTEMPTS = 8;

/**
 * Adds a key to the saved state of an issuer that may be running in another process. It is pending: the issuer publishes it
 * when it looks at its store, and only then the time begins to run after which it signs.
 *
 * @param algorithm default: that of the newest key
 */
export async function addSavedKey(
  store: IssuerStore,
  algorithm: string | undefined,
  runtime: Runtime,
): Promise<KeyRecord> {
  const saved = await openState(store, runtime);
  const newest = saved.state.keys.at(-1);
  const name = algorithm ?? newest?.algorithm ?? "ES256";
  const key = await new SigningKeys(generatedKeys(name, true), true, supportedAlgorithms, runtime).make();
  await change(saved, (keys) => {
    if (keys.length >= MOST_KEYS) throw configurationInvalid(`rotate: there are ${MOST_KEYS} keys already`);
    return [...keys, key];
  });
  return key;
}

/** Takes a key out of the saved state of an issuer, which takes it out of what it publishes when it looks there. */
export async function withdrawSavedKey(store: IssuerStore, kid: string, runtime: Runtime): Promise<void> {
  await change(await openState(store, runtime), (keys) => {
    const left = keys.filter((key) => key.kid !== kid);
    if (left.length === keys.length) throw configurationInvalid("the issuer has no key of this kid");
    return left;
  });
}

async function openState(store: IssuerStore, runtime: Runtime): Promise<{ state: IssuerState; saved: SavedState }> {
  const first = (await store.load({ signal: new AbortController().signal })) as IssuerState | undefined;
  if (first === undefined) throw configurationInvalid("there is no state of an issuer here");
  const saved = savedState(store, String(first.origin), runtime);
  return { state: (await saved.load()) ?? first, saved };
}

async function change(
  { state, saved }: { state: IssuerState; saved: SavedState },
  edit: (keys: readonly KeyRecord[]) => readonly KeyRecord[],
): Promise<void> {
  let latest = state;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await saved.save({ ...latest, revision: latest.revision + 1, keys: edit(latest.keys) })) return;
    latest = (await saved.load()) ?? latest;
  }
  throw new WimseError("issuer_state_unavailable", "The state of the issuer is changed too often by others");
}
