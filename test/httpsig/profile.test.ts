import { describe, expect, it } from "vitest";
import type { HeaderLine, HttpRequestView } from "../../src/index.js";
import { type SignedRequestParts, signatureVerifier, signedRequest, withField } from "../support/signature-fixtures.js";
import { createWorld } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");

async function outcomeFor(request: HttpRequestView): Promise<string> {
  try {
    await signatureVerifier(world).verify(request);
    return "accepted";
  } catch (error) {
    const { code, requirement } = error as { code: string; requirement?: string };
    return `${code} ${requirement}`;
  }
}
async function outcome(parts: SignedRequestParts): Promise<string> {
  return outcomeFor(await signedRequest(world, parts));
}

const BEARER: HeaderLine = ["Authorization", "Bearer abc"];
const TXN: HeaderLine = ["Txn-Token", "a.b.c"];
const lines = [BEARER, TXN];

describe("what a signature has to cover", () => {
  const required: [string, string][] = [
    ["@method", "HSIG-3.01"],
    ["@path", "HSIG-3.02"],
    ["@query", "HSIG-3.03"],
    ["workload-identity-token", "HSIG-3.11"],
    ["content-type", "HSIG-3.07"],
    ["content-digest", "HSIG-3.08"],
    ["authorization", "HSIG-3.09"],
    ["txn-token", "HSIG-3.10"],
  ];

  it("all of it, covered, is accepted", async () => {
    expect(await outcome({ lines })).toBe("accepted");
  });

  it.each(required)("%s is missing: %s", async (name, requirement) => {
    const components = (sound: readonly string[]) => sound.filter((identifier) => identifier !== `"${name}"`);
    expect(await outcome({ lines, components })).toBe(`signature_component_missing ${requirement}`);
  });

  it.each(
    required.flatMap(([name, requirement]) =>
      [";req", ";sf", ";bs", ';key="a"', ";tr", ';name="q"', ";x"].map(
        (parameter) => [name, parameter, requirement] as const,
      ),
    ),
  )("%s with %s covers something else: %s", async (name, parameter, requirement) => {
    const components = (sound: readonly string[]) =>
      sound.map((identifier) => (identifier === `"${name}"` ? `"${name}"${parameter}` : identifier));
    expect(await outcome({ lines, components })).toBe(`signature_component_missing ${requirement}`);
  });

  it.each(required)("%s in upper case covers nothing: %s", async (name, requirement) => {
    const components = (sound: readonly string[]) =>
      sound.map((identifier) => (identifier === `"${name}"` ? `"${name.toUpperCase()}"` : identifier));
    expect(await outcome({ lines, components })).toBe(`signature_component_missing ${requirement}`);
  });

  it("HSIG-3.04: @query also where there is no query", async () => {
    const components = (sound: readonly string[]) => sound.filter((identifier) => identifier !== '"@query"');
    expect(await outcome({ target: "/tools", components })).toBe("signature_component_missing HSIG-3.03");
  });

  it("@query-param and @target-uri are no substitutes", async () => {
    const components = (sound: readonly string[]) => [
      ...sound.filter((identifier) => !identifier.startsWith('"@query')),
      '"@query-param";name="q"',
      '"@target-uri"',
    ];
    const values = { '"@query-param";name="q"': "1", '"@target-uri"': "https://svc.example.com/tools?q=1" };
    expect(await outcome({ components, values })).toBe("signature_component_missing HSIG-3.03");
  });

  it.each([
    ["Content-Type", "content-type", "HSIG-3.07"],
    ["AUTHORIZATION", "authorization", "HSIG-3.09"],
    ["tXN-tOKEN", "txn-token", "HSIG-3.10"],
    ["Content-Digest", "content-digest", "HSIG-3.08"],
  ])("%s that is added later is not covered: %s, %s", async (field, _name, requirement) => {
    const added: HeaderLine[] = [[field, field === "Content-Digest" ? "sha-256=:AA==:" : "a.b.c"]];
    expect(await outcome({ body: null, added })).toBe(`signature_component_missing ${requirement}`);
  });

  it("an empty Authorization or Content-Type is there, too", async () => {
    const added = (name: string): HeaderLine[] => [[name, ""]];
    expect(await outcome({ added: added("Authorization") })).toBe("signature_component_missing HSIG-3.09");
    expect(await outcome({ body: null, added: added("Content-Type") })).toBe("signature_component_missing HSIG-3.07");
    expect(
      await outcome({
        body: null,
        lines: [
          ["Content-Type", ""],
          ["Authorization", " "],
        ],
      }),
    ).toBe("accepted");
  });

  it("fields of other kinds need not be covered", async () => {
    expect(
      await outcome({
        added: [
          ["Cookie", "a=b"],
          ["Content-Language", "en"],
          ["Accept", "*/*"],
        ],
      }),
    ).toBe("accepted");
  });

  it("a trailer is no header", async () => {
    const request = await signedRequest(world, { body: null });
    expect(await outcomeFor({ ...request, trailers: [["Content-Type", "a"], BEARER, TXN] })).toBe("accepted");
  });
});

