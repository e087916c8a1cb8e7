// @ts-check
// HTTP Message Signatures (RFC 9421) as the vectors need them: sound ones, and ones with one thing about them changed and
// all else signed anew. Signature bases and structured fields are written here by hand.

/** @typedef {import("./cases.mjs").Line} Line */
/** @typedef {import("./keys.mjs").Key} Key */

/**
 * @typedef {object} Message
 * @property {string} [method]
 * @property {string} [scheme]
 * @property {string} [target] of a request
 * @property {number} [status] of a response
 * @property {Line[]} headers
 */

/**
 * What is covered, in order, as it stands in `Signature-Input`: `"@method"`, `"@path";req`.
 *
 * @typedef {string[]} Components
 */

/**
 * Values as they are serialized, by name; `""` is the Boolean true, and `undefined` leaves a parameter out.
 *
 * @typedef {Record<string, string | undefined>} Parameters
 */

/** A component and its value. @typedef {readonly [identifier: string, value: string]} BaseLine */

/**
 * @typedef {object} SignatureParts
 * @property {Key} key
 * @property {Components} components
 * @property {Parameters} parameters
 * @property {string} [label]
 * @property {Message} [request] for components with `req`
 * @property {Record<string, string>} [values] what is signed for a component, in the place of its value
 * @property {(text: string) => string} [sentAs] another spelling of the member of `Signature-Input`, after signing
 * @property {(signature: Uint8Array) => Uint8Array} [signature] changes the signature
 */

/** A String. @param {string} text without quotes and backslashes */
export const quoted = (text) => `"${text}"`;

/** A Byte Sequence. @param {Uint8Array} bytes */
export const byteSequence = (bytes) => `:${Buffer.from(bytes).toString("base64")}:`;

/** The lines of a field, in their order, without white space around them. @param {Message} message @param {string} name */
const linesOf = ({ headers }, name) =>
  headers.filter(([found]) => found.toLowerCase() === name).map(([, value]) => value.trim());

/** The first line of a field, or nothing. @param {Message} message @param {string} name */
const firstOf = (message, name) => linesOf(message, name)[0] ?? "";

/** @type {Record<string, (message: Message) => string>} */
const DERIVED = {
  "@method": ({ method = "" }) => method,
  "@path": ({ target = "" }) => target.split("?", 1)[0] ?? "",
  "@query": ({ target = "" }) => (target.includes("?") ? target.slice(target.indexOf("?")) : "?"),
  "@request-target": ({ target = "" }) => target,
  "@scheme": ({ scheme = "" }) => scheme,
  "@authority": (message) => firstOf(message, "host"),
  "@target-uri": (message) => `${message.scheme}://${firstOf(message, "host")}${message.target}`,
  "@status": ({ status = 0 }) => String(status),
};

/** The value of a component. @param {string} identifier @param {Message} message @param {Message} [request] */
export function componentValue(identifier, message, request) {
  const [, name = "", parameters = ""] = /^"([^"]+)"(.*)$/.exec(identifier) ?? [];
  const from = parameters.includes(";req") && request !== undefined ? request : message;
  const derived = DERIVED[name];
  if (derived !== undefined) return derived(from);
  const lines = linesOf(from, name);
  if (parameters.includes(";bs")) return lines.map((line) => byteSequence(Buffer.from(line))).join(", ");
  const key = /;key="([^"]+)"/.exec(parameters)?.[1];
  if (key === undefined) return lines.join(", ");
  const member =
    lines
      .join(", ")
      .split(", ")
      .find((one) => one.startsWith(`${key}=`)) ?? "";
  return member.slice(key.length + 1);
}

/** Parameters as they follow the list of components. @param {Parameters} parameters */
export function parametersText(parameters) {
  const text = Object.entries(parameters).map(([name, value]) => {
    if (value === undefined) return "";
    return value === "" ? `;${name}` : `;${name}=${value}`;
  });
  return text.join("");
}

/**
 * A signature base.
 *
 * @param {readonly BaseLine[]} lines
 * @param {string} text the value of `@signature-params`
 */
export const baseOf = (lines, text) =>
  [...lines, ['"@signature-params"', text]].map(([identifier, value]) => `${identifier}: ${value}`).join("\n");

/**
 * The two members that make up a signature of a message.
 *
 * @param {Message} message
 * @param {SignatureParts} parts
 * @returns {{ input: string; signature: string }}
 */
export function signatureMembers(message, parts) {
  const { key, components, parameters, label = "wimse", request, values = {} } = parts;
  const { sentAs = (text) => text, signature = (bytes) => bytes } = parts;
  const text = `(${components.join(" ")})${parametersText(parameters)}`;
  /** @type {BaseLine[]} */
  const lines = components.map((one) => [one, values[one] ?? componentValue(one, message, request)]);
  const signed = signature(key.sign(Buffer.from(baseOf(lines, text), "latin1")));
  return { input: `${label}=${sentAs(text)}`, signature: `${label}=${byteSequence(signed)}` };
}

/** The two fields with one or several signatures. @param {{ input: string; signature: string }[]} members @returns {Line[]} */
export const signatureLines = (...members) => [
  ["Signature-Input", members.map(({ input }) => input).join(", ")],
  ["Signature", members.map(({ signature }) => signature).join(", ")],
];
