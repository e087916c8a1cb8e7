import { describe, expect, it } from "vitest";
import { sha256Base64url } from "../../src/crypto/digest.js";
import { AuthenticatedResponse, SignedRequest, signRequest, verifyResponse } from "../../src/index.js";
import { verifyWit } from "../../src/wit.js";
import { verifyWpt } from "../../src/wpt.js";
import { createExchange } from "../support/response-fixtures.js";
import { AGENT, AUDIENCE, createWorld, mistake, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();
const { runtime, trust, credential } = world;
const oth = { "x-a": sha256Base64url("a") };
const wpt = await world.wpt({ claims: { oth } });
const verifier = world.verifier({ understoodTokens: ["x-a"] });
const request = await verifier.verify(await world.request({ wpt, lines: [["X-A", "a"]] }));
const wit = await verifyWit(world.wit, { trust, runtime });
const proof = await verifyWpt(wpt, wit, {
  audience: [AUDIENCE],
  understoodTokens: ["x-a"],
  otherTokens: { "x-a": "a" },
  runtime,
});
const signed = await signRequest(new Request(AUDIENCE), credential, { proof: "wpt", runtime });
const exchange = await createExchange();
const asked = await exchange.ask();
const answered = await verifyResponse(await exchange.answer(asked), asked, exchange.responsePolicy());

describe("ID-7.2.02: nobody changes what was found out", () => {
  it.each<[string, object, string]>([
    ["AuthenticatedRequest", request, "workload"],
    ["AuthenticatedWorkload", request.workload, "id"],
    ["VerifiedWit", wit, "id"],
    ["VerifiedWpt", proof, "tokenId"],
    ["WorkloadCredential", credential, "id"],
    ["SignedRequest", signed, "request"],
    ["SignedRequest with a signature", asked, "request"],
    ["AuthenticatedResponse", answered, "workload"],
  ])("about %s", (name, sealed, getter) => {
    const prototype = Object.getPrototypeOf(sealed) as object;
    expect(prototype.constructor.name).toBe(name.split(" ")[0]);
    for (const object of [sealed, prototype]) {
      expect(Object.isFrozen(object)).toBe(true);
      expect(() => Object.defineProperty(object, getter, { value: "planted" })).toThrow(TypeError);
      expect(() => Object.assign(object, { planted: true })).toThrow(TypeError);
      expect(() => Object.setPrototypeOf(object, { planted: true })).toThrow(TypeError);
    }
    expect(Reflect.get(sealed, getter)).not.toBe("planted");
  });

  it("not from a callback either", async () => {
    const refused: unknown[] = [];
    const plant = (sealed: object): void => {
      try {
        Object.defineProperty(sealed, "id", { value: { uri: "wimse://example.com/admin" } });
      } catch (error) {
        refused.push(error);
      }
    };
    const hostile = world.verifier({
      isRevoked: (revocable) => {
        plant(revocable);
        return false;
      },
      allow: (workload) => {
        plant(workload);
        return true;
      },
    });
    for (let i = 0; i < 2; i++) {
      expect((await hostile.verify(await world.request())).workload.id.uri).toBe(AGENT);
    }
    expect(refused).toEqual(Array.from({ length: 4 }, () => expect.any(TypeError)));
  });
});

describe("ID-7.2.02: nobody makes one", () => {
  it.each<[string, { readonly prototype: object }, string]>([
    ["SignedRequest", SignedRequest, "request"],
    ["AuthenticatedResponse", AuthenticatedResponse, "workload"],
  ])("%s", (_name, sealed, getter) => {
    const Open = sealed as unknown as new (...args: unknown[]) => object;
    class Sub extends Open {}
    for (const make of [() => new Open(), () => new Open(Symbol("seal"), new Response(), undefined), () => new Sub()]) {
      expect(make).toThrow(expect.objectContaining(mistake));
    }
    expect(() => Reflect.get(Object.create(sealed.prototype), getter)).toThrow(TypeError);
  });

  it("a copy of a signed request has nothing that a response could be held against", async () => {
    const copies = [{ request: asked.request }, Object.create(asked), structuredClone({}), new Proxy(asked, {})];
    for (const copy of copies) {
      const judged = verifyResponse(new Response(), copy as SignedRequest, exchange.responsePolicy());
      expect(await outcomeOf(judged)).toBe("configuration_invalid");
    }
  });
});

describe("WPT-2.37: the tokens that a proof covers are handed over as a copy", () => {
  it.each<[string, () => ReadonlyMap<string, string>]>([
    ["AuthenticatedRequest", () => request.tokens.others],
    ["VerifiedWpt", () => proof.otherTokens],
  ])("by %s", (_name, tokens) => {
    const map = tokens() as Map<string, string>;
    map.set("x-a", "planted");
    map.set("x-b", "planted");
    expect(tokens()).toEqual(new Map([["x-a", "a"]]));
    map.clear();
    expect(tokens().get("x-a")).toBe("a");
  });

  it("in an object that nobody changes", () => {
    expect(Object.isFrozen(request.tokens)).toBe(true);
  });
});

it("a used proof stays used, whatever is done to what came of it", async () => {
  const view = await world.request({ wpt, lines: [["X-A", "a"]] });
  expect(await outcomeOf(verifier.verify(view))).toBe("wpt_replayed");
});