describe("what a signature covers besides", () => {
  it.each<[string, SignedRequestParts, string]>([
    [
      "a field that the request does not have",
      { components: (sound) => [...sound, '"x-missing"'] },
      "signature_component_invalid",
    ],
    [
      "content-digest where there is none",
      { body: null, components: (sound) => [...sound, '"content-digest"'] },
      "signature_component_invalid",
    ],
    ["one component twice", { components: (s) => [...s, '"@method"'] }, "signature_component_invalid"],
    ["a field in upper case", { components: (s) => [...s, '"Host"'] }, "signature_component_invalid"],
    ["@status", { components: (s) => [...s, '"@status"'] }, "signature_component_invalid"],
    ["@signature-params", { components: (s) => [...s, '"@signature-params"'] }, "signature_component_invalid"],
    ["a component of the request", { components: (s) => [...s, '"host";req'] }, "signature_component_invalid"],
    ["an unknown derived component", { components: (s) => [...s, '"@x"'] }, "signature_component_unsupported"],
    ["an unknown parameter", { components: (s) => [...s, '"host";x'] }, "signature_component_unsupported"],
  ])("%s", async (_what, parts, expected) => {
    expect((await outcome(parts)).split(" ")[0]).toBe(expected);
  });

  it("64 components are covered, and not one more", async () => {
    const fields = (count: number) => Array.from({ length: count }, (_, i): HeaderLine => [`x-${i}`, "a"]);
    const covering = (count: number) =>
      outcome({
        lines: fields(count),
        components: (sound) => [...sound, ...fields(count).map(([name]) => `"${name}"`)],
      });
    expect(await covering(58)).toBe("accepted");
    expect(await covering(59)).toMatch(/^signature_component_invalid /);
  });

  it("several lines of a field are covered as they are joined", async () => {
    const many: HeaderLine[] = [
      ["X-A", "1"],
      ["x-a", " 2 "],
    ];
    const components = (sound: readonly string[]) => [...sound, '"x-a"'];
    const request = await signedRequest(world, { lines: many, components });
    expect(await outcomeFor(request)).toBe("accepted");
    expect(await outcomeFor({ ...request, headers: [...request.headers, ["X-A", "3"]] })).toBe(
      "signature_invalid HSIG-3.42",
    );
  });
});

