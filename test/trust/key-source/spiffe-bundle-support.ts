import { type SpiffeBundleOptions, spiffeBundle } from "../../../src/trust/key-source/spiffe-bundle.js";
import { KIDS, publisher, responded } from "../bundle-support.js";
import { es256, watchedRuntime } from "./support.js";

export const URL_OF_BUNDLE = "https://bundles.example.org/bundle";
export const HINT = { spiffe_refresh_hint: 100 };

/** A source that polls a publisher, started. */
export function polled(place: string | URL, content: unknown, options: SpiffeBundleOptions = {}) {
  const published = publisher(content);
  const runtime = watchedRuntime();
  const source = spiffeBundle(place, { fetch: published.fetch, readFile: published.readFile, ...options });
  source.start(runtime);
  return { published, runtime, source, asked: published.asked };
}

type Polled = ReturnType<typeof polled>;

/** Lets the time of the next load come, with this content. */
export async function next({ published, runtime, source }: Polled, content: unknown): Promise<void> {
  published.content = content;
  runtime.setTime(source.state().nextRefreshAt ?? 0);
  await responded();
}

/** Names of the keys that verify now, looked up without a wait. */
export function usable({ source }: Pick<Polled, "source">): string[] {
  return KIDS.filter((kid) => {
    try {
      const key = source.select(kid, es256);
      if (key instanceof Promise) {
        key.catch(() => {});
        return false;
      }
      return true;
    } catch {
      return false;
    }
  });
}
