import { describe, expect, it } from "vitest";
import { createVerifier, signRequest, signResponse, type Verifier, verifyResponse } from "../../src/index.js";
import { createTestIssuer, type TestIssuer } from "../../src/testing/test-issuer.js";
import { type FixedRuntime, fixedRuntime } from "../../src/testing.js";
import {
  createTrustStore,
  type KeySource,
  type RemoteJwksOptions,
  remoteJwks,
  type TrustDomain,
} from "../../src/trust.js";
import {
  type AnswerParts,
  createExchange,
  type Exchange,
  fetched as fetchedResponse,
  TOOLS,
} from "../support/response-fixtures.js";
import { AGENT, AUDIENCE, NOW, ORIGIN, outcomeOf } from "../support/wpt-fixtures.js";

/** Content that arrives as soon as `before` lets it. */
function contentAfter(before: () => unknown): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        await before();
        controller.enqueue(Buffer.from("two cones"));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

const post = (body: ReadableStream, headers: HeadersInit = {}): Request =>
  new Request(AUDIENCE, { method: "POST", body, headers, duplex: "half" } as RequestInit);

describe("CREDS-9.5.03: a credential that is over by the time of signing signs nothing", () => {
  it.each(["http-signature", "wpt"] as const)("%s, with a source that takes its time", async (proof) => {
    const { runtime, issuer } = await createExchange();
    const credential = await issuer.credential(AGENT, { lifetime: 10 });
    const source = {
      async current() {
        runtime.setTime(NOW + 10);
        return credential;
      },
    };
    const signing = signRequest(new Request(AUDIENCE), source, { proof, runtime });
    expect(await outcomeOf(signing)).toBe("credential_expired");
  });

  it.each([
    [9.9, "accepted"],
    [10, "credential_expired"],
  ])("content that arrives after %s of 10 seconds", async (after, outcome) => {
    const { runtime, issuer, ask, received } = await createExchange();
    const to = await received(await ask());
    const arriving = () => contentAfter(() => runtime.setTime(NOW + after));
    const credential = await issuer.credential(TOOLS, { lifetime: 10 });
    expect(await outcomeOf(signRequest(post(arriving()), credential, { runtime }))).toBe(outcome);
    runtime.setTime(NOW);
    expect(await outcomeOf(signResponse(new Response(arriving()), to, credential, { runtime }))).toBe(outcome);
  });
});

interface Service {
  readonly runtime: FixedRuntime;
  readonly verifier: Verifier;
  close(): Promise<void>;
}

function serviceWith(runtime: FixedRuntime, fetch: typeof globalThis.fetch, options: RemoteJwksOptions): Service {
  const keys = remoteJwks("https://id.example.com/keys", { fetch, ...options });
  const trust = createTrustStore([{ origin: ORIGIN, keys }], { runtime });
  const proofs = ["http-signature", "wpt"] as const;
  const verifier = createVerifier({ trust, audience: AUDIENCE, proofs, replay: "unchecked", runtime });
  return { runtime, verifier, close: () => trust.close() };
}

