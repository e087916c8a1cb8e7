import { type RemoteJwksOptions, remoteJwks } from "../../../src/trust/key-source/remote-jwks.js";
import { responded } from "../bundle-support.js";
import { watchedRuntime } from "./support.js";

export const URL_OF_KEYS = "https://id.example.com/keys";

/** One request that a source has sent. */
interface Sent {
  readonly url: string;
  readonly init: RequestInit;
  readonly headers: Headers;
}

/** A source whose `fetch` hands out responses in turn; the last one again and again. */
export function fetchedSource(
  responses: readonly (() => Response | Promise<Response>)[],
  options: RemoteJwksOptions = {},
) {
  const sent: Sent[] = [];
  const runtime = watchedRuntime();
  const source = remoteJwks(URL_OF_KEYS, {
    async fetch(url, init) {
      sent.push({ url: String(url), init: init ?? {}, headers: new Headers(init?.headers) });
      const response = responses[Math.min(sent.length, responses.length) - 1];
      if (response === undefined) throw new Error("no response");
      return response();
    },
    ...options,
  });
  source.start(runtime);
  return { source, sent, runtime };
}

export const set = (keys: readonly unknown[], headers: Record<string, string> = {}) => {
  return () => new Response(JSON.stringify({ keys }), { headers });
};

export async function refresh({ source, runtime }: ReturnType<typeof fetchedSource>): Promise<void> {
  runtime.setTime(source.state().nextRefreshAt ?? 0);
  await responded();
}
