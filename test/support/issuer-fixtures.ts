import { randomBytes } from "node:crypto";
import type { Signer } from "../../src/crypto/signer.js";
import { generateKey } from "../../src/crypto/signer.js";
import type { EnrolmentCaller } from "../../src/issuer/bootstrap.js";
import type { EnrolmentEvent } from "../../src/issuer/enrolment-audit.js";
import { signEnrolmentProof } from "../../src/issuer/enrolment-proof.js";
import { createEnrolmentToken, enrolmentTokens } from "../../src/issuer/enrolment-tokens.js";
import { createIdentityServer, type IdentityServer } from "../../src/issuer/identity-server.js";
import type { IdentityServerOptions } from "../../src/issuer/identity-server-options.js";
import { createIssuer, type Issuer } from "../../src/issuer/issuer.js";
import type { IssuerOptions } from "../../src/issuer/issuer-options.js";
import type { IssuerState, IssuerStore } from "../../src/issuer/state.js";
import { type FixedRuntime, fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { NOW, ORIGIN } from "./wit-fixtures.js";

export const AGENT = `${ORIGIN}/agents/7`;
export const SERVER = "https://id.example.com";

/** The clock stands at {@link NOW}; what is random is random, so that several issuers do not draw the same. */
export function clockOf(now: number = NOW): FixedRuntime {
  return { ...fixedRuntime(now), randomBytes: (length) => new Uint8Array(randomBytes(length)) };
}

/** A store as a test sees through it, which can fail. */
export interface TestStore extends IssuerStore {
  readonly saved: IssuerState | undefined;
  readonly saves: number;
  failing: boolean;
}

export function memoryStore(): TestStore {
  let saved: string | undefined;
  let saves = 0;
  const store = {
    failing: false,
    get saved() {
      return saved === undefined ? undefined : (JSON.parse(saved) as IssuerState);
    },
    get saves() {
      return saves;
    },
    load() {
      if (store.failing) throw new Error("secret words of a database");
      return store.saved;
    },
    save(state: IssuerState) {
      if (store.failing) throw new Error("secret words of a database");
      if ((store.saved?.revision ?? 0) >= state.revision) return false;
      saved = JSON.stringify(state);
      saves++;
      return true;
    },
  };
  return store;
}

/** An issuer of {@link ORIGIN} on the clock of the test. */
export function issuerWith(runtime: FixedRuntime, options: Partial<IssuerOptions> = {}): Promise<Issuer> {
  return createIssuer({ origin: ORIGIN, runtime, ...options });
}

/** An identity server with one enrolment token, and all that a test wants to know of it. */
export interface TestServer {
  readonly issuer: Issuer;
  readonly server: IdentityServer;
  readonly runtime: FixedRuntime;
  readonly token: string;
  readonly events: EnrolmentEvent[];
  /** Callers that the policy was asked about. */
  readonly asked: EnrolmentCaller[];
}

export interface TestServerOptions extends Partial<IdentityServerOptions> {
  readonly uses?: number;
  readonly issuing?: Partial<IssuerOptions>;
}

export async function testServer({ uses = 1, issuing, ...options }: TestServerOptions = {}): Promise<TestServer> {
  const runtime = (options.runtime as FixedRuntime | undefined) ?? clockOf();
  const issuer = options.issuer ?? (await issuerWith(runtime, issuing));
  const { token, record } = createEnrolmentToken({ label: "build", uses, runtime });
  const events: EnrolmentEvent[] = [];
  const asked: EnrolmentCaller[] = [];
  const server = createIdentityServer({
    issuer,
    url: SERVER,
    bootstrap: [enrolmentTokens([record], { runtime })],
    policy: (caller, { uri }) => {
      asked.push(caller);
      return uri.startsWith(`${issuer.origin}/agents/`);
    },
    audit: (event) => events.push(event),
    runtime,
    ...options,
  });
  return { issuer, server, runtime, token, events, asked };
}

export function post(path: string, body: unknown, headers: Record<string, string> = {}): Request {
  const content = typeof body === "string" ? body : JSON.stringify(body);
  return new Request(`${SERVER}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: content,
  });
}

export interface EnrolmentChanges {
  readonly sub?: string;
  readonly audience?: string;
  readonly key?: Signer;
  readonly type?: string;
  readonly proof?: string;
  /** What the proof is made for, where that is not what is sent. */
  readonly bound?: string;
}

/** The request of an honest workload, or one with changes. */
export async function enrolment(
  { token, runtime }: Pick<TestServer, "token" | "runtime">,
  { sub = AGENT, audience = `${SERVER}/enrol`, type = "enrolment-token", ...changes }: EnrolmentChanges = {},
): Promise<Request> {
  const key = changes.key ?? (await generateKey());
  const proof =
    changes.proof ?? (await signEnrolmentProof({ audience, sub, bootstrap: changes.bound ?? token }, key, runtime));
  return post("/enrol", { proof, bootstrap: { type, value: token } });
}

/** The code of a problem document, and the status. */
export async function problemIn(response: Response): Promise<{ status: number; code: string; text: string }> {
  const text = await response.text();
  const { type = "" } = JSON.parse(text) as { type?: string };
  return { status: response.status, code: type.replace("urn:wimse:problem:", ""), text };
}
