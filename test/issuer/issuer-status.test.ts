import { describe, expect, it } from "vitest";
import { keyStateOf } from "../../src/issuer/issuer-status.js";
import type { KeyRecord } from "../../src/issuer/state.js";
import { clockOf, issuerWith } from "../support/issuer-fixtures.js";
import { NOW } from "../support/wit-fixtures.js";

const record: KeyRecord = { kid: "k1", algorithm: "ES256", publicJwk: {}, handle: { d: "secret" }, createdAt: NOW };

describe("what an issuer shows of itself", () => {
  it.each<[string, Partial<KeyRecord>, object]>([
    ["a key that nobody publishes", {}, { status: "pending" }],
    [
      "a key that waits",
      { publishedAt: NOW, activeFrom: NOW + 900 },
      { status: "published", publishedAt: NOW, activeFrom: NOW + 900 },
    ],
    [
      "a key that retires",
      { publishedAt: NOW, activatedAt: NOW, retireAt: NOW + 3720 },
      { status: "retiring", publishedAt: NOW, retireAt: NOW + 3720 },
    ],
  ])("is, of %s, what there is and no more", (_what, changes, shown) => {
    const key = { ...record, ...changes };
    expect(keyStateOf(key, [key])).toStrictEqual({ kid: "k1", algorithm: "ES256", ...shown });
  });

  it("is neither a failure nor a rotation where there is none", async () => {
    const issuer = await issuerWith(clockOf());
    expect(issuer.state()).toStrictEqual({
      keys: [
        {
          kid: expect.any(String),
          algorithm: "ES256",
          status: "active",
          publishedAt: NOW,
          activeFrom: NOW,
        },
      ],
      sequence: NOW * 1000,
    });
  });
});
