import { describe, expect, it } from "vitest";
import { responded } from "../bundle-support.js";
import { fetchedSource, refresh, set } from "./remote-jwks-support.js";
import { keyA, keyB, NOW, select } from "./support.js";

describe("what the server says of freshness", () => {
  it.each([
    [{}, 300],
    [{ "cache-control": "max-age=60" }, 60],
    [{ "cache-control": "max-age=60", age: "10" }, 50],
    [{ "cache-control": "max-age=7" }, 30],
    [{ "cache-control": "no-store" }, 30],
    [{ "cache-control": "max-age=999999" }, 3600],
  ])("%j: fresh for %i s", async (headers, fresh) => {
    const { source } = fetchedSource([set([keyA()], headers)], { maxStale: 0 });
    await select(source, "a");
    expect(source.state().staleAt).toBe(NOW + fresh);
  });

  it("an entity tag is sent back, and 304 keeps the keys for as long as it says", async () => {
    const fetched = fetchedSource([
      set([keyA()], { etag: '"one"', "cache-control": "max-age=100" }),
      () => new Response(null, { status: 304, headers: { "cache-control": "max-age=200" } }),
      set([keyB()], { etag: '"two"' }),
    ]);
    const key = await select(fetched.source, "a");
    await refresh(fetched);
    expect(fetched.source.holds(key)).toBe(true);
    expect(fetched.source.state()).toMatchObject({ fetchedAt: NOW + 70, nextRefreshAt: NOW + 70 + 140 });
    await refresh(fetched);
    expect(fetched.source.holds(key)).toBe(false);
    await refresh(fetched);
    expect(fetched.sent.map(({ headers }) => headers.get("if-none-match"))).toEqual([null, '"one"', '"one"', '"two"']);
  });

  it("an entity tag is not kept when it is long, nor beyond a set without one", async () => {
    const tagOf = (length: number): string => `"${"x".repeat(length - 2)}"`;
    const longest = fetchedSource([set([keyA()], { etag: tagOf(256) })]);
    await select(longest.source, "a");
    await refresh(longest);
    expect(longest.sent.at(-1)?.headers.get("if-none-match")).toBe(tagOf(256));
    const long = fetchedSource([set([keyA()], { etag: tagOf(257) })]);
    await select(long.source, "a");
    await refresh(long);
    const none = fetchedSource([set([keyA()], { etag: '"one"' }), set([keyA()])]);
    await select(none.source, "a");
    await refresh(none);
    await refresh(none);
    for (const { sent } of [long, none]) expect(sent.at(-1)?.headers.has("if-none-match")).toBe(false);
  });

  it("the entity tag of a set that came too late is not kept: it was never accepted", async () => {
    let answer = (_: Response): void => {};
    const fetched = fetchedSource([
      set([keyA()], { etag: '"one"' }),
      () => new Promise((resolve) => (answer = resolve)),
      () => new Response(null, { status: 304 }),
    ]);
    const key = await select(fetched.source, "a");
    await refresh(fetched);
    const late = answer;
    fetched.runtime.setTime(fetched.runtime.now() + 5);
    await responded();
    late(set([], { etag: '"two"' })());
    await responded();
    await refresh(fetched);
    expect(fetched.sent[2]?.headers.get("if-none-match")).toBe('"one"');
    expect(fetched.source.holds(key)).toBe(true);
  });

  it("the same bytes again change nothing", async () => {
    const fetched = fetchedSource([set([keyA(), 42])]);
    const key = await select(fetched.source, "a");
    await refresh(fetched);
    expect(fetched.source.holds(key)).toBe(true);
    expect(fetched.source.state()).toMatchObject({ keys: 1, problems: ["keys[1]: a JWK must be an object"] });
    expect(fetched.source.state().fetchedAt).toBe(NOW + 210);
  });
});
