import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonObject } from "../../src/base/json.js";

/** JSON before it is written: an object is a list of members, so that a name can occur twice. */
type Tree = { members: [string, Tree][] } | { items: Tree[] } | { leaf: string | number | boolean | null };

const NAMES = ["a", "b", "", "__proto__", "constructor", ":", '"', "\\", "é", "\ud800", "1", "{"];
const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NAMES) }, fc.string({ unit: "binary", maxLength: 4 }));
const leaf = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom('":{}[]', '\\":', "\\\\", '{"a":1,"a":1}'),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  )
  .map((value): Tree => ({ leaf: value }));
const { tree } = fc.letrec<{ tree: Tree; object: Tree; array: Tree }>((tie) => ({
  object: fc.array(fc.tuple(name, tie("tree")), { maxLength: 4 }).map((members): Tree => ({ members })),
  array: fc.array(tie("tree"), { maxLength: 4 }).map((items): Tree => ({ items })),
  tree: fc.oneof({ maxDepth: 6, withCrossShrink: true }, leaf, tie("object"), tie("object"), tie("array")),
}));

function hasDuplicate(node: Tree): boolean {
  if ("items" in node) return node.items.some(hasDuplicate);
  if (!("members" in node)) return false;
  const names = node.members.map(([name]) => name);
  return new Set(names).size < names.length || node.members.some(([, value]) => hasDuplicate(value));
}

function depthOf(node: Tree): number {
  if ("leaf" in node) return 0;
  const inner = "items" in node ? node.items : node.members.map(([, value]) => value);
  return 1 + Math.max(0, ...inner.map(depthOf));
}

/** Writes a tree, spelling names and spaces in one of the ways that mean the same. */
function write(node: Tree, style: number): string {
  const space = ["", " ", "\n\t", "\r "][style % 4];
  const text = (value: string): string => {
    const plain = JSON.stringify(value);
    const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    return style % 3 === 1 ? `"${value.replace(/[\s\S]/g, escaped)}"` : plain;
  };
  if ("items" in node) return `[${space}${node.items.map((item) => write(item, style + 1)).join(`${space},`)}${space}]`;
  if ("members" in node) {
    const members = node.members.map(([name, value], i) => `${space}${text(name)}:${space}${write(value, style + i)}`);
    return `{${members.join(",")}${space}}`;
  }
  return typeof node.leaf === "string" ? text(node.leaf) : JSON.stringify(node.leaf);
}

/** What a tree means, without the help of a parser. */
function meaningOf(node: Tree): unknown {
  if ("items" in node) return node.items.map(meaningOf);
  if ("members" in node) return Object.fromEntries(node.members.map(([name, value]) => [name, meaningOf(value)]));
  return node.leaf === 0 ? 0 : node.leaf; // -0 is written as 0
}

const wrap = (levels: number) => (node: Tree) =>
  Array.from({ length: levels }).reduce<Tree>(
    (inner, _, i) => (i % 2 ? { items: [inner] } : { members: [["w", inner]] }),
    node,
  );

describe("parseJsonObject", () => {
  it("reads objects, except with deep nesting or names that occur twice, however they are spelt", () => {
    const seen = { accepted: 0, twice: 0, deep: 0 };
    fc.assert(
      fc.property(tree, fc.nat(16), fc.nat(11), (inner, levels, style) => {
        const node = wrap(levels)(inner);
        const text = write(node, style);
        const isObject = "members" in node;
        const twice = hasDuplicate(node);
        const deep = depthOf(node) > 16;
        if (twice) seen.twice++;
        if (deep) seen.deep++;
        if (!isObject || twice || deep) {
          expect(parseJsonObject(text)).toBeUndefined();
        } else {
          seen.accepted++;
          expect(parseJsonObject(text)).toEqual(meaningOf(node));
        }
      }),
      { numRuns: 700 },
    );
    expect(Math.min(seen.accepted, seen.twice, seen.deep)).toBeGreaterThan(20);
  });

  it("never accepts what JSON.parse refuses", () => {
    const cut = fc.tuple(tree, fc.nat(), fc.constantFrom("", '"', "\\", ":", ",", "{", "}", "]", "0"));
    fc.assert(
      fc.property(cut, ([node, at, inserted]) => {
        const text = write({ members: [["a", node]] }, 0);
        const i = at % text.length;
        const changed = text.slice(0, i) + inserted + text.slice(i + 1);
        const ours = parseJsonObject(changed);
        if (ours === undefined) return;
        const parsed: unknown = JSON.parse(changed); // does not throw
        // JSON.parse itself is no oracle for names with escapes: see the tests of parseJsonObject
        if (!changed.includes("\\")) expect(ours).toEqual(parsed);
      }),
      { numRuns: 700 },
    );
  });
});
