import { overridden, type Part, part } from "./suite.js";
import { testData } from "./test-data.js";

/** A `Content-Digest` and the content that came with it. */
export interface DigestExample {
  readonly name: string;
  readonly field: string;
  readonly body_b64: string;
  readonly expect: "match" | "mismatch" | "unsupported" | "malformed" | "missing";
}

// The examples of RFC 9530, and changed copies of them, which are not part of this project.
const FILE = "content_digest.json";
const data = testData("rfc9530");
export const rfc9530Present: boolean = data.present;
export const digestExamples: readonly DigestExample[] = data.read(FILE, { vectors: [] as DigestExample[] }).vectors;

export const rfc9530Parts: readonly Part[] = [
  part("`Content-Digest`", [FILE], digestExamples, ({ expect: outcome }) =>
    outcome === "missing" ? overridden("an empty field is refused as malformed, and not taken for none") : undefined,
  ),
];
