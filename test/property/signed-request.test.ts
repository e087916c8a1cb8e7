import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { requestViewOf } from "../../src/http/views.js";
import { type HeaderLine, type HttpRequestView, signRequest, targetUriAt } from "../../src/index.js";
import { signatureVerifier, TAG } from "../support/signature-fixtures.js";
import { createWorld } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const BASE = "https://svc.example.com";
const verifier = signatureVerifier(world, {
  audience: targetUriAt(BASE),
  understoodTokens: ["x-a", "x-b", "__proto__"],
  compat: ["http-signature-06"],
});

const segment = fc.string({ unit: fc.constantFrom(..."abzAZ019-._~!$&'()*+,;=:@%/"), maxLength: 12 });
const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
  minLength: 1,
  maxLength: 40,
});
const value = fc.tuple(visible, fc.constantFrom("", " ", ", ", "\t"), visible).map((parts) => parts.join(""));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const request = fc.record({
  path: fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`),
  query: optional(fc.string({ unit: fc.constantFrom(..."ab=&?/%20+'"), maxLength: 8 })),
  method: fc.constantFrom("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"),
  body: optional(fc.uint8Array({ maxLength: 64 })),
  contentType: optional(value),
  authorization: optional(value),
  txnToken: optional(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}\.[A-Za-z0-9_-]{1,20}$/)),
  tokens: fc.dictionary(fc.constantFrom("x-a", "X-B", "__proto__"), value, { noNullPrototype: false }),
  audience: optional(visible),
  requireSignedResponse: fc.boolean(),
  revision: optional(fc.constant("http-signature-06" as const)),
  lifetime: fc.integer({ min: 1, max: 300 }),
});
type Generated = typeof request extends fc.Arbitrary<infer T> ? T : never;

/** The signed request as the recipient sees it. */
async function signed(given: Generated): Promise<HttpRequestView & { readonly body: Uint8Array }> {
  const headers = new Headers(Object.entries(given.tokens));
  if (given.contentType !== undefined) headers.set("Content-Type", given.contentType);
  if (given.authorization !== undefined) headers.set("Authorization", given.authorization);
  if (given.txnToken !== undefined) headers.set("Txn-Token", given.txnToken);
  const url = `${BASE}${given.path}${given.query === undefined ? "" : `?${given.query}`}`;
  const init = { method: given.method, headers, ...(given.body && { body: new Uint8Array(given.body) }) };
  const result = await signRequest(new Request(url, init), world.credential, {
    boundTokens: Object.keys(given.tokens),
    requireSignedResponse: given.requireSignedResponse,
    lifetime: given.lifetime,
    runtime: world.runtime,
    ...(given.revision && { revision: given.revision }),
  });
  const view = requestViewOf(result.request);
  // of a question mark that nothing follows, fetch sends nothing
  const target = view.target.replace(/^([^?]*)\?$/, "$1");
  return { ...view, target, body: new Uint8Array(await result.request.arrayBuffer()) };
}

async function expectRefused(view: HttpRequestView): Promise<void> {
  const error = await verifier.verify(view).then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof WimseError)) throw error ?? new Error(`accepted: ${JSON.stringify(view)}`);
}

/** The text with the character at a place replaced, removed or doubled. */
function altered(text: string, place: number, how: "replace" | "remove" | "double", by: string): string {
  const i = place % Math.max(1, text.length);
  const middle = how === "replace" ? by : how === "remove" ? "" : `${text[i] ?? by}${text[i] ?? by}`;
  return text.slice(0, i) + middle + text.slice(i + 1);
}
const alteration = fc.record({
  place: fc.nat(),
  how: fc.constantFrom("replace" as const, "remove" as const, "double" as const),
  by: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
});

/** What the lines of signatures mean, whatever their spelling: spaces and the padding of base64 are none of it. */
const isSameSignature = (a: string, b: string): boolean => {
  const bytes = (text: string) => /^([a-z0-9*._-]+)=:([A-Za-z0-9+/=]*):$/.exec(text)?.[2];
  const [first, second] = [bytes(a), bytes(b)];
  return (
    first !== undefined && second !== undefined && Buffer.from(first, "base64").equals(Buffer.from(second, "base64"))
  );
};

describe("what is signed", () => {
  it("verifies, whatever there is of it; and it comes out as it went in", async () => {
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const result = await verifier.verify(await signed(given));
        expect(result.workload.id.uri).toBe(world.credential.id.uri);
        expect(result.proof.revision).toBe(given.revision ?? "http-signature-07");
        expect(result.responseSignatureRequired).toBe(given.requireSignedResponse);
        expect(result.tokens.txnToken).toBe(given.txnToken);
        expect(result.tokens.authorization).toBe(given.authorization);
        const sent = Object.entries(given.tokens).map(([name, token]) => [name.toLowerCase(), token] as const);
        expect(new Map(result.tokens.others)).toEqual(new Map(sent));
        expect(result.body ?? new Uint8Array()).toEqual(given.body ?? new Uint8Array());
      }),
      { numRuns: 150 },
    );
  });

  it("HSIG-5.2.03: is refused when a character of a line is another", async () => {
    await fc.assert(
      fc.asyncProperty(request, fc.nat(), alteration, async (given, line, { place, how, by }) => {
        const view = await signed(given);
        const at = line % view.headers.length;
        const [name, text] = view.headers[at] ?? ["", ""];
        const changed = altered(text, place, how, by);
        fc.pre(changed.trim() !== text.trim());
        // a label is nobody's, and covered spelling is that of the serializer: those are tested one by one
        fc.pre(name !== "signature-input" || !/^[\w*.-]*=\(/.test(changed) || sameList(changed, text) === false);
        fc.pre(name !== "signature" || !isSameSignature(changed, text));
        const headers = view.headers.map((one, i): HeaderLine => (i === at ? [name, changed] : one));
        await expectRefused({ ...view, headers });
      }),
      { numRuns: 400 },
    );
  });

  it("HSIG-5.2.03: is refused when a line is taken away or comes twice", async () => {
    await fc.assert(
      fc.asyncProperty(request, fc.nat(), fc.boolean(), async (given, line, again) => {
        const view = await signed(given);
        const at = line % view.headers.length;
        const headers = view.headers.flatMap((one, i) => (i !== at ? [one] : again ? [one, one] : []));
        await expectRefused({ ...view, headers });
      }),
      { numRuns: 100 },
    );
  });

  it("HSIG-3.07 to HSIG-3.10: is refused when a field that has to be covered is added", async () => {
    const field = fc.constantFrom(
      "Content-Type",
      "Content-Digest",
      "Authorization",
      "Txn-Token",
      "Workload-Identity-Token",
    );
    await fc.assert(
      fc.asyncProperty(request, field, visible, async (given, name, text) => {
        const view = await signed(given);
        await expectRefused({ ...view, headers: [...view.headers, [name, text]] });
      }),
      { numRuns: 100 },
    );
  });

  it("HSIG-3.01, HSIG-3.02, HSIG-3.03: is refused with another method, path or query", async () => {
    await fc.assert(
      fc.asyncProperty(request, fc.boolean(), alteration, async (given, ofMethod, { place, how, by }) => {
        const view = await signed(given);
        const changed = altered(ofMethod ? view.method : view.target, place, how, by);
        fc.pre(changed !== (ofMethod ? view.method : view.target));
        // an empty query is like none
        fc.pre(
          ofMethod || given.revision !== undefined || changed.replace(/\?$/, "") !== view.target.replace(/\?$/, ""),
        );
        await expectRefused(ofMethod ? { ...view, method: changed } : { ...view, target: changed });
      }),
      { numRuns: 200 },
    );
  });

  it("HSIG-3.20: is refused with other content", async () => {
    await fc.assert(
      fc.asyncProperty(request, fc.uint8Array({ maxLength: 64 }), async (given, body) => {
        const view = await signed(given);
        fc.pre(!Buffer.from(body).equals(Buffer.from(view.body)));
        await expectRefused({ ...view, body });
        await expectRefused({ ...view, body: async () => body });
      }),
      { numRuns: 100 },
    );
  });
});

/** Whether two members of Signature-Input are one but for the label and for white space. */
function sameList(a: string, b: string): boolean {
  const list = (text: string) => text.slice(text.indexOf("=")).replaceAll(" ", "");
  return list(a) === list(b);
}

describe("what anybody may send", () => {
  const name = fc.constantFrom(
    "Signature-Input",
    "Signature",
    "Content-Digest",
    "Workload-Identity-Token",
    "Content-Length",
  );
  const piece = fc.oneof(
    fc.constantFrom(
      "wimse=",
      "(",
      ")",
      '"@method"',
      ";req",
      `;tag="${TAG}"`,
      ";created=1",
      ":AA==:",
      ", ",
      "?1",
      world.wit,
    ),
    fc.string({ maxLength: 5 }),
  );
  const line = fc.tuple(
    name,
    fc.array(piece, { maxLength: 6 }).map((parts) => parts.join("")),
  );

  it("is refused with a WimseError that has a status, and with nothing else", async () => {
    const sound: HeaderLine[] = [["Workload-Identity-Token", world.wit]];
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 5 }), fc.boolean(), async (lines, withWit) => {
        const view = { method: "POST", target: "/a", headers: [...(withWit ? sound : []), ...lines] };
        const error = await verifier.verify(view).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(WimseError);
        expect((error as WimseError).status).toBe(400);
        const { outcome, code } = await verifier.explain(view);
        expect([outcome, code]).toEqual(["rejected", (error as WimseError).code]);
      }),
      { numRuns: 300 },
    );
  });
});
