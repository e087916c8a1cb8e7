import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A block of code that the documentation shows. */
export interface Example {
  /** Path from the project's folder. */
  readonly file: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
  /** Whatever follows the language after the fence: nothing is allowed there, so that no block escapes the tests. */
  readonly marks: string;
}

const FENCE = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*)$/;
const LANGUAGES = new Set(["ts", "js", "typescript", "javascript", "mts", "mjs"]);

/** The fenced TypeScript and JavaScript blocks of a Markdown text; `lineOffset` is the number of lines before it. */
export function markdownExamples(file: string, text: string, lineOffset = 0): Example[] {
  const found: Example[] = [];
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const [, indent = "", fence, language = "", marks = ""] = FENCE.exec(lines[index] ?? "") ?? [];
    if (fence === undefined) continue;
    const start = index + 1;
    for (index = start; index < lines.length; index++) {
      const closing = lines[index]?.trim() ?? "";
      if (closing.startsWith(fence) && closing === (fence[0] ?? "").repeat(closing.length)) break;
    }
    if (!LANGUAGES.has(language.toLowerCase())) continue;
    const code = lines.slice(start, index).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    found.push({ file, line: lineOffset + start + 1, code: code.join("\n"), marks });
  }
  return found;
}

/** The `@example` blocks in the docstrings of a source text: what their fences hold, or all of it without fences. */
export function docstringExamples(file: string, text: string): Example[] {
  const found: Example[] = [];
  for (const docstring of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const before = text.slice(0, docstring.index).split("\n").length - 1;
    const lines = docstring[0].split("\n").map((line) => line.replace(/^\s*(?:\/\*\*|\*(?!\/)) ?|\s*\*\/$/g, ""));
    for (const [index, line] of lines.entries()) {
      const [tag, rest = ""] = /^@example\b(.*)$/.exec(line) ?? [];
      if (tag === undefined) continue;
      const end = lines.findIndex((other, at) => at > index && /^@\w/.test(other));
      const body = lines.slice(index + 1, end < 0 ? undefined : end);
      const fenced = markdownExamples(file, body.join("\n"), before + index + 1);
      const isFenced = body.some((bodyLine) => FENCE.test(bodyLine));
      found.push(...fenced);
      if (!isFenced) found.push({ file, line: before + index + 1, code: [rest.trim(), ...body].join("\n"), marks: "" });
    }
  }
  return found;
}

/** Every example of the README, the guides and the docstrings of a project. */
export function allExamples(root: string): Example[] {
  const below = (folder: string, ending: string): string[] =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
          .filter((file) => file.endsWith(ending))
          .map((file) => `${folder}/${file}`)
          .sort()
      : [];
  const read = (file: string): string => readFileSync(join(root, file), "utf8");
  const guides = [...(existsSync(join(root, "README.md")) ? ["README.md"] : []), ...below("docs", ".md")];
  return [
    ...guides.flatMap((file) => markdownExamples(file, read(file))),
    ...below("src", ".ts").flatMap((file) => docstringExamples(file, read(file))),
  ];
}
