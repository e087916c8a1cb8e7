import type { JWK } from "jose";
import { describe, expect, it } from "vitest";
import { createSigner } from "wimse/credential";
import { encodeBase64url } from "../../src/base/base64url.js";
import { checkCriticalHeaders, readCompactJws } from "../../src/crypto/jws.js";
import { readPublicJwk } from "../../src/crypto/public-key.js";
import { codeOf } from "../httpsig/support.js";
import { mistake } from "../support/wpt-fixtures.js";
import { cookbookKeys, cookbookTokens, joseCookbookPresent as present } from "./jose-cookbook.js";
import { readParts, verifies } from "./jws-verification.js";

it("the JOSE cookbook is present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

const isPrivate = ({ d }: JWK): boolean => d !== undefined;

function publicHalf(jwk: JWK): JWK {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...rest } = jwk;
  return rest as JWK;
}

describe.runIf(present)("keys of the JOSE cookbook", () => {
  const applicable = cookbookKeys.filter(({ difference }) => difference === undefined);

  it("are as many as are told here", () => {
    expect([cookbookKeys.length, applicable.length]).toEqual([6, 4]);
  });

  it.each(applicable.filter(({ jwk }) => !isPrivate(jwk)))("$file is read", ({ jwk }) => {
    expect(readPublicJwk(jwk)).toEqual({ kind: "usable", key: jwk });
  });

  it.each(applicable.filter(({ jwk }) => isPrivate(jwk)))(
    "CREDS-5.1.09: $file signs, and is not read as a public key",
    async ({ jwk }) => {
      const algorithm = jwk.kty === "RSA" ? "RS256" : "ES512";
      const { publicJwk } = await createSigner(jwk, algorithm);
      const { kid: _kid, use: _use, ...material } = publicHalf(jwk);
      expect(publicJwk).toMatchObject({ ...material, alg: algorithm });
      expect(Object.keys(publicJwk)).not.toContain("d");
      expect(readPublicJwk(jwk).kind).toBe("refused");
    },
  );

  it.each(cookbookKeys.filter(({ jwk }) => jwk.kty === "oct"))(
    "CREDS-5.1.09: $file is not read, and does not sign",
    async ({ jwk }) => {
      expect(readPublicJwk(jwk).kind).toBe("refused");
      await expect(createSigner(jwk, "ES256")).rejects.toThrow(expect.objectContaining(mistake));
    },
  );
});

describe.runIf(present)("tokens of the JOSE cookbook", () => {
  const applicable = cookbookTokens.filter(({ difference }) => difference === undefined);
  const others = cookbookTokens.filter(({ difference }) => difference !== undefined);

  it("are as many as are told here", () => {
    expect([cookbookTokens.length, applicable.length]).toEqual([31, 4]);
  });

  it.each(applicable)("$name: verifies, and with another payload does not", async ({ token, jwk }) => {
    expect(await verifies(token, publicHalf(jwk))).toBe(true);
    const [header, , signature] = token.split(".");
    const other = `${header}.${encodeBase64url(new Uint8Array([123, 125]))}.${signature}`;
    expect(await verifies(other, publicHalf(jwk))).toBe(false);
  });

  it.each(applicable)("$name: is made again", async ({ token, jwk, algorithm, isReproducible }) => {
    const signer = await createSigner(jwk, algorithm);
    const signingInput = token.slice(0, token.lastIndexOf("."));
    const signature = await signer.sign(Buffer.from(signingInput));
    const again = `${signingInput}.${encodeBase64url(signature)}`;
    expect(again === token).toBe(isReproducible);
    expect(await verifies(again, publicHalf(jwk))).toBe(true);
  });

  it.each(others)("CREDS-5.1.4.02: $name: verifies with no key, and is no token", async ({ token, jwk }) => {
    expect(await verifies(token, jwk)).toBe(false);
    expect(await verifies(token, publicHalf(jwk))).toBe(false);
    expect(codeOf(() => readCompactJws(token, "wit"))).toBe("wit_malformed");
  });

  it("CREDS-5.1.4.01: a payload that is not encoded is refused for its header too", () => {
    const compact = cookbookTokens.filter(({ file, isCompact }) => file.startsWith("rfc7797/") && isCompact);
    expect(compact).toHaveLength(1);
    for (const { token } of compact) {
      const encoded = `${token.split(".")[0]}.e30.AA`;
      expect(codeOf(() => checkCriticalHeaders(readParts(encoded)?.header ?? {}, "wit"))).toBe(
        "wit_critical_header_unsupported",
      );
    }
  });
});