describe("HSIG-5.2.03: a change of what is covered", () => {
  it.each<[string, (request: HttpRequestView) => HttpRequestView, string]>([
    ["the method", (r) => ({ ...r, method: "PUT" }), "signature_invalid HSIG-3.42"],
    ["the method's letters", (r) => ({ ...r, method: "post" }), "signature_invalid HSIG-3.42"],
    ["the path", (r) => ({ ...r, target: "/toolz?q=1" }), "signature_invalid HSIG-3.42"],
    ["the path's encoding", (r) => ({ ...r, target: "/%74ools?q=1" }), "signature_invalid HSIG-3.42"],
    ["a slash more", (r) => ({ ...r, target: "/tools/?q=1" }), "signature_invalid HSIG-3.42"],
    ["the query", (r) => ({ ...r, target: "/tools?q=2" }), "signature_invalid HSIG-3.42"],
    ["no query any more", (r) => ({ ...r, target: "/tools" }), "signature_invalid HSIG-3.42"],
    ["an empty query", (r) => ({ ...r, target: "/tools?" }), "signature_invalid HSIG-3.42"],
    ["the type of the content", (r) => withField(r, "content-type", () => "text/html"), "signature_invalid HSIG-3.42"],
    ["the type's letters", (r) => withField(r, "content-type", (v) => v.toUpperCase()), "signature_invalid HSIG-3.42"],
    ["no type", (r) => withField(r, "content-type", () => null), "signature_component_invalid"],
    ["Authorization", (r) => withField(r, "authorization", () => "Bearer abd"), "signature_invalid HSIG-3.42"],
    ["no Authorization", (r) => withField(r, "authorization", () => null), "signature_component_invalid"],
    ["Txn-Token", (r) => withField(r, "txn-token", () => "a.b.d"), "signature_invalid HSIG-3.42"],
    ["no Txn-Token", (r) => withField(r, "txn-token", () => null), "signature_component_invalid"],
    ["another digest", (r) => withField(r, "content-digest", (v) => `${v}, x=:AA==:`), "signature_invalid HSIG-3.42"],
    ["no digest", (r) => withField(r, "content-digest", () => null), "signature_component_invalid"],
    ["a second type", (r) => ({ ...r, headers: [...r.headers, ["content-type", "a"]] }), "signature_invalid HSIG-3.42"],
    [
      "the expiry",
      (r) => withField(r, "signature-input", (v) => v.replace(/expires=\d+/, "expires=1790000061")),
      "signature_invalid HSIG-3.42",
    ],
    [
      "the nonce",
      (r) => withField(r, "signature-input", (v) => v.replace('nonce="', 'nonce="x')),
      "signature_invalid HSIG-3.42",
    ],
    [
      "the order of parameters",
      (r) => withField(r, "signature-input", (v) => v.replace(/(;created=\d+)(;expires=\d+)/, "$2$1")),
      "signature_invalid HSIG-3.42",
    ],
    [
      "the order of components",
      (r) => withField(r, "signature-input", (v) => v.replace('"@method" "@path"', '"@path" "@method"')),
      "signature_invalid HSIG-3.42",
    ],
  ])("%s", async (_what, change, expected) => {
    const request = await signedRequest(world, { lines });
    expect(await outcomeFor(request)).toBe("accepted");
    const told = await outcomeFor(change(request));
    expect(told.startsWith(expected), told).toBe(true);
  });

  it.each<[string, (request: HttpRequestView) => HttpRequestView]>([
    ["HSIG-3.06: the authority", (r) => withField(r, "host", () => "proxy.internal")],
    ["the scheme", (r) => ({ ...r, scheme: "http" })],
    ["a field that is not covered", (r) => ({ ...r, headers: [["Via", "1.1 proxy"], ...r.headers] })],
    ["the order of the lines", (r) => ({ ...r, headers: [...r.headers].reverse() })],
    [
      "the letters of field names",
      (r) => ({ ...r, headers: r.headers.map(([n, v]) => [n.toUpperCase(), v] as const) }),
    ],
    ["the absolute form of the target", (r) => ({ ...r, target: `https://svc.example.com${r.target}` })],
    [
      "HSIG-5.2.02: the label",
      (r) =>
        withField(
          withField(r, "signature", (v) => v.replace("wimse", "x")),
          "signature-input",
          (v) => v.replace("wimse=", "x="),
        ),
    ],
  ])("%s is none", async (_what, change) => {
    expect(await outcomeFor(change(await signedRequest(world, { lines })))).toBe("accepted");
  });
});
