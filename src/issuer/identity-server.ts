import { configurationInvalid } from "../base/errors.js";
import { createVerifier } from "../exchange/verifier.js";
import { createTrustStore } from "../trust/store.js";
import { type Admission, type AdmissionLimits, admission, admissionBySubject } from "./admission.js";
import { enrol, renew } from "./enrolment.js";
import { arrived, MAX_REQUEST_BYTES } from "./enrolment-request.js";
import { jsonResponse, problemResponse, publicResponse } from "./enrolment-response.js";
import { type IdentityServerOptions, identityServerSettingsOf } from "./identity-server-options.js";

/** The part of all renewals that one workload may take. */
const SHARE = 4;

/** Answers the requests of workloads. */
export type IdentityServer = (request: Request) => Promise<Response>;

/**
 * An identity server: workloads enrol with it, renew their WITs, and verifiers fetch its keys. It is a function from
 * request to response, to be mounted where `url` leads, behind TLS. `docs/identity-server.md` describes the protocol.
 *
 * | request | answer |
 * | --- | --- |
 * | `POST /enrol` | a WIT, for the proof of a key and something that vouches for the workload |
 * | `POST /renew` | a WIT for the next key, for a request that is signed with the present one |
 * | `GET /jwks.json` | the keys |
 * | `GET /bundle.json` | the keys as a SPIFFE bundle, with the profile `wit-svid` |
 *
 * @example
 * ```ts
 * import { createEnrolmentToken, createIdentityServer, createIssuer, enrolmentTokens } from "wimse/issuer";
 *
 * const issuer = await createIssuer({ origin: "wimse://example.com" });
 * const { token, record } = createEnrolmentToken({ label: "build-7", lifetime: 600 });
 * const server = createIdentityServer({
 *   issuer,
 *   url: "https://id.example.com",
 *   bootstrap: [enrolmentTokens([record])],
 *   policy: (caller, { uri }) =>
 *     (caller.name === "build-7" && uri === "wimse://example.com/builds/7") ||
 *     (caller.type === "workload" && caller.name === uri), // renewals
 * });
 * const response = await server(new Request("https://id.example.com/jwks.json"));
 * console.log(response.headers.get("cache-control")); // public, max-age=300
 * console.log(token.startsWith("wimse_enrol_")); // true: hand it to the workload
 * ```
 *
 * @throws TypeError `configuration_invalid`: an option is wrong, or `policy` is left out
 */
export function createIdentityServer(options: IdentityServerOptions): IdentityServer {
  const settings = identityServerSettingsOf(options);
  const { issuer, url, checks, replay, clockTolerance, isRevoked, runtime, limits } = settings;
  const { origin, profile, refreshHint } = issuer;
  const verifier = createVerifier({
    trust: createTrustStore([{ origin, profile, keys: issuer.keySource() }], { runtime }),
    audience: `${url}/renew`,
    replay,
    clockTolerance,
    maxBodyBytes: MAX_REQUEST_BYTES,
    runtime,
    ...(isRevoked && { isRevoked }),
  });
  // Whoever floods one of the ways in must not keep others out. Workloads are counted when it is known who they are.
  const ways = new Map([...checks].map(([type, check]) => [type, { check, admit: admission(limits, runtime) }]));
  const renewals = admission(limits, runtime);
  const ofWorkload = admissionBySubject(shareOf(limits), runtime);
  const admitWorkload =
    (subject: string): Admission =>
    (run) =>
      ofWorkload(subject)(() => renewals(run));

  const { pathname } = new URL(url);
  const base = pathname === "/" ? "" : pathname;
  const routes = new Map<string, { method: "GET" | "POST"; answer: (request: Request) => Promise<Response> }>([
    [`${base}/enrol`, { method: "POST", answer: (request) => enrol(request, settings, ways) }],
    [`${base}/renew`, { method: "POST", answer: (request) => renew(request, settings, verifier, admitWorkload) }],
    [`${base}/jwks.json`, { method: "GET", answer: async () => publicResponse(await issuer.jwks(), refreshHint) }],
  ]);
  if (profile === "wit-svid") {
    const answer = async () => publicResponse(await issuer.spiffeBundle(), refreshHint);
    routes.set(`${base}/bundle.json`, { method: "GET", answer });
  }

  return async (request) => {
    const route = routes.get(pathOf(request));
    if (route === undefined) return jsonResponse(404, { type: "about:blank", title: "Not Found", status: 404 });
    const { method } = request;
    if (method !== route.method && !(method === "HEAD" && route.method === "GET")) {
      const body = { type: "about:blank", title: "Method Not Allowed", status: 405 };
      return jsonResponse(405, body, { Allow: route.method === "GET" ? "GET, HEAD" : "POST" });
    }
    try {
      const response = await route.answer(method === "POST" ? await arrived(request, runtime) : request);
      return method === "HEAD" ? new Response(null, response) : response;
    } catch (error) {
      return problemResponse(error);
    }
  };
}

function shareOf({ perSecond, burst }: AdmissionLimits): AdmissionLimits {
  return { perSecond: perSecond / SHARE, burst: Math.max(1, Math.floor(burst / SHARE)) };
}

/** Of a request; what the platform says of something else may quote it. */
function pathOf(request: Request): string {
  const url: unknown = request?.url;
  if (typeof url !== "string" || !URL.canParse(url)) throw configurationInvalid("identity server: a Request");
  return new URL(url).pathname;
}
