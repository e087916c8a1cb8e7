import { describe, expect, it } from "vitest";
import { contentDigest, type HttpMessageView, type HttpRequestView, parseSignatures } from "wimse/httpsig";
import {
  ALGORITHM_NAMES,
  CONTENT,
  contextOf,
  EXCHANGES,
  type Exchange,
  REQUEST,
  signed,
  withLines,
  weSign,
  weVerify,
} from "./exchanges.js";
import { ourBase, theirBase, theySign, theyVerify } from "./http-message-signatures.js";

/** What only one of the two packages can do, and both sides do alike. */
const MORE: Readonly<Record<string, Exchange>> = {
  "a request, its target as on the request line": { message: REQUEST, components: ["@request-target"] },
  "parameters of a query": {
    message: { ...REQUEST, target: "/a?b=c+d&e%20f=%C3%A4&g=&h=*-._" },
    components: ["b", "e%20f", "g", "h"].map((name) => `"@query-param";name="${name}"`),
  },
  "fields as bytes": { message: REQUEST, components: ['"cache-control";bs', '"x-empty";bs', '"x-spaced";bs'] },
  "structured fields, spelled strictly": {
    message: withLines(REQUEST, ["Priority", "u=1,    i"]),
    components: ['"content-digest";sf', '"priority";sf', '"priority";key="u"'],
  },
};
const exchanges = Object.entries({ ...EXCHANGES, ...MORE });
const changed = <T extends HttpMessageView>(message: T): T => ({
  ...message,
  ...("status" in message ? { status: 200 } : { method: "PUT" }),
});

describe.each(exchanges)("%s", (_, exchange) => {
  it("has one signature base (R9421-2.5.02)", () => {
    expect(ourBase(exchange)).toBe(theirBase(exchange));
  });

  it.each(ALGORITHM_NAMES)("they sign with %s, we verify (R9421-3.2.06)", async (name) => {
    const message = await theySign(exchange, name);
    expect(await weVerify(message, name, contextOf(exchange))).toBe("accepted");
  });

  it.each(ALGORITHM_NAMES)("we sign with %s, they verify (R9421-3.1.03)", async (name) => {
    expect(await theyVerify(await weSign(exchange, name), name, exchange.request)).toBe(true);
  });
});

it("the digest that is signed is that of the content (R9421-7.2.8.01)", async () => {
  const [, digest] = REQUEST.headers.find(([name]) => name === "Content-Digest") ?? [];
  expect(await contentDigest(CONTENT)).toBe(digest);
});

describe("what is changed afterwards", () => {
  it.each(["a request, its derived components", "a response"])(
    "of %s fails on both sides (R9421-3.2.07)",
    async (key) => {
      const exchange = EXCHANGES[key] as Exchange;
      const theirs = changed(await theySign(exchange, "ed25519"));
      const ours = changed(await weSign(exchange, "ed25519"));
      for (const message of [theirs, ours]) {
        expect(await weVerify(message, "ed25519")).toBe("signature_invalid");
        expect(await theyVerify(message, "ed25519")).toBe(false);
      }
    },
  );
});

describe("several signatures of one message (R9421-3.2.01)", () => {
  it("theirs beside ours: each verifies, for us by its label, for them all", async () => {
    const ours = await weSign(signed(REQUEST), "ed25519", "ours");
    const both = await theySign(signed(ours), "ed25519", { name: "theirs" });
    expect(parseSignatures(both).map(({ label }) => label)).toEqual(["ours", "theirs"]);
    for (const label of ["ours", "theirs"]) expect(await weVerify(both, "ed25519", { label })).toBe("accepted");
    expect(await theyVerify(both, "ed25519", undefined, { all: true })).toBe(true);
  });

  it("ours beside theirs, in lines of their own", async () => {
    const theirs = await theySign(signed(REQUEST), "ed25519", { name: "theirs" });
    const both = await weSign(signed(theirs), "ed25519", "ours");
    for (const label of ["ours", "theirs"]) expect(await weVerify(both, "ed25519", { label })).toBe("accepted");
    expect(await theyVerify(both, "ed25519", undefined, { all: true })).toBe(true);
  });

  it("a response that covers one of the request", async () => {
    const request = await theySign(signed(REQUEST), "ed25519");
    const components = ["@status", '"signature";req;key="sig1"', '"@method";req'];
    const exchange = { message: { status: 200, headers: [] }, request: request as HttpRequestView, components };
    const theirs = await theySign(exchange, "ecdsa-p256-sha256");
    expect(await weVerify(theirs, "ecdsa-p256-sha256", contextOf(exchange))).toBe("accepted");
    const ours = await weSign(exchange, "ecdsa-p256-sha256");
    expect(await theyVerify(ours, "ecdsa-p256-sha256", exchange.request)).toBe(true);
  });
});
