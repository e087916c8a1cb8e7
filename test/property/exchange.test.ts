import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { requestViewOf } from "../../src/http/views.js";
import { type HeaderLine, type HttpRequestView, signRequest, targetUriAt } from "../../src/index.js";
import { createWorld } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const BASE = "https://svc.example.com";
const verifier = world.verifier({
  audience: targetUriAt(BASE),
  replay: "unchecked",
  understoodTokens: ["x-a", "x-b", "__proto__"],
});

const segment = fc.string({ unit: fc.constantFrom(..."abzAZ019-._~!$&'()*+,;=:@%/"), maxLength: 12 });
const path = fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
  minLength: 1,
  maxLength: 40,
});
const value = fc.tuple(visible, fc.constantFrom("", " ", ", "), visible).map((parts) => parts.join(""));
const txnToken = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}\.[A-Za-z0-9_-]{1,20}\.[A-Za-z0-9_-]{0,20}$/);
const request = fc.record({
  path,
  query: fc.option(fc.string({ unit: fc.constantFrom(..."ab=&?/%20"), maxLength: 8 }), { nil: undefined }),
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"),
  txnToken: fc.option(txnToken, { nil: undefined }),
  tokens: fc.dictionary(fc.constantFrom("x-a", "X-B", "__proto__"), value, { noNullPrototype: false }),
  lifetime: fc.integer({ min: 1, max: 300 }),
});
type Generated = typeof request extends fc.Arbitrary<infer T> ? T : never;

async function signed(given: Generated): Promise<HttpRequestView> {
  const headers = new Headers(Object.entries(given.tokens));
  if (given.txnToken !== undefined) headers.set("Txn-Token", given.txnToken);
  const url = `${BASE}${given.path}${given.query === undefined ? "" : `?${given.query}`}`;
  const result = await signRequest(new Request(url, { method: given.method, headers }), world.credential, {
    proof: "wpt",
    lifetime: given.lifetime,
    boundTokens: Object.keys(given.tokens),
    runtime: world.runtime,
  });
  return requestViewOf(result.request);
}

/** The same view with one line's value changed. */
const withValue = (view: HttpRequestView, at: number, changed: string): HttpRequestView => ({
  ...view,
  headers: view.headers.map((line, i): HeaderLine => (i === at ? [line[0], changed] : line)),
});

async function expectRefused(view: HttpRequestView): Promise<void> {
  const error = await verifier.verify(view).then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof WimseError)) throw error ?? new Error(`accepted: ${JSON.stringify(view)}`);
}

/** The text with the character at a place replaced, removed or doubled; never the text itself. */
function altered(text: string, place: number, how: "replace" | "remove" | "double", by: string): string {
  const i = place % text.length;
  const middle = how === "replace" ? by : how === "remove" ? "" : `${text[i]}${text[i]}`;
  return text.slice(0, i) + middle + text.slice(i + 1);
}
const alteration = fc.record({
  place: fc.nat(),
  how: fc.constantFrom("replace" as const, "remove" as const, "double" as const),
  by: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
});

describe("what is signed", () => {
  it("verifies, whatever the target, the method and the tokens; and the tokens come out as they went in", async () => {
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const { tokens, workload } = await verifier.verify(await signed(given));
        expect(workload.id.uri).toBe(world.credential.id.uri);
        expect(tokens.txnToken).toBe(given.txnToken);
        const sent = Object.entries(given.tokens).map(([name, token]) => [name.toLowerCase(), token] as const);
        expect(new Map(tokens.others)).toEqual(new Map(sent));
      }),
      { numRuns: 150 },
    );
  });

  it("WPT-2.26, WPT-2.31, WPT-2.33, WPT-2.34: is refused when a character of WIT, WPT or a bound token is another", async () => {
    await fc.assert(
      fc.asyncProperty(request, fc.nat(), alteration, async (given, line, { place, how, by }) => {
        const view = await signed(given);
        const at = line % view.headers.length;
        const [name, text] = view.headers[at] ?? ["", ""];
        const start = name === "authorization" ? "WPT ".length : 0; // the scheme is no part of the proof
        const changed = text.slice(0, start) + altered(text.slice(start), place, how, by);
        fc.pre(changed.trim() !== text.trim());
        await expectRefused(withValue(view, at, changed));
      }),
      { numRuns: 300 },
    );
  });

  it("is refused when a line that the proof covers is taken away or comes twice", async () => {
    await fc.assert(
      fc.asyncProperty(request, fc.nat(), fc.boolean(), async (given, line, twice) => {
        const view = await signed(given);
        const at = line % view.headers.length;
        const copies = twice ? 2 : 0;
        const headers = view.headers.flatMap((one, i) =>
          i === at ? Array.from({ length: copies }, () => one) : [one],
        );
        await expectRefused({ ...view, headers });
      }),
      { numRuns: 60 },
    );
  });

  it("WPT-2.28: is refused at another path, and not at another query", async () => {
    await fc.assert(
      fc.asyncProperty(request, alteration, async (given, { place, how, by }) => {
        const view = await signed(given);
        const [before = "", ...query] = view.target.split("?");
        await expect(verifier.verify({ ...view, target: `${before}?${query.join("?")}x` })).resolves.toBeDefined();
        const target = altered(before, place, how, by);
        fc.pre(target !== before && target.split("?")[0] !== before);
        await expectRefused({ ...view, target });
      }),
      { numRuns: 100 },
    );
  });
});

describe("what anybody may send", () => {
  const name = fc.oneof(
    fc.constantFrom("Workload-Identity-Token", "Authorization", "Txn-Token", "Signature-Input", "Workload-Proof-Token"),
    fc.string({ maxLength: 10 }),
  );
  const piece = fc.oneof(
    fc.constantFrom("WPT ", "wpt", world.wit, ".", "eyJ9", "e30", "AAAA", ", ", "\t", '"'),
    fc.string(),
  );
  const line = fc.tuple(
    name,
    fc.array(piece, { maxLength: 4 }).map((parts) => parts.join("")),
  );

  it("is refused with a WimseError that has a status, and with nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 5 }), fc.string(), fc.string(), async (headers, method, target) => {
        for (const view of [
          { method, target, headers },
          { method: "GET", target: "/", headers },
        ]) {
          const error = await verifier.verify(view).catch((e: unknown) => e);
          expect(error).toBeInstanceOf(WimseError);
          expect([400, 401]).toContain((error as WimseError).status);
          const { outcome, code } = await verifier.explain(view);
          expect([outcome, code]).toEqual(["rejected", (error as WimseError).code]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
