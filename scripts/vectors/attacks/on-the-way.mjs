// @ts-check
// What somebody on the way does to a message that is signed already.

/** @typedef {import("../cases.mjs").Line} Line */
/** @typedef {import("../signed.mjs").SignedRequest} SignedRequest */

/** A message with another value in each line of a field. @template {{ headers: Line[] }} M @param {M} message @param {string} name @param {string} value @returns {M} */
export const exchanged = (message, name, value) => ({
  ...message,
  headers: message.headers.map((line) => /** @type {Line} */ (line[0] === name ? [name, value] : line)),
});

/** Without a field. @template {{ headers: Line[] }} M @param {M} message @param {...string} names @returns {M} */
export const stripped = (message, ...names) => ({
  ...message,
  headers: message.headers.filter(([name]) => !names.includes(name)),
});

/** With a line more. @template {{ headers: Line[] }} M @param {M} message @param {Line} line @returns {M} */
export const added = (message, line) => ({ ...message, headers: [...message.headers, line] });

export const bodyOf = (/** @type {string} */ text) => Buffer.from(text).toString("base64");

/** With another text in `Signature-Input`. @param {SignedRequest} request @param {string} from @param {string} to @returns {SignedRequest} */
export function exchangedInput(request, from, to) {
  const [, input = ""] = request.headers.find(([name]) => name === "Signature-Input") ?? [];
  if (!input.includes(from)) throw new Error(`${from} is not in Signature-Input`);
  return exchanged(request, "Signature-Input", input.replace(from, to));
}
