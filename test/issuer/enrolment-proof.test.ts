import { describe, expect, it } from "vitest";
import { enrolment, testServer } from "../support/issuer-fixtures.js";
import { keyFor } from "../support/wit-fixtures.js";
import { rawProof, refusalOf } from "./refused-support.js";

/** A proof for an RSA key of so many bytes, which nobody has. */
const ofLength = (length: number): Parameters<typeof rawProof>[1] => {
  const n = Buffer.alloc(length, 0xc5).toString("base64url");
  return { header: { alg: "RS256" }, claims: { cnf: { jwk: { kty: "RSA", n, e: "AQAB", alg: "RS256" } } } };
};

describe("a proof for an RSA key", () => {
  it.each(["RS256", "PS256"])("is as good as any other: %s", async (alg) => {
    const world = await testServer();
    const key = keyFor(alg);
    const proof = rawProof(world.token, { key, claims: { cnf: { jwk: key.publicJwk } } });
    expect((await world.server(await enrolment(world, { proof }))).status).toBe(200);
  });

  it.each([
    [512, "enrolment_signature_invalid"],
    [513, "enrolment_key_invalid"],
  ])("of %i bytes gets as far as %s: 4096 bits are the most that anybody verifies for it", async (length, code) => {
    const world = await testServer();
    const request = await enrolment(world, { proof: rawProof(world.token, ofLength(length)) });
    expect(await refusalOf(world, request)).toEqual({ status: 400, code });
  });
});
