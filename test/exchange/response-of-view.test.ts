import { describe, expect, it } from "vitest";
import { verifyResponse } from "../../src/index.js";
import { createExchange } from "../support/response-fixtures.js";

const exchange = await createExchange();
const asked = await exchange.ask();

describe("the response that is made from a view", () => {
  it.each([200, 299, 404, 599])("HSIG-3.12: has its status: %d", async (status) => {
    const { response } = await verifyResponse(
      await exchange.answer(asked, { status }),
      asked,
      exchange.responsePolicy(),
    );
    expect(response.status).toBe(status);
  });

  it("has neither a status text nor a URL", async () => {
    const { response } = await verifyResponse(await exchange.answer(asked), asked, exchange.responsePolicy());
    expect([response.statusText, response.url]).toEqual(["", ""]);
  });
});

it("the URL of a response can be defined once more, as that of fetch can", async () => {
  const view = await exchange.answer(asked);
  const received = new Response("42", {
    headers: view.headers.map(([name, value]): [string, string] => [name, value]),
  });
  Object.defineProperty(received, "url", { value: "https://svc.example.com/tools" });
  const { response } = await verifyResponse(received, asked, exchange.responsePolicy());
  expect(response.url).toBe("https://svc.example.com/tools");
  Object.defineProperty(response, "url", { value: "https://svc.example.com/other" });
  expect(response.url).toBe("https://svc.example.com/other");
});