/** What fetches and their content wait for has come. */
async function fetched(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

describe("keys that take their time", () => {
  it.each(["http-signature", "wpt"] as const)(
    "CREDS-5.1.4.08: a WIT that is over when they come is refused, with a proof of the kind %s",
    async (proof) => {
      const runtime = fixedRuntime(NOW);
      const issuer = await createTestIssuer(ORIGIN, { runtime });
      let answer = (_response: Response): void => {};
      const fetch = () =>
        new Promise<Response>((resolve) => {
          answer = resolve;
        });
      const service = serviceWith(runtime, fetch, { timeout: 120 });
      const credential = await issuer.credential(AGENT, { lifetime: 60 });
      const { request } = await signRequest(new Request(AUDIENCE), credential, { proof, lifetime: 300, runtime });
      const outcome = outcomeOf(service.verifier.verify(request));
      await fetched();
      runtime.setTime(NOW + 100);
      answer(Response.json(issuer.jwks));
      expect(await outcome).toBe("wit_expired");
      await service.close();
    },
  );
});

describe("content that takes its time", () => {
  /** The outcome of a request by `old`, when other keys are published before its content has arrived. */
  async function outcomeAfter(change: (old: TestIssuer, young: TestIssuer) => TestIssuer[]): Promise<string> {
    const runtime = fixedRuntime(NOW);
    const [old, young] = [
      await createTestIssuer(ORIGIN, { kid: "old", runtime }),
      await createTestIssuer(ORIGIN, { kid: "young", runtime }),
    ];
    let published = [old, young];
    const fetch = async () => Response.json({ keys: published.flatMap(({ jwks }) => jwks.keys) });
    const service = serviceWith(runtime, fetch, { refreshInterval: 20 });
    await fetched();
    const body = contentAfter(() => {});
    const { request } = await signRequest(post(body), await old.credential(AGENT), { lifetime: 300, runtime });
    const content = contentAfter(async () => {
      published = change(old, young);
      runtime.setTime(NOW + 19);
      await fetched();
    });
    const outcome = await outcomeOf(service.verifier.verify(post(content, request.headers)));
    await service.close();
    return outcome;
  }

  it("CREDS-3.04: a key that was withdrawn meanwhile takes the request with it", async () => {
    expect(await outcomeAfter((_old, young) => [young])).toBe("wit_key_not_found");
  });

  it("a key that is still published does not", async () => {
    expect(await outcomeAfter((old) => [old])).toBe("accepted");
  });
});

describe("content of a response that takes its time", () => {
  type Change = (exchange: {
    runtime: FixedRuntime;
    trustOnly(issuer: TestIssuer): void;
    issuer: TestIssuer;
  }) => unknown;

  /** The outcome of a response of a service whose WIT lives a minute, when something changes before its content is there. */
  async function outcomeAfter(change: Change, lifetime = 60): Promise<string> {
    const { runtime, issuer, ask, received, responsePolicy } = await createExchange();
    const trustIn = ({ jwks }: TestIssuer) => createTrustStore([{ origin: ORIGIN, keys: jwks }], { runtime });
    let trusted = trustIn(issuer);
    const trustOnly = (other: TestIssuer): void => {
      trusted = trustIn(other);
    };
    const asked = await ask();
    const service = await issuer.credential(TOOLS, { lifetime: 60 });
    const to = await received(asked);
    const { headers } = await signResponse(new Response("two cones"), to, service, { runtime, lifetime });
    const content = contentAfter(() => change({ runtime, trustOnly, issuer }));
    const policy = responsePolicy({ trust: { get: (origin) => trusted.get(origin) } });
    return outcomeOf(verifyResponse(new Response(content, { headers }), asked, policy));
  }

  it.each<[string, Change, number, string]>([
    ["in time", ({ runtime }) => runtime.setTime(NOW + 64.9), 60, "accepted"],
    ["CREDS-5.1.4.08: after the WIT is over", ({ runtime }) => runtime.setTime(NOW + 65), 60, "wit_expired"],
    ["HSIG-5.1.05: after the signature is over", ({ runtime }) => runtime.setTime(NOW + 25), 20, "signature_expired"],
    ["under the same keys, read anew", ({ trustOnly, issuer }) => trustOnly(issuer), 60, "accepted"],
    [
      "CREDS-3.04: after its key was withdrawn",
      async ({ trustOnly, runtime }) => trustOnly(await createTestIssuer(ORIGIN, { kid: "young", runtime })),
      60,
      "wit_key_not_found",
    ],
  ])("%s", async (_what, change, lifetime, outcome) => {
    expect(await outcomeAfter(change, lifetime)).toBe(outcome);
  });
});

describe("what is trusted as before when the content has arrived", () => {
  /** A trust store, and how often it is asked for a domain, and for a key. */
  async function watched({ trust }: Exchange) {
    const domain = (await trust.get(ORIGIN)) as TrustDomain;
    const asked = { domains: 0, keys: 0 };
    const select: KeySource["select"] = (...args) => {
      asked.keys++;
      return domain.keys.select(...args);
    };
    const same = { ...domain, keys: { ...domain.keys, select } };
    const get = (): TrustDomain => {
      asked.domains++;
      return same;
    };
    return { asked, trust: { get } };
  }

  it("is not verified in full again: a request", async () => {
    const exchange = await createExchange();
    const { asked, trust } = await watched(exchange);
    const { request } = await exchange.ask({}, new Request(AUDIENCE, { method: "POST", body: "two cones" }));
    await exchange.signatureVerifier({ trust }).verify(
      post(
        contentAfter(() => {}),
        request.headers,
      ),
    );
    expect(asked).toEqual({ domains: 2, keys: 1 });
  });

  it.each<[string, RequestInit, AnswerParts, boolean, number]>([
    ["a response", {}, {}, true, 2],
    ["a response whose content was there from the beginning", {}, {}, false, 1],
    ["a response to HEAD", { method: "HEAD" }, { body: null }, true, 1],
    ["a response 304", {}, { status: 304, body: null }, true, 1],
  ])("is not verified in full again: %s", async (_what, init, parts, byFetch, domains) => {
    const exchange = await createExchange();
    const { asked, trust } = await watched(exchange);
    const to = await exchange.ask({}, new Request(AUDIENCE, init));
    const view = await exchange.answer(to, parts);
    await verifyResponse(byFetch ? fetchedResponse(view) : view, to, exchange.responsePolicy({ trust }));
    expect(asked).toEqual({ domains, keys: 1 });
  });

  it("HSIG-5.1.05: a signature that is over by then violates what it says about times", async () => {
    const { runtime, ask, answer, responsePolicy, signatureVerifier } = await createExchange();
    const violation = { code: "signature_expired", requirement: "HSIG-5.1.05" };
    const to = await ask({}, new Request(AUDIENCE, { method: "POST", body: "two cones" }));
    const arriving = () => contentAfter(() => runtime.setTime(NOW + 65));
    const verifying = signatureVerifier().verify(post(arriving(), to.request.headers));
    await expect(verifying).rejects.toMatchObject(violation);
    runtime.setTime(NOW);
    const { headers } = fetchedResponse(await answer(to, { body: "two cones" }));
    const judging = verifyResponse(new Response(arriving(), { headers }), to, responsePolicy());
    await expect(judging).rejects.toMatchObject(violation);
  });
});
