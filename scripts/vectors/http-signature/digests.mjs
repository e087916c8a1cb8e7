// @ts-check
import { matchingDigests } from "./digests/matching.mjs";
import { refusedDigests } from "./digests/refused.mjs";
import { writtenDigests } from "./digests/written.mjs";

/** @type {import("../cases.mjs").VectorFile} */
export const contentDigests = {
  suite: "http-signature",
  name: "digests",
  spec: "rfc9530",
  description:
    "The field Content-Digest by itself: what it is for some content, and whether it is that of some content.",
  context: {},
  cases: [...writtenDigests, ...matchingDigests, ...refusedDigests],
};
