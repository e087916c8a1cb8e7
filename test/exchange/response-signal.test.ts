import { expect, it } from "vitest";
import { checkResponsePolicy } from "../../src/exchange/response-policy.js";
import { expectedAnswer } from "../../src/exchange/signed-request.js";
import { judgeResponse } from "../../src/exchange/verify-response.js";
import { verifyResponse } from "../../src/index.js";
import type { KeySource, TrustDomain } from "../../src/trust.js";
import { createExchange, fetched } from "../support/response-fixtures.js";
import { AUDIENCE, ORIGIN } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const domain = (await exchange.trust.get(ORIGIN)) as TrustDomain;

it("the signal of the request goes to whoever is asked for keys, also when they are asked for again", async () => {
  const { signal } = new AbortController();
  const to = await exchange.ask({}, new Request(AUDIENCE, { signal }));
  const given: [of: string, AbortSignal | undefined][] = [];
  // another trust domain each time, so that the WIT has to be verified anew when its content is there
  const get = (_origin: string, options?: { signal?: AbortSignal }): TrustDomain => {
    given.push(["domain", options?.signal]);
    const select: KeySource["select"] = (kid, algorithm, selecting) => {
      given.push(["key", selecting?.signal]);
      return domain.keys.select(kid, algorithm, selecting);
    };
    return { ...domain, keys: { ...domain.keys, select } };
  };
  await verifyResponse(fetched(await exchange.answer(to)), to, exchange.responsePolicy({ trust: { get } }));
  expect(given.map(([of]) => of)).toEqual(["domain", "key", "domain", "domain", "key"]);
  for (const [, one] of given) expect(one).toBe(to.request.signal);
});

it("an aborted request waits for no keys", async () => {
  const controller = new AbortController();
  const to = await exchange.ask({}, new Request(AUDIENCE, { signal: controller.signal }));
  const view = await exchange.answer(to);
  const get = (_origin: string, options?: { signal?: AbortSignal }): Promise<TrustDomain> =>
    new Promise((_resolve, reject) => {
      options?.signal?.addEventListener("abort", () => reject(new Error("secret")));
      controller.abort();
    });
  const judged = verifyResponse(view, to, exchange.responsePolicy({ trust: { get } }));
  await expect(judged).rejects.toMatchObject({ code: "trust_keys_unavailable" });
});

it("without a signal, content that breaks off is refused in the same way", async () => {
  const to = await exchange.ask();
  const { status, headers } = await exchange.answer(to);
  const body = (): never => {
    throw new Error("secret");
  };
  const policy = checkResponsePolicy(exchange.responsePolicy());
  const judged = judgeResponse({ status, headers, body, decoded: false }, expectedAnswer(to), policy);
  await expect(judged).rejects.toMatchObject({ code: "response_malformed", requirement: "HSIG-3.20" });
});
