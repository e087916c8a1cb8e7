import type { IncomingMessage } from "node:http";
import { calculateJwkThumbprint, type JWK } from "jose";
import type { Runtime } from "../../base/runtime.js";
import { generateKey } from "../../crypto/signer.js";
import { issueWit } from "../../wit/issue.js";
import { jsonObject } from "../io.js";
import { type LocalServer, serve } from "./server.js";

/** An issuer that hands out WITs over HTTP to workloads whose keys were enrolled with it. */
export interface DemoIssuer extends LocalServer {
  readonly trustDomain: string;
  readonly kid: string;
  /** Binds a public key to a workload. In real life a deployment tool does this, knowing what it deploys. */
  enrol(publicJwk: JWK, workload: string): Promise<void>;
}

const MAX_BODY = 16384;

export async function startIssuer(trustDomain: string, runtime: Runtime): Promise<DemoIssuer> {
  const signer = await generateKey();
  const kid = "demo-1";
  const workloads = new Map<string, string>();

  async function issueFor(body: string): Promise<{ status: number; answer: unknown }> {
    const cnf = jsonObject(body, "body") as JWK;
    const sub = workloads.get(await calculateJwkThumbprint(cnf));
    if (sub === undefined) return { status: 403, answer: { error: "this key is not enrolled" } };
    const wit = await issueWit({ sub, cnf }, { signer, kid, runtime });
    return { status: 200, answer: { wit } };
  }

  const server = await serve(async (req, res) => {
    const reply = (status: number, answer: unknown): void => {
      res.writeHead(status, { "Content-Type": "application/json" });
      res.end(JSON.stringify(answer));
    };
    if (req.method === "GET" && req.url === "/jwks.json") return reply(200, { keys: [{ ...signer.publicJwk, kid }] });
    if (req.method !== "POST" || req.url !== "/wit") return reply(404, { error: "there is nothing here" });
    try {
      const { status, answer } = await issueFor(await contentOf(req));
      reply(status, answer);
    } catch {
      reply(400, { error: "the public key of the workload is required, as a JWK" });
    }
  });
  return {
    ...server,
    trustDomain,
    kid,
    async enrol(publicJwk, workload) {
      workloads.set(await calculateJwkThumbprint(publicJwk), workload);
    },
  };
}

async function contentOf(req: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of req.setEncoding("utf8")) {
    text += chunk;
    if (text.length > MAX_BODY) throw new Error("too long");
  }
  return text;
}
