import { describe, expect, it } from "vitest";
import { contentDigest, verifyContentDigest } from "../../src/http/content-digest.js";
import { type DigestExample, rfc9530Present as present, digestExamples as vectors } from "./rfc9530.js";

it("the examples of RFC 9530 are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

/** Override: an empty field is not the same as none, and is refused as what it is. */
const CODES = {
  mismatch: "content_digest_mismatch",
  unsupported: "content_digest_unsupported",
  malformed: "content_digest_malformed",
  missing: "content_digest_malformed",
};

describe.runIf(present)("examples of RFC 9530", () => {
  it("are as many as are told here", () => {
    const count = (kind: DigestExample["expect"]): number => vectors.filter((vector) => vector.expect === kind).length;
    expect([count("match"), count("mismatch"), count("unsupported"), count("malformed"), count("missing")]).toEqual([
      12, 6, 6, 2, 1,
    ]);
  });

  it.each(vectors.map((vector): [string, DigestExample] => [vector.name, vector]))("%s", async (_name, vector) => {
    const body = Buffer.from(vector.body_b64, "base64");
    const verified = verifyContentDigest(vector.field, body);
    if (vector.expect === "match") await expect(verified).resolves.toBeUndefined();
    else await expect(verified).rejects.toThrow(expect.objectContaining({ code: CODES[vector.expect] }));
  });

  it.each(vectors.filter((vector) => vector.expect === "match"))(
    "are what contentDigest writes: $name",
    async (vector) => {
      const body = Buffer.from(vector.body_b64, "base64");
      const written = [await contentDigest(body, "sha-256"), await contentDigest(body, "sha-512")];
      for (const digest of vector.field.split(", ")) expect(written).toContain(digest);
    },
  );
});
