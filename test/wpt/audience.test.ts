import { describe, expect, it } from "vitest";
import { verifyWit } from "../../src/wit.js";
import { verifyWpt } from "../../src/wpt.js";
import { createWorld, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { runtime, trust } = world;
const wit = await verifyWit(world.wit, { trust, runtime });
const URI = "https://svc.example.com/tools";

async function outcome(aud: unknown, ...audience: string[]): Promise<string> {
  return outcomeOf(verifyWpt(await world.wpt({ claims: { aud } }), wit, { audience, runtime }));
}

describe("WPT-2.28, WPT-3.1.7.01, WITSVID-7.2.03: aud and the accepted audiences", () => {
  it.each([
    ["the same", URI, [URI]],
    ["one of several", URI, ["https://a.example/", URI]],
    ["with a query", `${URI}?a=b`, [URI]],
    ["with an empty query", `${URI}?`, [URI]],
    ["with a fragment", `${URI}#a?b`, [URI]],
    ["with both", `${URI}?a#b`, [URI]],
    ["no URI at all", "svc", ["svc"]],
    ["an array of one", [URI], [URI]],
  ])("match: %s", async (_what, aud, accepted) => {
    expect(await outcome(aud, ...accepted)).toBe("accepted");
  });

  it.each([
    ["missing", undefined],
    ["empty", ""],
    ["only a query", "?https://svc.example.com/tools"],
    ["another host", "https://other.example.com/tools"],
    ["another path", "https://svc.example.com/other"],
    ["another scheme", "http://svc.example.com/tools"],
    ["a port, were it the default", "https://svc.example.com:443/tools"],
    ["userinfo", "https://a@svc.example.com/tools"],
    ["upper case in the scheme", "HTTPS://svc.example.com/tools"],
    ["upper case in the host", "https://SVC.example.com/tools"],
    ["upper case in the path", "https://svc.example.com/Tools"],
    ["a slash at the end", `${URI}/`],
    ["a slash doubled", "https://svc.example.com//tools"],
    ["a segment that goes nowhere", "https://svc.example.com/./tools"],
    ["a segment that goes up", "https://svc.example.com/a/../tools"],
    ["needless percent-encoding", "https://svc.example.com/%74ools"],
    ["a suffix of the host", "https://svc.example.com.evil.example/tools"],
    ["a dot after the host", "https://svc.example.com./tools"],
    ["white space", ` ${URI}`],
    ["more of the path", `${URI}/x`],
    ["less of the path", "https://svc.example.com/tool"],
    ["a semicolon", `${URI};a`],
    ["an encoded question mark", `${URI}%3Fa`],
  ])("no match: %s", async (_what, aud) => {
    expect(await outcome(aud, URI)).toBe("wpt_audience_mismatch");
  });

  it.each([
    ["a query in the accepted one", URI, `${URI}?a`],
    ["the same query in each", `${URI}?a`, `${URI}?a`],
    ["a fragment in the accepted one", URI, `${URI}#a`],
    ["another sign in each", `${URI}?c`, `${URI}#d`],
    ["a sign earlier in the accepted one", "https://a.example/b", "https://a.example/?b"],
  ])("an accepted audience is compared as it is given: %s", async (_what, aud, accepted) => {
    expect(await outcome(aud, accepted)).toBe("wpt_audience_mismatch");
  });

  it("percent-encoding is compared as it is written", async () => {
    expect(await outcome("https://a.example/%7e", "https://a.example/%7e")).toBe("accepted");
    expect(await outcome("https://a.example/%7e", "https://a.example/%7E")).toBe("wpt_audience_mismatch");
    expect(await outcome("https://a.example/~", "https://a.example/%7E")).toBe("wpt_audience_mismatch");
  });

  it("the verified proof tells the audience as it was sent", async () => {
    const wpt = await world.wpt({ claims: { aud: [`${URI}?a#b`] } });
    const proof = await verifyWpt(wpt, wit, { audience: [URI], runtime });
    expect(proof.audience).toBe(`${URI}?a#b`);
  });
});
