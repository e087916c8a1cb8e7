// @ts-check

const WIDTH = 120;

/**
 * A value as JSON in ASCII. What fits on a line stays on one.
 *
 * @param {unknown} value
 * @returns {string}
 */
export const jsonText = (value) => `${layOut(value, "", 0)}\n`;

/** @param {unknown} value @param {string} indent @param {number} taken columns before and after @returns {string} */
function layOut(value, indent, taken) {
  const flat = onOneLine(value);
  if (typeof value !== "object" || value === null || indent.length + taken + flat.length <= WIDTH) return flat;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const items = Array.isArray(value)
    ? value.map((item) => inner + layOut(item, inner, 1))
    : membersOf(value).map(([name, item]) => {
        const start = `${onOneLine(name)}: `;
        return inner + start + layOut(item, inner, start.length + 1);
      });
  return `${open}\n${items.join(",\n")}\n${indent}${close}`;
}

/** What JSON writes of an object. @param {object} value */
const membersOf = (value) => Object.entries(value).filter(([, item]) => item !== undefined);

/** @param {unknown} value @returns {string} */
function onOneLine(value) {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = membersOf(value).map(([name, item]) => `${onOneLine(name)}: ${onOneLine(item)}`);
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
