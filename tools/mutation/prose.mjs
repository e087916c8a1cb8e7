// @ts-check
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";

const WORDS = /[a-z"'),.:;]\s+["'(]?[a-z]/i;

/** @param {any} node @returns {string | undefined} the text of a literal, its expressions left out */
function textOf(node) {
  if (node.type === "StringLiteral") return node.value;
  if (node.type === "TemplateLiteral") return node.quasis.map((/** @type {any} */ one) => one.value.raw).join("x");
  return undefined;
}

class Prose {
  /** @param {any} path */
  shouldIgnore(path) {
    const text = textOf(path.node);
    return text !== undefined && WORDS.test(text) ? "prose for people" : undefined;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Ignore, "prose", Prose)];
