import { describe, expect, it } from "vitest";
import { identityServerSource } from "../../src/issuer/identity-server-source.js";
import { SERVER, testServer } from "../support/issuer-fixtures.js";
import { expectMistake, expectWimseError } from "../support/wit-fixtures.js";
import { sources } from "./source-support.js";

const sourceOf = sources();
const pathOf = ({ url }: Request): string => new URL(url).pathname;

describe("an attempt of identityServerSource", () => {
  it.each<[string, () => Response | Promise<Response>, string, boolean]>([
    ["nothing", () => Promise.reject(new TypeError("fetch failed")), "failed", false],
    ["204", () => new Response(null, { status: 204 }), "credential_unavailable", false],
    ["a redirect", () => new Response(null, { status: 302 }), "credential_unavailable", false],
    ["399", () => new Response("{}", { status: 399 }), "credential_unavailable", false],
    ["500", () => new Response("{}", { status: 500 }), "credential_unavailable", false],
    ["503", () => new Response("{}", { status: 503 }), "credential_unavailable", false],
    [
      "429",
      () => Response.json({ type: "urn:wimse:problem:enrolment_overloaded" }, { status: 429 }),
      "enrolment_overloaded",
      false,
    ],
    ["400", () => new Response("{}", { status: 400 }), "", true],
    ["403", () => new Response("{}", { status: 403 }), "", true],
    ["499", () => new Response("{}", { status: 499 }), "", true],
  ])(
    "whose renewal is answered with %s enrols anew only where that is a refusal",
    async (_what, answer, failure, anew) => {
      const world = await testServer({ uses: 9 });
      const seen: string[] = [];
      const source = sourceOf(world, {}, async (request) => {
        seen.push(pathOf(request));
        return pathOf(request) === "/renew" ? answer() : world.server(request);
      });
      await source.current();
      await source.renew();
      expect(seen).toEqual(["/enrol", "/renew", ...(anew ? ["/enrol"] : [])]);
      expect(source.state().failure ?? "").toBe(failure);
    },
  );

  it("takes no WIT that came by a redirect", async () => {
    const world = await testServer();
    const source = sourceOf(world, {}, async (request) =>
      Object.defineProperty(await world.server(request), "redirected", { value: true }),
    );
    await expectWimseError(async () => source.current(), "credential_unavailable");
    expect(source.state().failure).toBe("credential_unavailable");
  });

  it.each<[string, () => unknown, string]>([
    ["an empty text", () => "", "credential_unavailable"],
    ["nothing", () => undefined, "credential_unavailable"],
    ["a number", async () => 7, "credential_unavailable"],
    ["a list of one secret", () => ["secret"], "credential_unavailable"],
    ["an error", () => Promise.reject(new Error("secret")), "failed"],
  ])("sends nothing when what vouches for the workload reads as %s", async (_what, value, failure) => {
    const world = await testServer();
    let sent = 0;
    const bootstrap = { type: "enrolment-token", value: value as () => string };
    const source = sourceOf(world, { bootstrap }, async (request) => {
      sent++;
      return world.server(request);
    });
    await expectWimseError(async () => source.current(), "credential_unavailable", undefined, "secret");
    expect([source.state().failure, sent]).toEqual([failure, 0]);
  });

  it("is told to whoever wants to know", async () => {
    const world = await testServer();
    const told: string[] = [];
    const source = sourceOf(world, { onChange: ({ status }) => told.push(status) });
    await source.current();
    await source.close();
    expect(told).toEqual(["ready", "closed"]);
  });
});

it.each([undefined, null, "options"])("identityServerSource checks that there are options: %s", async (options) => {
  await expectMistake(
    () => identityServerSource(SERVER, options as never),
    /^identityServerSource: an object is required$/,
  );
});

it("identityServerSource checks that onChange is a function", async () => {
  const world = await testServer();
  await expectMistake(() => sourceOf(world, { onChange: "log" as never }), /onChange/);
});
