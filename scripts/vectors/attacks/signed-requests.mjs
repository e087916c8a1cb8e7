// @ts-check
import { inBothFamilies } from "../cases.mjs";
import { digestOf, makeSigned, SIGNED_CONTEXT, SPEC, signedAccepted, signedRejected } from "../signed.mjs";
import { makeWit } from "../tokens.mjs";
import { added, bodyOf, exchanged, exchangedInput, stripped } from "./on-the-way.mjs";

/** @typedef {import("../cases.mjs").Line} Line */
/** @typedef {import("../signed.mjs").SignedRequest} SignedRequest */
/** @typedef {[id: string, description: string, requirements: string, codes: string | string[], request: SignedRequest]} Row */

const CHANGED = "HSIG-5.2.03";
const TXN_TOKEN = "eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.eyJ0eG4iOiI5N2I0In0.c2lnbmF0dXJl";
const invalid = "signature_invalid";
const uncovered = "signature_component_missing";

/** @type {import("../cases.mjs").VectorFile} */
export const signedRequestAttacks = {
  suite: "attacks",
  name: "signed-requests",
  spec: SPEC,
  description:
    "Signed requests in the hands of somebody else: with a stolen WIT, sent elsewhere, or changed on the way.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    const plain = makeSigned(family);
    const stolen = makeWit(family);
    const thief = { ...family, agent: family.neighbour };
    const thiefsWit = makeWit(thief, { claims: { sub: "wimse://example.com/mallory" } });
    const content = makeSigned(family, { body: "two cones" });
    const bearer = makeSigned(family, { lines: [["Authorization", "Bearer mF_9.B5f-4.1JqM"]] });
    const txn = makeSigned(family, { lines: [["Txn-Token", TXN_TOKEN]] });
    const sameKey = makeWit(family, { claims: { sub: "wimse://example.com/admin" } });
    const demanding = { sign: { parameters: { "wimse-sign-response": "" } } };

    /** @type {Row[]} */
    const requests = [
      [
        "stolen-alone",
        "a stolen WIT without a signature",
        "HSIG-5.1.01",
        "proof_missing",
        makeSigned(family, { sign: null }),
      ],
      [
        "stolen-with-own-key",
        "a stolen WIT under a signature of the thief's key",
        "HSIG-3.1.04 HSIG-5.1.01",
        invalid,
        makeSigned(family, { wit: stolen, sign: { key: family.neighbour } }),
      ],
      [
        "stolen-exchanged",
        "a stolen WIT in the place of the thief's own, under the thief's signature",
        "HSIG-3.11",
        invalid,
        exchanged(makeSigned(thief, { wit: thiefsWit }), "Workload-Identity-Token", stolen),
      ],
      [
        "same-key-other-workload",
        "the WIT of another workload with the same key in the place of the one that was signed",
        "HSIG-3.11",
        invalid,
        exchanged(plain, "Workload-Identity-Token", sameKey),
      ],
      [
        "same-key-other-wit",
        "another WIT of the same workload and key",
        "HSIG-3.11",
        invalid,
        exchanged(plain, "Workload-Identity-Token", makeWit(family, { claims: { scope: "admin" } })),
      ],
      [
        "for-another-service",
        "a request that was signed for another service, with the Host of this one",
        "HSIG-3.2.05",
        "signature_audience_mismatch",
        makeSigned(family, { sign: { parameters: { "wimse-aud": '"https://shop.example.com/orders/42"' } } }),
      ],
      [
        "host-says-so",
        "the same, with the Host of the other service",
        "HSIG-3.2.05",
        "signature_audience_mismatch",
        makeSigned(family, {
          host: "shop.example.com",
          sign: { parameters: { "wimse-aud": '"https://shop.example.com/orders/42"' } },
        }),
      ],
      [
        "forwarded-host-says-so",
        "the same, with the other service in X-Forwarded-Host",
        "HSIG-3.2.05",
        "signature_audience_mismatch",
        makeSigned(family, {
          lines: [["X-Forwarded-Host", "shop.example.com"]],
          sign: { parameters: { "wimse-aud": '"https://shop.example.com/orders/42"' } },
        }),
      ],
      ["method", "another method", `HSIG-3.01 ${CHANGED}`, invalid, { ...plain, method: "DELETE" }],
      ["method-case", "the method in small letters", `HSIG-3.01 ${CHANGED}`, invalid, { ...plain, method: "get" }],
      ["path", "another path", `HSIG-3.02 ${CHANGED}`, invalid, { ...plain, target: "/orders/43?x=1" }],
      [
        "path-encoded",
        "the path in another encoding",
        `HSIG-3.02 ${CHANGED}`,
        invalid,
        { ...plain, target: "/orders/4%32?x=1" },
      ],
      [
        "path-dots",
        "a longer way to the path",
        `HSIG-3.02 ${CHANGED}`,
        invalid,
        { ...plain, target: "/orders/./42?x=1" },
      ],
      ["query", "another query", `HSIG-3.03 ${CHANGED}`, invalid, { ...plain, target: "/orders/42?x=2" }],
      ["query-added", "a query more", `HSIG-3.03 ${CHANGED}`, invalid, { ...plain, target: "/orders/42?x=1&admin=1" }],
      ["query-removed", "no query", `HSIG-3.03 ${CHANGED}`, invalid, { ...plain, target: "/orders/42" }],
      ["body", "another content", "HSIG-3.21", "content_digest_mismatch", { ...content, body: bodyOf("six cones") }],
      [
        "body-and-digest",
        "another content with its digest",
        `HSIG-3.08 ${CHANGED}`,
        invalid,
        exchanged({ ...content, body: bodyOf("six cones") }, "Content-Digest", digestOf("six cones")),
      ],
      [
        "digest-line-added",
        "another content, and a line with its digest",
        `HSIG-3.08 ${CHANGED}`,
        invalid,
        added({ ...content, body: bodyOf("six cones") }, ["Content-Digest", digestOf("six cones", "sha-512")]),
      ],
      [
        "digest-removed",
        "another content, and no digest",
        `HSIG-3.08 ${CHANGED} R9421-2.5.03`,
        "signature_component_invalid",
        stripped({ ...content, body: bodyOf("six cones") }, "Content-Digest"),
      ],
      [
        "type",
        "another Content-Type",
        `HSIG-3.07 ${CHANGED}`,
        invalid,
        exchanged(content, "Content-Type", "text/html"),
      ],
      [
        "type-added",
        "a Content-Type that was added",
        `HSIG-3.07 ${CHANGED}`,
        uncovered,
        added(plain, ["Content-Type", "text/html"]),
      ],
      [
        "authorization",
        "another bearer token",
        `HSIG-3.09 ${CHANGED}`,
        invalid,
        exchanged(bearer, "Authorization", "Bearer of-somebody-else"),
      ],
      [
        "authorization-added",
        "a bearer token that was added",
        `HSIG-3.09 ${CHANGED}`,
        uncovered,
        added(plain, ["Authorization", "Bearer of-somebody-else"]),
      ],
      [
        "authorization-removed",
        "a bearer token that was removed",
        `HSIG-3.09 ${CHANGED} R9421-2.5.03`,
        "signature_component_invalid",
        stripped(bearer, "Authorization"),
      ],
      [
        "authorization-doubled",
        "a second bearer token",
        `HSIG-3.09 ${CHANGED} WPT-2.23`,
        ["request_malformed", invalid],
        added(bearer, ["authorization", "Bearer of-somebody-else"]),
      ],
      ["txn-token", "another Txn-Token", `HSIG-3.10 ${CHANGED}`, invalid, exchanged(txn, "Txn-Token", `${TXN_TOKEN}x`)],
      [
        "txn-token-added",
        "a Txn-Token that was added",
        `HSIG-3.10 ${CHANGED}`,
        uncovered,
        added(plain, ["Txn-Token", TXN_TOKEN]),
      ],
      [
        "coverage-cut",
        "a component that was removed from Signature-Input",
        `HSIG-3.09 ${CHANGED}`,
        [uncovered, invalid],
        exchangedInput(bearer, ' "authorization"', ""),
      ],
      [
        "expires-moved",
        "a later expires in Signature-Input",
        "HSIG-3.23",
        invalid,
        exchangedInput(plain, ";expires=1790000060", ";expires=1790000300"),
      ],
      [
        "nonce-changed",
        "another nonce in Signature-Input",
        "HSIG-3.39",
        invalid,
        exchangedInput(plain, ';nonce="', ';nonce="x'),
      ],
      [
        "audience-changed",
        "another wimse-aud in Signature-Input",
        "HSIG-3.2.01",
        invalid,
        exchangedInput(
          makeSigned(family, { sign: { parameters: { "wimse-aud": '"https://shop.example.com/orders/42"' } } }),
          "//shop.",
          "//svc.",
        ),
      ],
      [
        "demand-removed",
        "the demand for a signed response removed from Signature-Input",
        "HSIG-3.3.01",
        invalid,
        exchangedInput(makeSigned(family, demanding), ";wimse-sign-response", ""),
      ],
      [
        "tag-moved",
        "a signature of the agent for another purpose under the tag",
        "HSIG-3.33",
        invalid,
        exchangedInput(
          makeSigned(family, { sign: { parameters: { tag: '"other"' } } }),
          '"other"',
          '"wimse-workload-to-workload"',
        ),
      ],
      [
        "signature-of-intermediary",
        "the signature of an intermediary in the place of the agent's",
        CHANGED,
        invalid,
        makeSigned(family, { sign: { key: family.stranger } }),
      ],
    ];
    return [
      ...requests.map((row) => signedRejected(...row)),
      signedAccepted(
        "intermediary-for-itself",
        "an intermediary with WIT and signature of its own is itself, and nobody else",
        CHANGED,
        makeSigned(thief, { wit: thiefsWit }),
      ),
    ];
  }),
};
