// @ts-check
import { derivedBases } from "./bases/derived.mjs";
import { derivedWithoutBase } from "./bases/derived-refused.mjs";
import { fieldBases } from "./bases/fields.mjs";
import { fieldsWithoutBase } from "./bases/fields-refused.mjs";
import { listBases } from "./bases/lists.mjs";
import { listsWithoutBase } from "./bases/lists-refused.mjs";
import { profileBases } from "./bases/profile.mjs";
import { publishedBases } from "./bases/published.mjs";
import { transformedBases } from "./bases/transformed.mjs";

/** @type {import("../cases.mjs").VectorFile} */
export const signatureBases = {
  suite: "http-signature",
  name: "bases",
  spec: "rfc9421",
  description:
    "What a signature is made over: the signature bases of the WIMSE profile, and what each component, parameter and list of RFC 9421 comes to in them. What is covered with sf are structured fields whose types RFCs tell: Priority (9218), Content-Digest (9530) and Signature-Input.",
  context: {},
  cases: [
    ...[...profileBases, ...publishedBases, ...transformedBases],
    ...[...derivedBases, ...derivedWithoutBase],
    ...[...fieldBases, ...fieldsWithoutBase],
    ...[...listBases, ...listsWithoutBase],
  ],
};
