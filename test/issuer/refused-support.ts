import { expect } from "vitest";
import { sha256Base64url } from "../../src/crypto/digest.js";
import { AGENT, problemIn, SERVER, type TestServer } from "../support/issuer-fixtures.js";
import { NOW, signRaw, workloadKey } from "../support/wit-fixtures.js";

/** A proof by hand, with changes; a member that is `undefined` is left out. */
export function rawProof(
  token: string,
  { header = {}, claims = {}, key = workloadKey }: { header?: object; claims?: object; key?: typeof workloadKey },
): string {
  const good = {
    aud: `${SERVER}/enrol`,
    sub: AGENT,
    iat: NOW,
    exp: NOW + 60,
    jti: "p1",
    bth: sha256Base64url(token),
    cnf: { jwk: workloadKey.publicJwk },
  };
  return signRaw({ alg: key.alg, typ: "wimse-enrolment+jwt", ...header }, { ...good, ...claims }, key);
}

export async function refusalOf(world: TestServer, request: Request): Promise<{ status: number; code: string }> {
  const { text, ...problem } = await problemIn(await world.server(request));
  expect(text).not.toContain(world.token);
  expect(Object.keys(JSON.parse(text))).toEqual(["type", "title", "status"]);
  return problem;
}
