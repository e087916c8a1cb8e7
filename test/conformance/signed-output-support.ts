import {
  type ConnectedTarget,
  createTarget,
  type RunOptions,
  runVectors,
  type VectorCase,
} from "../../src/conformance.js";
import { AGENT_KEY, AUDIENCE, ISSUER_KEY, NOW, newWit, perform, publicHalf, SUBJECT, TRUST } from "./support.js";
import { vectorFile } from "./vectors.js";

export const RUNTIME = { now: NOW, random: "000102030405060708090a0b0c0d0e0f" };
const CONTEXT = { trust: TRUST, runtime: RUNTIME };
export const ES256_KEY = {
  kty: "EC",
  crv: "P-256",
  alg: "ES256",
  x: "WKn-ZIGevcwGIyyrzFoZNBdaq9_TsqzGl96oc0CWuis",
  y: "y77t-RvAHRKTsSGdIYUfweuOvwrvDD-Q3Hv5J0fSKbE",
  d: "Hndv7ZZjs_ke8o9zXYo3iq-Yr8SewI5vrqd0pAvEPqg",
};

export const ecCnf = (({ d: _d, ...jwk }) => jwk)(ES256_KEY);

export type Change = (input: Record<string, unknown>, context: Record<string, unknown>) => unknown;

/** An implementation that draws its own random bytes, and does what it is told to the input that it is given. */
export function foreign(change: Change = () => undefined): () => ConnectedTarget {
  return () => {
    const target = createTarget();
    return {
      answer(line) {
        const { context, input, ...rest } = JSON.parse(line);
        if (input === undefined) return target.answer(line);
        const own = { ...context, runtime: { now: context.runtime?.now } };
        return target.answer(JSON.stringify({ ...rest, context: own, input: change(input, own) ?? input }));
      },
    };
  };
}

/** The detail of what is wrong with the output of a target; "passed" when nothing is. */
export async function fault(
  vector: Partial<VectorCase>,
  connect: () => ConnectedTarget,
  options?: RunOptions,
): Promise<string> {
  const { cases } = await runVectors([vectorFile({ context: CONTEXT, ...vector })], connect, options);
  const [{ outcome, detail = "" } = { outcome: "none" }] = cases;
  return outcome === "passed" ? outcome : `${outcome}: ${detail}`;
}

async function vector(op: string, input: Record<string, unknown>): Promise<Partial<VectorCase>> {
  const { output = {} } = await perform(op, CONTEXT, input);
  return { op, input, expect: { result: "accept", output } };
}

export const CNF = publicHalf(AGENT_KEY);
export const issueWit = (
  more: object = {},
  options: object = {},
  key: object = ISSUER_KEY,
): Promise<Partial<VectorCase>> =>
  vector("issueWit", {
    wit: { sub: SUBJECT, cnf: CNF, claims: { iss: "https://issuer.example", jti: "1" }, ...more },
    options: { kid: "k1", ...options },
    key,
  });
export const signWpt = async (request: object = {}, options: object = {}): Promise<Partial<VectorCase>> =>
  vector("signWpt", { request: { audience: AUDIENCE, ...request }, wit: await newWit(), key: AGENT_KEY, options });
export const signRequest = async (more: object = {}, options: object = {}): Promise<Partial<VectorCase>> =>
  vector("signRequest", {
    method: "POST",
    url: `${AUDIENCE}?x=1`,
    headers: [["Content-Type", "text/plain"]],
    body: "aGVsbG8=",
    wit: await newWit(),
    key: AGENT_KEY,
    options: { proof: "wpt", ...options },
    ...more,
  });

export const SIGNED = { proof: "http-signature", requireSignedResponse: true };
export const BEARER = { headers: [["Authorization", "Bearer x"]] };

export async function signResponse(): Promise<Partial<VectorCase>> {
  const { input = {}, expect: expected } = await signRequest(BEARER, SIGNED);
  const added = expected?.result === "accept" ? (expected.output["headers"] as unknown[]) : [];
  const headers = [["Host", "svc.example.com"], ...BEARER.headers, ...added];
  return vector("signResponse", {
    request: { method: "POST", scheme: "https", target: "/orders/42?x=1", headers, body: input["body"] },
    status: 200,
    headers: [["Content-Type", "text/plain"]],
    body: "aGVsbG8=",
    wit: await newWit(),
    key: AGENT_KEY,
  });
}

/** A change of some members of the input, or of an object in it. */
export const having = (member: string | undefined, values: object): Change =>
  member === undefined
    ? (input) => ({ ...input, ...values })
    : (input) => ({ ...input, [member]: { ...(input[member] as object), ...values } });
