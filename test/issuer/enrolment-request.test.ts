import { describe, expect, it } from "vitest";
import { contentOf, readEnrolmentRequest } from "../../src/issuer/enrolment-request.js";
import { enrolment, post, SERVER, testServer } from "../support/issuer-fixtures.js";
import { expectWimseError } from "../support/wit-fixtures.js";
import { refusalOf } from "./refused-support.js";

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const bootstrap = { type: "enrolment-token", value: "secret" };

describe("the content of a request", () => {
  it("is what it has to be, for an enrolment and for a renewal", () => {
    expect(readEnrolmentRequest(bytes({ bootstrap, proof: "a" }), true)).toEqual({ proof: "a", bootstrap });
    expect(readEnrolmentRequest(bytes({ proof: "a" }), false)).toEqual({ proof: "a" });
  });

  it.each<[string, unknown, boolean]>([
    ["no object", "a", true],
    ["no members", {}, true],
    ["a proof that is a number", { proof: 7, bootstrap }, true],
    ["a proof that is a list of one", { proof: ["a"], bootstrap }, true],
    ["no proof, and something else in its place", { bootstrap, evidence: "a" }, true],
    ["no bootstrap", { proof: "a" }, true],
    ["a bootstrap that is null", { proof: "a", bootstrap: null }, true],
    ["a bootstrap that is text", { proof: "a", bootstrap: "secret" }, true],
    ["a type that is a number", { proof: "a", bootstrap: { ...bootstrap, type: 7 } }, true],
    ["a value that is a number", { proof: "a", bootstrap: { ...bootstrap, value: 7 } }, true],
    ["a value that is a list of one", { proof: "a", bootstrap: { ...bootstrap, value: ["secret"] } }, true],
    ["no proof, at a renewal", {}, false],
    ["a proof that is a number, at a renewal", { proof: 7 }, false],
    ["a bootstrap, at a renewal", { proof: "a", bootstrap }, false],
  ])("is refused with %s", async (_what, value, withBootstrap) => {
    await expectWimseError(() => readEnrolmentRequest(bytes(value), withBootstrap), "enrolment_malformed");
  });

  it("is empty where there is none, which is refused as malformed", async () => {
    const world = await testServer();
    const headers = { "Content-Type": "application/json" };
    for (const path of ["/enrol", "/renew"]) {
      const none = new Request(`${SERVER}${path}`, { method: "POST", headers });
      expect(none.body).toBeNull();
      expect(await contentOf(none, none.signal)).toEqual(new Uint8Array());
    }
    const none = new Request(`${SERVER}/enrol`, { method: "POST", headers });
    expect(await refusalOf(world, none)).toEqual({ status: 400, code: "enrolment_malformed" });
  });

  it("is not asked for where a page sends it: another media type, or an origin", async () => {
    const world = await testServer({ uses: 9 });
    for (const [name, value] of [
      ["Content-Type", "text/plain"],
      ["Content-Type", "application/jsonx"],
      ["Origin", SERVER],
    ] as const) {
      const request = await enrolment(world);
      request.headers.set(name, value);
      expect(await refusalOf(world, request)).toEqual({ status: 400, code: "enrolment_malformed" });
    }
    const untyped = post("/enrol", {});
    untyped.headers.delete("Content-Type");
    expect(await refusalOf(world, untyped)).toEqual({ status: 400, code: "enrolment_malformed" });
    const typed = await enrolment(world);
    typed.headers.set("Content-Type", "Application/JSON ; charset=utf-8");
    expect((await world.server(typed)).status).toBe(200);
  });
});
