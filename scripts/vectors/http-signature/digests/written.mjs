// @ts-check
// What Content-Digest is for some content.

import { acceptWith, makeCase, rejectWith } from "../../cases.mjs";
import { bodyOf, EVERY_BYTE, NOTHING, sha256, sha512, TEXT } from "./contents.mjs";

const FIELD = "R9530-2.01";
const ACTIVE = "R9530-5.01";
const OUTDATED = "R9530-5.02";

/** @param {string} id @param {string} description @param {string} requirements @param {Uint8Array} content */
const written = (id, description, requirements, content) => [
  makeCase(
    "contentDigest",
    `sha-256-of-${id}`,
    `SHA-256 of ${description}`,
    `${FIELD} ${requirements}`,
    { body: bodyOf(content), algorithm: "sha-256" },
    acceptWith({ field: sha256(content) }),
  ),
  makeCase(
    "contentDigest",
    `sha-512-of-${id}`,
    `SHA-512 of ${description}`,
    `${FIELD} ${requirements}`,
    { body: bodyOf(content), algorithm: "sha-512" },
    acceptWith({ field: sha512(content) }),
  ),
];

/** @param {string} id @param {string} description @param {string} requirements @param {string} algorithm */
const notWritten = (id, description, requirements, algorithm) =>
  makeCase(
    "contentDigest",
    id,
    description,
    requirements,
    { body: bodyOf(TEXT), algorithm },
    rejectWith(["configuration_invalid", "content_digest_unsupported"]),
  );

export const writtenDigests = [
  ...written("text", "a text", ACTIVE, TEXT),
  ...written("nothing", "no content", "R9530-3.02", NOTHING),
  ...written("every-byte", "the bytes 0 to 255", ACTIVE, EVERY_BYTE),
  ...written("line-end", "a text with a line end, which is part of it", ACTIVE, Buffer.from('{"hello": "world"}\n')),
  ...written("utf-8", "a text in UTF-8", ACTIVE, Buffer.from("cre\u0301me glace\u0301e")),
  ...written("coded", "compressed content, as it is sent", ACTIVE, Buffer.from("0b0980", "hex")),
  ...written("zeros", "a thousand zeros", ACTIVE, Buffer.alloc(1000)),
  notWritten("md5-of-text", "MD5, which is outdated", `${ACTIVE} ${OUTDATED}`, "md5"),
  notWritten("sha-1-of-text", "SHA-1, which is outdated", `${ACTIVE} ${OUTDATED}`, "sha"),
  notWritten("unknown-of-text", "an algorithm that nobody knows", ACTIVE, "sha-1024"),
  notWritten(
    "upper-case-of-text",
    "the name of an algorithm in capitals, which no key is",
    `${ACTIVE} ${FIELD}`,
    "SHA-256",
  ),
];
