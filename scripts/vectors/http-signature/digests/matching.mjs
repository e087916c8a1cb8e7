// @ts-check
// Fields that are those of their content.

import { acceptWith, makeCase } from "../../cases.mjs";
import { bodyOf, EVERY_BYTE, GOOD, MD5, NOTHING, SHA_1, sha256, sha512, TEXT, WRONG } from "./contents.mjs";

const FIELD = "R9530-2.01";
const SEVERAL = "R9530-2.02";
const OUTDATED = "R9530-5.02";
const IGNORED = "R9530-2.03";
const CHECKED = "HSIG-3.20 HSIG-3.21";
const LAST_COUNTS = "RFC 8941 section 3.2: of the members with one key, the last one counts.";

/** @param {string} id @param {string} description @param {string} requirements @param {string} field @param {Uint8Array} [content] @param {string} [note] */
const matching = (id, description, requirements, field, content = TEXT, note) =>
  makeCase(
    "verifyContentDigest",
    id,
    description,
    requirements,
    { field, body: bodyOf(content) },
    acceptWith({}),
    note === undefined ? {} : { note },
  );

export const matchingDigests = [
  matching("sha-256", "SHA-256", `${FIELD} ${CHECKED}`, GOOD),
  matching("sha-512", "SHA-512", `${FIELD} ${CHECKED}`, sha512(TEXT)),
  matching("every-byte", "content of all bytes", FIELD, sha256(EVERY_BYTE), EVERY_BYTE),
  matching("every-byte-sha-512", "content of all bytes, SHA-512", FIELD, sha512(EVERY_BYTE), EVERY_BYTE),
  matching("nothing", "no content", "R9530-3.02", sha256(NOTHING), NOTHING),
  matching("nothing-sha-512", "no content, SHA-512", "R9530-3.02", sha512(NOTHING), NOTHING),
  matching("both", "both algorithms", SEVERAL, `${GOOD}, ${sha512(TEXT)}`),
  matching("both-swapped", "both algorithms in the other order", SEVERAL, `${sha512(TEXT)}, ${GOOD}`),
  matching(
    "outdated-beside",
    "outdated algorithms beside a good one",
    `${SEVERAL} ${OUTDATED}`,
    `${MD5}, ${GOOD}, ${SHA_1}`,
  ),
  matching(
    "outdated-wrong-beside",
    "a wrong digest with an outdated algorithm proves nothing",
    `${IGNORED} ${OUTDATED}`,
    `md5=:AAEC:, ${GOOD}`,
  ),
  matching(
    "unknown-beside",
    "unknown algorithms beside a good one",
    `${SEVERAL} ${IGNORED}`,
    `sha-1024=:AAEC:, a=:Aw==:, *b=::, ${GOOD}, c_d.e-f=:BA==:`,
  ),
  matching(
    "unknown-many",
    "sixty unknown algorithms before a good one",
    `${SEVERAL} R9530-6.7.01`,
    `${Array.from({ length: 60 }, (_, i) => `x${i}=:AAEC:`).join(", ")}, ${GOOD}`,
  ),
  matching("white-space", "spaces and tabs around a comma", FIELD, `${MD5}\t , \t${GOOD}`),
  matching("no-white-space", "no space behind a comma", FIELD, `${MD5},${GOOD}`),
  matching("spaces-around", "spaces around the field", FIELD, `  ${GOOD} `),
  matching("twice-last-good", "a member twice, the last one good", FIELD, `${WRONG}, ${GOOD}`, TEXT, LAST_COUNTS),
  matching("twice-equal", "a member twice, both the same", FIELD, `${GOOD}, ${GOOD}`, TEXT, LAST_COUNTS),
];
