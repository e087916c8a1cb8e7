import { onTestFinished } from "vitest";
import type { WorkloadCredential } from "../../src/credential/credential.js";
import type { ObtainOptions, RenewingSourceOptions } from "../../src/credential/renewal-options.js";
import { renewingSource } from "../../src/credential/renewing-source.js";
import { credentialFor, type Deferred, deferred, events, stateEvents } from "../support/credential-fixtures.js";
import { clock } from "../support/wit-fixtures.js";
import { settled } from "../trust/key-source/support.js";

export const [hour, twoHours, stranger] = await Promise.all([
  credentialFor(3600),
  credentialFor(7200),
  credentialFor(9000, "wimse://example.com/stranger"),
]);
export const FOREIGN = "connect ECONNREFUSED eyJhbGciOiJFUzI1NiJ9.secret";

/** A source whose attempts the test answers one by one. It is closed after the test. */
export function startSource(changes: Partial<RenewingSourceOptions> = {}) {
  const runtime = clock();
  const states = stateEvents();
  const asked = events<Deferred<WorkloadCredential> & ObtainOptions>();
  const source = renewingSource({
    runtime,
    onChange: states.onChange,
    obtain(options) {
      const answer = deferred<WorkloadCredential>();
      asked.push({ ...answer, ...options });
      return answer.promise;
    },
    ...changes,
  });
  onTestFinished(() => source.close());
  /** Answers the next attempt and waits until the source has taken note. */
  const answer = async (credential: WorkloadCredential | Error) => {
    const attempt = await asked.next();
    if (credential instanceof Error) attempt.reject(credential);
    else attempt.resolve(credential);
    return states.next();
  };
  /** A source that has its first credential. */
  const ready = async (credential = hour) => {
    const first = source.current();
    await answer(credential);
    return first;
  };
  /** Moves the clock to the next attempt. */
  const toNextAttempt = () => {
    const at = source.state().nextAttemptAt ?? Number.NaN;
    runtime.setTime(at);
    return at;
  };
  return { runtime, states, asked, source, answer, ready, toNextAttempt };
}

/** How many attempts nobody has taken, once everything that waits for nothing but promises has gone on. */
export async function untaken(asked: { readonly left: number }): Promise<number> {
  await settled();
  return asked.left;
}
