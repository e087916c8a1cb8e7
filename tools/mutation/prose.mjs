import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** Two words with nothing but a space and a sign of punctuation between them. */
const WORDS = /[a-z][,.:;]? +\(?[a-z]/i;

/** The text of a literal, with a letter for each expression in it. */
function textOf({ type, value, quasis }) {
  if (type === "StringLiteral") return value;
  return type === "TemplateLiteral" ? quasis.map((quasi) => quasi.value.raw).join("x") : undefined;
}

/** Leaves messages for people alone: they may be worded anew without breaking a promise. */
class Prose {
  shouldIgnore({ node }) {
    const text = textOf(node);
    return text !== undefined && WORDS.test(text) ? "prose" : undefined;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Ignore, "prose", Prose)];
