import type { WimseErrorCode } from "../../src/index.js";
import { sha256Base64url } from "../../src/crypto/digest.js";
import { admission } from "../../src/issuer/admission.js";
import { enrol } from "../../src/issuer/enrolment.js";
import { type IdentityServerOptions, identityServerSettingsOf } from "../../src/issuer/identity-server-options.js";
import { createIssuer } from "../../src/issuer.js";
import { memoryReplayStore } from "../../src/replay.js";
import { fixedRuntime } from "../../src/testing.js";
import { NOW, ORIGIN, signRaw, strangerKey, workloadKey } from "../support/wit-fixtures.js";
import { type Failure, fails, rejects } from "./scene.js";
import { MARK } from "./secrets.js";

const url = "https://id.example.com";
const runtime = fixedRuntime(NOW);

/** The enrolment of a workload whose bootstrap secret is what must not be seen, with changes of its proof. */
function request(claims: object = {}, header: object = {}, key = workloadKey): Request {
  const good = {
    aud: `${url}/enrol`,
    sub: `${ORIGIN}/agents/7`,
    iat: NOW,
    exp: NOW + 60,
    jti: "p1",
    bth: sha256Base64url(MARK),
    cnf: { jwk: workloadKey.publicJwk },
    note: MARK,
  };
  const proof = signRaw({ alg: "ES256", typ: "wimse-enrolment+jwt", ...header }, { ...good, ...claims }, key);
  const body = JSON.stringify({ proof, bootstrap: { type: "mine", value: MARK } });
  return new Request(`${url}/enrol`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

function refused(
  what: string,
  code: WimseErrorCode,
  sent: () => Request,
  options: Partial<IdentityServerOptions> = {},
): Failure {
  return {
    what,
    code,
    async fails() {
      const issuer = await createIssuer({ origin: ORIGIN, runtime });
      const bootstrap = [{ type: "mine", check: () => ({ caller: { type: "mine", name: MARK } }) }];
      const settings = identityServerSettingsOf({ issuer, url, bootstrap, policy: () => true, runtime, ...options });
      const admit = admission({ perSecond: 1, burst: 1 }, runtime);
      return enrol(sent(), settings, new Map([...settings.checks].map(([type, check]) => [type, { check, admit }])));
    },
  };
}

/** What is thrown when an identity server refuses an enrolment, and what of the server's own fails. */
export function enrolmentErrors(): readonly Failure[] {
  const used = memoryReplayStore({ maxEntries: 10, runtime });
  const check = (run: () => never) => ({ bootstrap: [{ type: "mine", check: run }] });
  return [
    refused("an enrolment that is no JSON", "enrolment_malformed", () => {
      const headers = { "Content-Type": "application/json" };
      return new Request(`${url}/enrol`, { method: "POST", headers, body: MARK });
    }),
    refused("an enrolment of another type", "enrolment_malformed", () => request({}, { typ: MARK })),
    refused("an enrolment for no key", "enrolment_key_invalid", () => request({ cnf: { jwk: { kty: MARK } } })),
    refused("an enrolment for somebody's key", "enrolment_signature_invalid", () => request({}, {}, strangerKey)),
    refused("an enrolment for another server", "enrolment_audience_mismatch", () => request({ aud: MARK })),
    refused("an enrolment that is over", "enrolment_expired", () => request({ exp: NOW - 60 })),
    refused("an enrolment for another domain", "enrolment_subject_invalid", () =>
      request({ sub: `wimse://b/${MARK}` }),
    ),
    refused("an enrolment without its secret", "enrolment_bootstrap_refused", () => request({ bth: MARK })),
    refused("a bootstrap check that throws", "enrolment_bootstrap_refused", request, check(fails as () => never)),
    refused("a bootstrap check that rejects", "enrolment_bootstrap_refused", request, check(rejects as never)),
    refused("an enrolment policy that throws", "enrolment_denied", request, { policy: fails as never }),
    refused("an enrolment policy that rejects", "enrolment_denied", request, { policy: rejects as never }),
    refused("an enrolment policy that answers with a text", "enrolment_denied", request, {
      policy: () => MARK as never,
    }),
    {
      what: "an enrolment that is repeated",
      code: "enrolment_replayed",
      async fails() {
        await refused("", "enrolment_replayed", request, { replay: used }).fails();
        return refused("", "enrolment_replayed", request, { replay: used }).fails();
      },
    },
    {
      what: "an enrolment too many",
      code: "enrolment_overloaded",
      async fails() {
        const admit = admission({ perSecond: 1, burst: 1 }, runtime);
        await admit(async () => MARK);
        return admit(async () => MARK);
      },
    },
    {
      what: "a store of an issuer that throws",
      code: "issuer_state_unavailable",
      fails: () =>
        createIssuer({ origin: ORIGIN, runtime, store: { load: fails as () => never, save: fails as () => never } }),
    },
    {
      what: "a key service of an issuer that rejects",
      code: "credential_unavailable",
      fails: () =>
        createIssuer({ origin: ORIGIN, runtime, keys: { create: rejects as never, open: rejects as never } }),
    },
  ];
}
