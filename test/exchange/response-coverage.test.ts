import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { type SignedRequest, verifyResponse } from "../../src/index.js";
import { COVERED, COVERED_06, createExchange, nonceOf } from "../support/response-fixtures.js";
import { AUDIENCE, outcomeOf } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const asked = await exchange.ask();
const older = await exchange.ask({ revision: "http-signature-06" });

const refusal = async (covered: readonly string[], to = asked): Promise<[string, string | undefined]> => {
  const view = await exchange.answer(to, { covered });
  const error = await verifyResponse(view, to, exchange.responsePolicy()).then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof WimseError)) throw error ?? new Error("nothing was refused");
  return [error.code, error.requirement];
};
const replaced = (identifier: string, ...others: readonly string[]): string[] =>
  COVERED.flatMap((covered) => (covered === identifier ? others : [covered]));

describe("what a response signature has to cover", () => {
  const required: [string, string][] = [
    ["HSIG-3.12", '"@status"'],
    ["HSIG-3.13", '"@method";req'],
    ["HSIG-3.14", '"@path";req'],
    ["HSIG-3.15", '"@query";req'],
    ["HSIG-3.16", '"content-type"'],
    ["HSIG-3.17", '"content-digest"'],
    ["HSIG-3.18", '"workload-identity-token"'],
  ];

  it.each(required)("%s: without %s it is refused", async (requirement, identifier) => {
    expect(await refusal(replaced(identifier))).toEqual(["signature_component_missing", requirement]);
  });

  it("these are all", () => {
    expect(required.map(([, identifier]) => identifier).sort()).toEqual([...COVERED].sort());
  });

  it.each<[string, string, string]>([
    ["HSIG-3.12", '"@status"', '"@status";req'],
    ["HSIG-3.12", '"@status"', '"status"'],
    ["HSIG-3.13", '"@method";req', '"@method"'],
    ["HSIG-3.13", '"@method";req', '"@method";req=?0'],
    ["HSIG-3.13", '"@method";req', '"@method";req=1'],
    ["HSIG-3.13", '"@method";req', '"@method";req="true"'],
    ["HSIG-3.13", '"@method";req', '"method";req'],
    ["HSIG-3.13", '"@method";req', '"@method";req;x'],
    ["HSIG-3.14", '"@path";req', '"@path"'],
    ["HSIG-3.14", '"@path";req', '"@target-uri";req'],
    ["HSIG-3.15", '"@query";req', '"@query"'],
    ["HSIG-3.15", '"@query";req', '"@query-param";name="q";req'],
    ["HSIG-3.16", '"content-type"', '"content-type";req'],
    ["HSIG-3.16", '"content-type"', '"content-type";bs'],
    ["HSIG-3.17", '"content-digest"', '"content-digest";req'],
    ["HSIG-3.17", '"content-digest"', '"content-digest";sf'],
    ["HSIG-3.17", '"content-digest"', '"content-digest";key="sha-256"'],
    ["HSIG-3.17", '"content-digest"', '"content-digest";tr'],
    ["HSIG-3.18", '"workload-identity-token"', '"workload-identity-token";req'],
    ["HSIG-3.18", '"workload-identity-token"', '"workload-identity-token";bs'],
  ])("%s: in place of %s, %s is something else", async (requirement, identifier, lookAlike) => {
    expect(await refusal(replaced(identifier, lookAlike))).toEqual(["signature_component_missing", requirement]);
  });

  it("HSIG-3.05: the request target of revision 06 is neither path nor query", async () => {
    expect(await refusal(COVERED_06)).toEqual(["signature_component_missing", "HSIG-3.14"]);
  });

  it("of revision 06: its request target, and nothing in its place", async () => {
    expect(await refusal(COVERED_06.slice(0, -1), older)).toEqual(["signature_component_missing", "HSIG-3.14"]);
    expect(await refusal(COVERED, older)).toEqual(["signature_component_missing", "HSIG-3.14"]);
    expect(await refusal(COVERED_06.slice(1), older)).toEqual(["signature_component_missing", "HSIG-3.12"]);
  });

  it.each<[string, string]>([
    ["a component that occurs twice", '"@status"'],
    ["a field that is not there", '"x-missing"'],
    ["a component of the request in a response", '"@authority"'],
    ["a component that nobody knows", '"@weather"'],
  ])("%s cannot be covered", async (_what, extra) => {
    expect((await refusal([...COVERED, extra]))[0]).toMatch(/^signature_component_(?:invalid|unsupported)$/);
  });

  it("fields that are not there need no cover: HSIG-3.16, HSIG-3.17", async () => {
    const view = await exchange.answer(asked, {
      status: 204,
      body: null,
      lines: [],
      covered: ['"@status"', '"workload-identity-token"', '"@method";req', '"@path";req', '"@query";req'],
    });
    expect(await outcomeOf(verifyResponse(view, asked, exchange.responsePolicy()))).toBe("accepted");
  });

  it.each(["content-type", "CONTENT-TYPE", "Content-type"])(
    "HSIG-3.16: %s is there, in whatever letters",
    async (name) => {
      const lines = [[name, ""]] as const; // an empty one, too
      const covered = replaced('"content-type"');
      const view = await exchange.answer(asked, { lines, covered });
      expect(await outcomeOf(verifyResponse(view, asked, exchange.responsePolicy()))).toBe(
        "signature_component_missing",
      );
    },
  );

  it.each([AUDIENCE, "http://localhost:8080/tools"])(
    "R9421-2.4.01: scheme and authority of the request may be covered, too: %s",
    async (url) => {
      const covered = [...COVERED, '"@scheme";req', '"@authority";req'];
      const to = await exchange.ask({}, new Request(url));
      const elsewhere = await exchange.ask({}, new Request("https://svc.example.com:8443/tools"));
      const judge = async (signed: SignedRequest): Promise<string> => {
        const params = { "wimse-req-nonce": `"${nonceOf(signed)}"` };
        const view = await exchange.answer(to, { covered, params });
        return outcomeOf(verifyResponse(view, signed, exchange.responsePolicy()));
      };
      expect(await judge(to)).toBe("accepted");
      expect(await judge(elsewhere)).toBe("signature_invalid");
    },
  );
});
