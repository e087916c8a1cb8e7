import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { enrolment, post, problemIn, type TestServerOptions, testServer } from "../support/issuer-fixtures.js";
import { NOW } from "../support/wit-fixtures.js";
import { refusalOf } from "./refused-support.js";

describe("an enrolment is refused", () => {
  it.each<[string, string, number, TestServerOptions]>([
    [
      "when the policy throws",
      "enrolment_denied",
      403,
      {
        policy: () => {
          throw new Error("secret");
        },
      },
    ],
    ["when the policy says something else than true", "enrolment_denied", 403, { policy: () => "yes" as never }],
    [
      "when a check of one's own throws",
      "enrolment_bootstrap_refused",
      403,
      {
        bootstrap: [
          {
            type: "enrolment-token",
            check: () => {
              throw new Error("secret");
            },
          },
        ],
      },
    ],
    [
      "when the keys of the JWT's issuer are away",
      "trust_keys_unavailable",
      503,
      {
        bootstrap: [
          {
            type: "enrolment-token",
            check: () => {
              throw new WimseError("trust_keys_unavailable", "away");
            },
          },
        ],
      },
    ],
    [
      "when used proofs cannot be remembered",
      "replay_store_unavailable",
      503,
      {
        replay: {
          claim: () => {
            throw new Error("secret");
          },
        },
      },
    ],
  ])("%s: %s", async (_what, code, status, options) => {
    const world = await testServer(options);
    expect(await refusalOf(world, await enrolment(world))).toEqual({ status, code });
  });

  it("when there are too many, while renewals go on; and not later", async () => {
    const world = await testServer({ maxPerSecond: 1, uses: 9 });
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await world.server(await enrolment(world, { proof: "a" }))).status);
    expect(codes).toEqual([400, 400, 429]);
    const busy = await world.server(await enrolment(world));
    expect([busy.headers.get("retry-after"), (await problemIn(busy)).code]).toEqual(["1", "enrolment_overloaded"]);
    expect(world.events.at(-1)).toMatchObject({ operation: "enrol", outcome: "refused", code: "enrolment_overloaded" });
    expect((await world.server(post("/renew", {}))).status).not.toBe(429);
    world.runtime.setTime(NOW + 1);
    expect((await world.server(await enrolment(world))).status).toBe(200);
  });
});
