import { inspect } from "node:util";
import { expect, it } from "vitest";
import { type HeaderLine, type HttpResponseView, signResponse, verifyResponse } from "../../src/index.js";
import { type AnswerParts, createExchange, digestOf, nonceOf, TOOLS, withLine } from "../support/response-fixtures.js";
import { AUDIENCE, NOW, outcomeOf, spoilSignature } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { runtime, service, issuer, serviceKey } = exchange;
const SECRET = "s3cr3t-marker";
const request = new Request(`${AUDIENCE}?token=${SECRET}`, {
  method: "POST",
  body: SECRET,
  headers: { "X-A": SECRET },
});
const asked = await exchange.ask({}, request);
const lines: HeaderLine[] = [
  ["Content-Type", `text/${SECRET}`],
  ["Set-Cookie", SECRET],
];
const wit = await issuer.issue(TOOLS, serviceKey.publicJwk, { claims: { jti: SECRET, note: SECRET } });
const other = await issuer.issue(`${TOOLS}2`, serviceKey.publicJwk, { claims: { note: SECRET } });

/** Responses that carry the marker wherever one can be put, each refused by another check. */
const cases: [string, AnswerParts][] = [
  ["signature_request_nonce_mismatch", { params: { "wimse-req-nonce": `"${SECRET}"` } }],
  ["signature_parameter_invalid", { params: { "wimse-req-nonce": `:${Buffer.from(SECRET).toString("base64")}:` } }],
  ["signature_parameter_missing", { params: { nonce: undefined, note: `"${SECRET}"` } }],
  ["signature_parameter_forbidden", { params: { keyid: `"${SECRET}"` } }],
  ["signature_expired", { params: { created: String(NOW - 60), expires: String(NOW - 30) } }],
  ["signature_component_missing", { covered: ['"@status"', `"${SECRET}"`] }],
  ["signature_malformed", { params: { note: `"${SECRET}` } }],
  ["wit_malformed", { wit: SECRET }],
  ["wit_signature_invalid", { wit: spoilSignature(wit) }],
  ["response_workload_unexpected", { wit: other }],
  ["content_digest_mismatch", { digest: digestOf(`${SECRET}!`) }],
  ["content_digest_malformed", { digest: SECRET.toUpperCase() }],
  ["content_digest_unsupported", { digest: `md5=:${Buffer.from(SECRET).toString("base64")}:` }],
];

/** Every way in which people print things. */
function printed(value: unknown): string {
  const own = typeof value === "object" && value !== null ? Object.getOwnPropertyNames(value) : [];
  return [
    String(value),
    JSON.stringify(value),
    inspect(value, { depth: 10, showHidden: true, getters: false }),
    ...own.map((name) => String(Reflect.get(value as object, name))),
  ].join("\n");
}

/** What nobody may find in a log: the marker, and parts of tokens, nonces and signatures. */
function marksOf(view: HttpResponseView): string[] {
  const values = view.headers.filter(([name]) => /token|signature$|digest/i.test(name)).map(([, value]) => value);
  const parts = values.flatMap((value) => value.split(/[.:]/)).filter((part) => part.length > 20);
  return [SECRET, SECRET.toUpperCase(), nonceOf(asked), ...parts.map((part) => part.slice(0, 40))];
}

it.each(cases)("WPT-3.1.5.01: %s says nothing of what was received", async (code, parts) => {
  const view = await exchange.answer(asked, { wit, lines, body: SECRET, ...parts });
  const error = await verifyResponse(view, asked, exchange.responsePolicy()).catch((e) => e);
  expect(error).toMatchObject({ code });
  expect(error.cause).toBeUndefined();
  for (const mark of marksOf(view)) expect(printed(error)).not.toContain(mark);
});

it("WPT-3.1.5.01: nor does what comes of a response that is accepted, or of one that is not signed", async () => {
  const view = await exchange.answer(asked, { wit, lines, body: SECRET });
  const verified = await verifyResponse(view, asked, exchange.responsePolicy());
  expect(String(verified)).toBe(`response 200 of ${TOOLS}`);
  expect(JSON.stringify(verified)).toBe(JSON.stringify({ status: 200, workload: TOOLS }));
  expect(inspect(verified)).toBe(`AuthenticatedResponse <response 200 of ${TOOLS}>`);
  const undemanded = await exchange.ask({ requireSignedResponse: false });
  const plain = await verifyResponse({ status: 404, headers: lines }, undemanded, exchange.responsePolicy());
  expect(String(plain)).toBe("response 404 of nobody in particular");
  expect(JSON.stringify(plain)).toBe(JSON.stringify({ status: 404 }));
  const everything = [verified, plain, asked].map(printed).join("\n");
  for (const mark of marksOf(view)) expect(everything).not.toContain(mark);
});

it.each<[string, Response]>([
  ["a digest that is wrong", new Response(SECRET, { headers: { "content-digest": digestOf("x") } })],
  ["a WIT", new Response(SECRET, { headers: { "workload-identity-token": SECRET } })],
  [
    "signature fields that cannot be read",
    new Response(SECRET, { headers: { "signature-input": SECRET.toUpperCase() } }),
  ],
  ["an event stream", new Response(SECRET, { headers: { "content-type": "text/event-stream", "x-a": SECRET } })],
])("WPT-3.1.5.01: refusing to sign %s says nothing of it", async (_what, response) => {
  const error = await signResponse(response, await exchange.received(asked), service, { runtime }).catch((e) => e);
  expect(error).toBeInstanceOf(Error);
  for (const mark of [SECRET, SECRET.toUpperCase(), nonceOf(asked)]) expect(printed(error)).not.toContain(mark);
});

it("the content of a refused response is not read beyond what is needed, and reaches nobody", async () => {
  const view = withLine(await exchange.answer(asked), "Signature", "wimse=:AAAA:");
  const response = new Response(SECRET, {
    status: view.status,
    headers: view.headers.map(([name, value]): [string, string] => [name, value]),
  });
  expect(await outcomeOf(verifyResponse(response, asked, exchange.responsePolicy()))).toBe("signature_invalid");
  expect(response.bodyUsed).toBe(false);
});
