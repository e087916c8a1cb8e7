import { describe, expect, it } from "vitest";
import { signedResponseView } from "../../src/exchange/sign-response.js";
import { expectedAnswer } from "../../src/exchange/signed-request.js";
import { type HeaderLine, type HttpResponseView, type ResponsePolicy, verifyResponse } from "../../src/index.js";
import { createExchange } from "../support/response-fixtures.js";
import { outcomeOf } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { runtime, issuer, service } = exchange;
const asked = await exchange.ask();

const judge = (response: Response | HttpResponseView, to = asked, changes: Partial<ResponsePolicy> = {}) =>
  verifyResponse(response, to, exchange.responsePolicy(changes));

describe("the head of a response", () => {
  const rest = { headers: [] };
  it.each<[string, string, HttpResponseView]>([
    ["HSIG-3.12", "a status below 200", { ...rest, status: 199 }],
    ["HSIG-3.12", "a status above 599", { ...rest, status: 999 }],
    ["HSIG-3.12", "a status that is no integer", { ...rest, status: 200.5 }],
    ["CREDS-5.1.1.02", "a field name with a space", { status: 200, headers: [["x token", "a"]] }],
    ["R9421-2.04", "a value with a NUL", { status: 200, headers: [["x", "secret\0"]] }],
    ["R9421-2.04", "a trailer with a line end", { status: 200, headers: [], trailers: [["x", "a\nb"]] }],
  ])("%s: with %s is response_malformed", async (requirement, _what, view) => {
    await expect(judge(view)).rejects.toMatchObject({ code: "response_malformed", requirement });
  });

  it("HSIG-3.5.06: an older kind of signature makes no signed response", async () => {
    const view: HttpResponseView = { status: 200, headers: [["Signature", 'keyId="abc",algorithm="rsa"']] };
    expect(await outcomeOf(judge(view))).toBe("response_signature_required");
    const { workload } = await judge(view, await exchange.ask({ requireSignedResponse: false }));
    expect(workload).toBeUndefined();
  });

  it("HSIG-3.5.08: a signature in the trailers counts", async () => {
    const { headers, ...view } = await exchange.answer(asked);
    const isSignature = ([name]: HeaderLine): boolean => /^signature/i.test(name);
    const moved = { ...view, headers: headers.filter((l) => !isSignature(l)), trailers: headers.filter(isSignature) };
    expect((await judge(moved)).workload?.id.uri).toBeDefined();
    const spoiled = moved.trailers.map(([name, value]): HeaderLine => [name, value.replace("=:", "=:AA")]);
    expect(await outcomeOf(judge({ ...moved, trailers: spoiled }))).toMatch(/^signature_(invalid|malformed)$/);
  });

  it("R9421-2.4.03: a response to somebody else's request with the same nonce is not taken", async () => {
    const { nonce } = expectedAnswer(asked).asked ?? {};
    const mallory = await issuer.credential("wimse://example.com/mallory");
    const view = expectedAnswer(await exchange.ask()).asked?.view;
    const headers = (view?.headers ?? []).map(
      ([name, value]): HeaderLine =>
        name.toLowerCase() === "workload-identity-token" ? [name, mallory.wit] : [name, value],
    );
    const question = { view: { method: "GET", target: "/tools", ...view, headers }, nonce: nonce ?? "" };
    const forMallory = { ...question, revision: "http-signature-07" } as const;
    const options = { runtime };
    const signed = await signedResponseView({ status: 200, headers: [] }, forMallory, service, options);
    expect(await outcomeOf(judge(signed))).toBe("signature_invalid");
  });
});
