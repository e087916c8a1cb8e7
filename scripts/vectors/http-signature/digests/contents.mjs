// @ts-check
// Some contents and their digests.

import { createHash } from "node:crypto";
import { byteSequence } from "../../signatures.mjs";

export const TEXT = Buffer.from("two cones");
export const NOTHING = Buffer.from("");
export const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

/** The digest by itself. @param {Uint8Array} content @param {"sha256" | "sha512" | "sha1" | "md5"} hash */
export const hashed = (content, hash = "sha256") => createHash(hash).update(content).digest();
/** A member with SHA-256. @param {Uint8Array} content */
export const sha256 = (content) => `sha-256=${byteSequence(hashed(content))}`;
/** A member with SHA-512. @param {Uint8Array} content */
export const sha512 = (content) => `sha-512=${byteSequence(hashed(content, "sha512"))}`;
export const GOOD = sha256(TEXT);
export const WRONG = sha256(Buffer.from("six cones"));
export const MD5 = `md5=${byteSequence(hashed(TEXT, "md5"))}`;
export const SHA_1 = `sha=${byteSequence(hashed(TEXT, "sha1"))}`;

/** @param {Uint8Array} content */
export const bodyOf = (content) => Buffer.from(content).toString("base64");
