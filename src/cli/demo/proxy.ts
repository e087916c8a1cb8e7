import type { IncomingMessage } from "node:http";
import { readChunks } from "../../http/content.js";
import { type LocalServer, serve } from "./server.js";

/** What a proxy changes in what it passes on. */
export interface Tampering {
  readonly path?: (path: string) => string;
  readonly content?: (content: string) => string;
  /** Whether a header line of the answer is passed on, by its lower-case name. */
  readonly keepsOfAnswer?: (name: string) => boolean;
}

/** A proxy between an agent and a service. It can read and change everything, and has no key. */
export interface DemoProxy extends LocalServer {
  tamper(how: Tampering): void;
}

const MAX_BODY = 16384;
/** Fields of one connection only (RFC 9110 section 7.6.1), and those that are made anew for each. */
const OF_CONNECTION = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "host"]);

export async function startProxy(upstream: string): Promise<DemoProxy> {
  let tampering: Tampering = {};

  async function passOn(req: IncomingMessage): Promise<Response> {
    const { path = same, content = same } = tampering;
    const body = content(Buffer.from(await readChunks(req, MAX_BODY)).toString());
    const init = { method: req.method ?? "", headers: linesOf(req), body, redirect: "manual" } as const;
    return fetch(`${upstream}${path(req.url ?? "")}`, init);
  }

  const server = await serve(async (req, res) => {
    try {
      const answer = await passOn(req);
      const { keepsOfAnswer = () => true } = tampering;
      const kept = [...answer.headers].filter(([name]) => !OF_CONNECTION.has(name) && keepsOfAnswer(name));
      const content = new Uint8Array(await answer.arrayBuffer());
      res.writeHead(answer.status, Object.fromEntries(kept));
      res.end(content);
    } catch {
      res.writeHead(502);
      res.end();
    }
  });
  return {
    ...server,
    tamper(how) {
      tampering = how;
    },
  };
}

function same(text: string): string {
  return text;
}

function linesOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const lines: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    if (!OF_CONNECTION.has(name.toLowerCase())) lines.push([name, value]);
  }
  return lines;
}
