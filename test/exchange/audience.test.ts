import { describe, expect, it } from "vitest";
import { type Audience, type HeaderLine, type RequestTarget, targetUriAt } from "../../src/index.js";
import { createWorld, mistake, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();

async function outcome(audience: Audience, aud: string, target = "/tools", lines: HeaderLine[] = []): Promise<string> {
  const wpt = await world.wpt({ claims: { aud } });
  return outcomeOf(world.verifier({ audience }).verify(await world.request({ wpt, target, lines })));
}

describe("targetUriAt: a base and the path as received", () => {
  it.each([
    ["https://a.example", "/b/c", "https://a.example/b/c"],
    ["https://a.example/", "/b/c", "https://a.example/b/c"],
    ["https://a.example/tools", "/b", "https://a.example/tools/b"],
    ["https://a.example/tools/", "/b", "https://a.example/tools/b"],
    ["http://a.example:8080", "/", "http://a.example:8080/"],
    ["https://a.example:8443", "/", "https://a.example:8443/"],
    ["https://a.example", "*", "https://a.example"],
    ["https://a.example/tools/", "*", "https://a.example/tools"],
    ["https://a.example", "//b//", "https://a.example//b//"],
    ["https://a.example", "/%7e/../%2F", "https://a.example/%7e/../%2F"],
    ["https://a.example//", "/b", "https://a.example//b"],
  ])("%s and %s: %s", (base, path, expected) => {
    const audience = targetUriAt(base) as (target: RequestTarget) => readonly string[];
    expect(audience({ method: "GET", path })).toEqual([expected]);
  });

  it.each([
    "",
    "a.example",
    "//a.example",
    "ftp://a.example",
    "HTTPS://a.example",
    "xhttps://a.example",
    "https://",
    "https:///tools",
    "https://a.example?b",
    "https://a.example/b?c",
    "https://a.example#b",
    "https://a.example/b#c",
    " https://a.example",
    "https://a.example ",
    "https://a.example/b c",
    "https://A.example",
    "https://a.example:443",
    "http://a.example:80/b",
    "https://user@a.example",
    "https://user:secret@a.example/b",
    "https://a.example\\b",
    "https://a.example/b\\c",
    "https://a.example/./b",
    "https://a.example/b/..",
    "https://a.example/b/%2e%2e/",
    "https://a.example/b\tc",
    "https://a.example/b\n",
    "https://a.example/\u00e9",
    "https://\u00e9.example",
    "https://a.example:",
    "https://a.example:99999",
    "https://127.1",
    undefined,
    null,
    new URL("https://a.example"),
  ])("WPT-3.1.7.03: %s is no base", (base) => {
    expect(() => targetUriAt(base as string)).toThrow(expect.objectContaining(mistake));
  });
});

describe("WPT-2.28: the target of the request and aud", () => {
  const audience = targetUriAt("https://svc.example.com");

  it.each([
    ["/tools", "https://svc.example.com/tools"],
    ["/tools?a=b", "https://svc.example.com/tools"],
    ["/tools", "https://svc.example.com/tools?a=b#c"],
    ["/", "https://svc.example.com/"],
    ["/?a", "https://svc.example.com/"],
    ["/a//b/", "https://svc.example.com/a//b/"],
    ["/a%2Fb", "https://svc.example.com/a%2Fb"],
    ["https://proxy.example/tools?x", "https://svc.example.com/tools"],
    ["http://svc.example.com", "https://svc.example.com/"],
  ])("%s is for %s", async (target, aud) => {
    expect(await outcome(audience, aud, target)).toBe("accepted");
  });

  it.each([
    ["/tools", "https://svc.example.com/other"],
    ["/tools/", "https://svc.example.com/tools"],
    ["/tools", "https://svc.example.com/tools/"],
    ["/a//b", "https://svc.example.com/a/b"],
    ["/a/./b", "https://svc.example.com/a/b"],
    ["/x/../a", "https://svc.example.com/a"],
    ["/%61", "https://svc.example.com/a"],
    ["/a%2fb", "https://svc.example.com/a%2Fb"],
    ["/A", "https://svc.example.com/a"],
    ["/", "https://svc.example.com"],
    ["https://evil.example/tools", "https://evil.example/tools"],
    ["//evil.example/tools", "https://evil.example/tools"],
    ["/tools?https://a.example/", "https://a.example/"],
  ])("%s is not for %s", async (target, aud) => {
    expect(await outcome(audience, aud, target)).toBe("wpt_audience_mismatch");
  });
});

describe("targets that have a form of their own", () => {
  it.each([
    ["OPTIONS", "*", "https://svc.example.com", "accepted"],
    ["OPTIONS", "*", "https://svc.example.com/*", "wpt_audience_mismatch"],
    ["POST", "*", "https://svc.example.com", "request_malformed"],
    ["POST", "ftp://svc.example.com/tools", "https://svc.example.com/tools", "request_malformed"],
    ["POST", "https://a@svc.example.com/tools", "https://svc.example.com/tools", "request_malformed"],
  ])("WPT-2.28: %s %s with aud %s: %s", async (method, target, aud, expected) => {
    const verifier = world.verifier({ audience: targetUriAt("https://svc.example.com") });
    const request = await world.request({ method, target, wpt: await world.wpt({ claims: { aud } }) });
    expect(await outcomeOf(verifier.verify(request))).toBe(expected);
  });
});

describe("where an audience comes from", () => {
  it("WPT-3.1.7.02, WPT-3.1.7.04: Host and its like have no effect", async () => {
    const evil = "https://evil.example/tools";
    const spoofs: HeaderLine[] = [
      ["Host", "evil.example"],
      ["X-Forwarded-Host", "evil.example"],
      ["X-Forwarded-Proto", "https"],
      ["Forwarded", "host=evil.example;proto=https"],
      ["X-Original-URL", evil],
    ];
    const audience = targetUriAt("https://svc.example.com");
    expect(await outcome(audience, evil, "/tools", spoofs)).toBe("wpt_audience_mismatch");
    expect(await outcome(audience, "https://svc.example.com/tools", "/tools", spoofs)).toBe("accepted");
  });

  it("WPT-3.1.7.02: a function is given method and path, and nothing else of the request", async () => {
    const seen: unknown[][] = [];
    const audience = (...args: unknown[]): string[] => {
      seen.push(args);
      return ["a"];
    };
    await outcome(audience as Audience, "a", "/tools?secret=1");
    expect(seen).toEqual([[{ method: "POST", path: "/tools" }]]);
  });

  it("one name, several names, the names for a target", async () => {
    expect(await outcome("a", "a")).toBe("accepted");
    expect(await outcome("a", "b")).toBe("wpt_audience_mismatch");
    expect(await outcome(["a", "b"], "b")).toBe("accepted");
    expect(await outcome(["a", "b"], "c")).toBe("wpt_audience_mismatch");
    const byMethod: Audience = ({ method }) => (method === "POST" ? ["w", "x"] : ["r"]);
    expect(await outcome(byMethod, "x")).toBe("accepted");
    expect(await outcome(byMethod, "r")).toBe("wpt_audience_mismatch");
  });

  it("a function that knows no name for a target accepts none", async () => {
    expect(await outcome(() => [], "a")).toBe("wpt_audience_mismatch");
  });

  it.each([undefined, null, "a", [""], [1], { 0: "a" }, Promise.resolve(["a"])])(
    "WPT-3.1.7.03: a function that answers %s is the caller's mistake, and lets nothing through",
    async (answer) => {
      expect(await outcome(() => answer as string[], "a")).toBe("configuration_invalid");
    },
  );

  it.each([new RangeError("mine"), undefined, null, "text"])(
    "WPT-3.1.7.03: a function that throws %s knows no name for the target",
    async (thrown) => {
      const audience = (): string[] => {
        throw thrown;
      };
      expect(await outcome(audience, "a")).toBe("wpt_audience_mismatch");
      const view = await world.request({ wpt: await world.wpt({ claims: { aud: "a" } }) });
      const { checks } = await world.verifier({ audience }).explain(view);
      expect(checks.find(({ id }) => id === "wpt.audience")).toMatchObject({
        outcome: "failed",
        detail: "a; accepted: ",
      });
    },
  );

  it.each([undefined, null, "", [], [""], ["a", ""], ["a", 1], 1, {}, new Set(["a"])])(
    "WPT-3.1.7.03: %s is no audience",
    (audience) => {
      expect(() => world.verifier({ audience: audience as Audience })).toThrow(expect.objectContaining(mistake));
    },
  );

  it("an array is read when the verifier is made: what is done to it later has no effect", async () => {
    const audience = ["a"];
    const verifier = world.verifier({ audience });
    audience.push("b");
    const wpt = await world.wpt({ claims: { aud: "b" } });
    expect(await outcomeOf(verifier.verify(await world.request({ wpt })))).toBe("wpt_audience_mismatch");
  });
});
