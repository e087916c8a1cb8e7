import { describe, expect, it } from "vitest";
import { expectWimseError } from "../../support/wit-fixtures.js";
import { fetchedSource, refresh, set, URL_OF_KEYS } from "./remote-jwks-support.js";
import { keyA, select } from "./support.js";

describe("redirects", () => {
  const to = (location: string, code = 302) => {
    return () => new Response(null, { status: code, headers: { location } });
  };

  it.each([
    [301, "/moved"],
    [302, "moved"],
    [303, "https://id.example.com/moved#fragment"],
    [307, "//id.example.com/moved"],
    [308, "https://id.example.com:443/moved"],
  ])("with status %i to %s are followed, within the origin", async (code, location) => {
    const fetched = fetchedSource([to(location, code), set([keyA()])]);
    expect((await select(fetched.source, "a")).jwk.kid).toBe("a");
    expect(fetched.sent.map(({ url }) => url)).toEqual([URL_OF_KEYS, "https://id.example.com/moved"]);
    await refresh(fetched);
    expect(fetched.sent[2]?.url).toBe(URL_OF_KEYS); // asked anew each time
  });

  it.each([
    "https://evil.example.com/keys",
    "https://id.example.com:8443/keys",
    "//evil.example.com/keys",
    "http://id.example.com/keys",
    "http://127.0.0.1/keys",
    "https://user@id.example.com/keys",
    "https://:password@id.example.com/keys",
    "data:application/json,{}",
    "file:///etc/keys",
    "https://[",
    "",
  ])("to %j are refused, and nothing is sent there", async (location) => {
    const { source, sent } = fetchedSource([to(location), set([keyA()])]);
    await expectWimseError(select(source, "a"), "trust_keys_unavailable");
    expect(source.state().failure).toBe("redirect_refused");
    expect(sent).toHaveLength(1);
  });

  it("without a target are refused", async () => {
    const { source, sent } = fetchedSource([() => new Response(null, { status: 302 })]);
    await expectWimseError(select(source, "a"), "trust_keys_unavailable");
    expect(source.state().failure).toBe("redirect_refused");
    expect(sent).toHaveLength(1);
  });

  it("without end are refused after three", async () => {
    const { source, sent } = fetchedSource([to("/keys")]);
    await expectWimseError(select(source, "a"), "trust_keys_unavailable");
    expect(source.state().failure).toBe("redirect_refused");
    expect(sent).toHaveLength(4);
  });
});
