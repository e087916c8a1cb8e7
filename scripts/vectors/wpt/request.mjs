// @ts-check
import {
  inBothFamilies,
  LIMIT,
  makeCase,
  makeRequest,
  rejectWith,
  REQUEST_CONTEXT,
  requestAccepted,
  requestRejected,
  withPolicy,
} from "../cases.mjs";
import { es256 } from "../keys.mjs";
import { makeWpt } from "../tokens.mjs";

/** @typedef {import("../cases.mjs").Line} Line */

/** Lines that bring a request to so many. @param {number} count @returns {Line[]} */
const lines = (count) => Array.from({ length: count }, (_, index) => [`X-Line-${index}`, "x"]);

/** @param {import("../cases.mjs").HttpRequest} request */
const octetsOf = ({ headers }) => headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);

/** A request with so many octets of header lines. @param {number} octets */
function padded(octets) {
  const plain = makeRequest(es256);
  const padding = octets - octetsOf(plain) - "X-Padding".length - 4;
  return { ...plain, headers: [...plain.headers, /** @type {Line} */ (["X-Padding", "x".repeat(padding)])] };
}

/** They have nothing to do with algorithms, so one family is enough. */
const limits = [
  requestAccepted("lines-256", "256 header lines", "ID-7.1.03", makeRequest(es256, { lines: lines(253) })),
  requestRejected(
    "lines-257",
    "257 header lines",
    "ID-7.1.03",
    "request_too_large",
    makeRequest(es256, { lines: lines(254) }),
    { note: LIMIT },
  ),
  requestAccepted("octets-65536", "64 KiB of header lines", "ID-7.1.03", padded(65536)),
  requestRejected("octets-65537", "an octet more", "ID-7.1.03", "request_too_large", padded(65537), { note: LIMIT }),
  requestAccepted(
    "target-16384",
    "a target of 16 KiB",
    "ID-7.1.03",
    makeRequest(es256, { target: "/orders/42?".padEnd(16384, "x") }),
  ),
  requestRejected(
    "target-16385",
    "a target of a character more",
    "ID-7.1.03",
    "request_too_large",
    makeRequest(es256, { target: "/orders/42?".padEnd(16385, "x") }),
    { note: LIMIT },
  ),
];

/** @type {import("../cases.mjs").VectorFile} */
export const requestHead = {
  suite: "wpt",
  name: "request",
  spec: "draft-ietf-wimse-wpt-02",
  description:
    "The head of the request around WIT and WPT, and policies that no recipient can have. An octet count of header lines takes four for each line besides name and value.",
  context: REQUEST_CONTEXT,
  cases: [
    ...limits,
    ...inBothFamilies((family) => {
      const plain = makeRequest(family);
      /** @param {Line} line */
      const withLine = (line) => makeRequest(family, { lines: [line] });
      /** @param {string} id @param {string} description @param {import("../cases.mjs").Json} policy @param {string[]} [also] */
      const refused = (id, description, policy, also = []) =>
        makeCase(
          "verifyRequest",
          id,
          description,
          "WPT-3.1.7.03",
          { ...plain },
          rejectWith(["configuration_invalid", ...also]),
          withPolicy(policy),
        );
      return [
        requestRejected(
          "line-end-in-value",
          "a line end in a field value",
          "WPT-2.02 R9421-2.04",
          "request_malformed",
          withLine(["X-Note", "a\r\nAuthorization: WPT x"]),
        ),
        requestRejected(
          "nul-in-value",
          "a NUL in a field value",
          "WPT-2.02 R9421-2.04",
          "request_malformed",
          withLine(["X-Note", "a\0b"]),
        ),
        requestRejected(
          "space-in-name",
          "a space after a field name",
          "CREDS-5.1.1.02",
          "request_malformed",
          withLine(["Txn-Token ", "x"]),
        ),
        requestRejected(
          "empty-name",
          "an empty field name",
          "CREDS-5.1.1.02",
          "request_malformed",
          withLine(["", "x"]),
        ),
        requestRejected(
          "line-end-in-proof",
          "a line end inside the proof",
          "WPT-2.24 R9421-2.04",
          ["request_malformed", "wpt_malformed"],
          makeRequest(family, { authorization: `WPT ${makeWpt(family).replace(".", ".\r\n ")}` }),
        ),
        requestRejected(
          "target-fragment",
          "a target with a fragment",
          "WPT-2.28",
          "request_malformed",
          makeRequest(family, { target: "/orders/42#top" }),
        ),
        requestRejected(
          "target-space",
          "a target with a space",
          "WPT-2.28",
          "request_malformed",
          makeRequest(family, { target: "/orders/42 HTTP/1.1" }),
        ),

        refused("no-audience", "a recipient without audiences", { audience: [] }, ["wpt_audience_mismatch"]),
        refused("empty-audience", "a recipient whose audience is empty", { audience: [""] }, ["wpt_audience_mismatch"]),
      ];
    }),
  ],
};
