import { expect, it } from "vitest";
import { faultOfSigned } from "../../src/conformance/signed-output.js";
import { AUDIENCE, CONTEXT, newSignedRequest } from "./support.js";

it.each<[string, boolean, string, string | undefined]>([
  ["in its signature", true, "X-A", undefined],
  ["nowhere", false, "X-A", "it does not ask for a signed response"],
  ["in another field", false, "X-Signature-Input", "it does not ask for a signed response"],
])("HSIG-3.28: a request that asks for a signed response %s", async (_what, requireSignedResponse, field, fault) => {
  const { headers } = await newSignedRequest({ requireSignedResponse, method: "GET" });
  const value = field === "X-A" ? "a" : 'a=();wimse-sign-response;tag="a"';
  const output = { headers: [...headers.filter(([name]) => name !== "Host"), [field, value]] };
  const input = { method: "GET", url: `${AUDIENCE}?x=1`, headers: [], options: { requireSignedResponse: true } };
  expect(await faultOfSigned("signRequest", CONTEXT, input, output)).toBe(fault);
});
