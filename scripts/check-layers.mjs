// @ts-check
/**
 * Checks that `src/` is built as the table below draws it, and prints every place where it is not.
 *
 *     node scripts/check-layers.mjs [project root]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

/**
 * The floors, ground floor first. A file imports from lower floors and from its own folder.
 *
 * @type {Readonly<Record<string, number>>}
 */
const FLOORS = {
  base: 0,
  crypto: 1,
  http: 2,
  identifier: 2,
  trust: 3,
  wit: 4,
  credential: 5,
  wpt: 5,
  httpsig: 5,
  cwt: 5,
  replay: 5,
  exchange: 6,
  integrations: 7,
  issuer: 7,
  testing: 7,
  conformance: 8,
  cli: 9,
};

/** The few edges between folders of one floor: from → to. */
const SAME_FLOOR = new Set(["wpt → credential", "httpsig → credential", "cwt → credential"]);

/**
 * Packages from outside, and the folders that may import them (`undefined`: every folder).
 *
 * @type {Readonly<Record<string, readonly string[] | undefined>>}
 */
const PACKAGES = {
  jose: undefined,
  "@noble/curves": ["crypto"],
  "@noble/hashes": ["crypto"],
  commander: ["cli"],
  "@grpc/grpc-js": ["credential"],
  "@bufbuild/protobuf": ["credential"],
};

const LONGEST_FILE = 280;

/** The one file that may read the clock, draw randomness and set timers. */
const RUNTIME = "base/runtime.ts";

/** Global names that are a clock or a timer however they are used. */
const AMBIENT_GLOBALS = new Set([
  "performance",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "requestAnimationFrame",
]);

/** `Date` is used for arithmetic only: these members, and `new Date(something)`, read no clock. */
const PURE_DATE_MEMBERS = new Set(["UTC", "parse", "prototype"]);

/** Members that read a clock or set a timer, by the name of their owner. */
const AMBIENT_MEMBERS = new Set(["Math.random", "AbortSignal.timeout", "process.hrtime", "process.uptime"]);

/** `getRandomValues`, `randomBytes`, `randomUUID`, `randomSecretKey`, … of whatever object. */
const RANDOM_NAME = /^(?:getRandomValues|random[A-Z]\w*)$/;

/**
 * Everything that is wrong under `src/` of a project.
 *
 * @param {string} root the project's folder
 * @returns {{ problems: string[]; files: number; imports: number }}
 */
export function checkLayers(root) {
  const src = join(root, "src");
  const files = existsSync(src)
    ? readdirSync(src, { recursive: true, encoding: "utf8" })
        .map((file) => file.replaceAll("\\", "/"))
        .filter((file) => file.endsWith(".ts"))
        .sort()
    : [];
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  let imports = 0;
  for (const file of files) {
    const text = readFileSync(join(src, file), "utf8");
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    /** @type {(node: ts.Node, what: string) => void} */
    const report = (node, what) => {
      const { line } = source.getLineAndCharacterOfPosition(node === source ? 0 : node.getStart(source));
      problems.push(`src/${file}:${line + 1} ${what}`);
    };
    checkShape(file, source, report);
    const edges = importsOf(source);
    imports += edges.length;
    graph.set(
      file,
      edges.flatMap((edge) => checkImport(file, edge, report) ?? []),
    );
    if (file !== RUNTIME) checkAmbient(source, report);
  }
  problems.push(...circles(graph));
  return { problems, files: files.length, imports };
}

/** @typedef {(node: ts.Node, what: string) => void} Report */

/** The first folder of a file's path, or `undefined` for an entry point directly in `src/`.
 *
 * @param {string} file
 */
function folderOf(file) {
  const slash = file.indexOf("/");
  return slash < 0 ? undefined : file.slice(0, slash);
}

/**
 * Length, known folder, entry points that only re-export, folders without barrels.
 *
 * @param {string} file
 * @param {ts.SourceFile} source
 * @param {Report} report
 */
function checkShape(file, source, report) {
  const lines = source.text.replace(/\n$/, "").split("\n").length;
  if (lines > LONGEST_FILE) report(source, `has ${lines} lines, more than ${LONGEST_FILE}`);
  const folder = folderOf(file);
  const onlyReExports = source.statements.some(ts.isExportDeclaration) && source.statements.every(isReExport);
  if (folder === undefined) {
    if (!onlyReExports) {
      const other = source.statements.find((statement) => !isReExport(statement)) ?? source;
      report(other, "is an entry point and may only re-export");
    }
    return;
  }
  if (!Object.hasOwn(FLOORS, folder)) report(source, `is in ${folder}/, which is on no floor`);
  if (posix.basename(file) === "index.ts") report(source, "is a barrel: no index.ts inside the folders of src/");
  else if (onlyReExports) report(source, "is a barrel: it only re-exports");
}

/** @param {ts.Statement} statement */
function isReExport(statement) {
  return ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
}

/**
 * Every import, re-export, `import()` and `import()` type. A target that is not a literal is `undefined`.
 *
 * @param {ts.SourceFile} source
 * @returns {{ node: ts.Node; target: string | undefined }[]}
 */
function importsOf(source) {
  /** @type {{ node: ts.Node; target: string | undefined }[]} */
  const found = [];
  /** @type {(node: ts.Node, target: ts.Node | undefined) => void} */
  const add = (node, target) => {
    found.push({ node, target: target !== undefined && ts.isStringLiteralLike(target) ? target.text : undefined });
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node, node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node, node.expression);
    else if (ts.isImportTypeNode(node))
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node, node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Checks one import against the tables, and gives the file under `src/` that it names.
 *
 * @param {string} file
 * @param {{ node: ts.Node; target: string | undefined }} edge
 * @param {Report} report
 * @returns {string | undefined}
 */
function checkImport(file, { node, target }, report) {
  const folder = folderOf(file);
  if (target === undefined) {
    report(node, "imports something computed, which nobody can check");
    return undefined;
  }
  if (target.startsWith("node:")) {
    if (folder !== "cli") report(node, `imports ${target}: only src/cli may import Node's modules`);
    return undefined;
  }
  if (!target.startsWith(".")) {
    const name = target.split("/", target.startsWith("@") ? 2 : 1).join("/");
    const folders = PACKAGES[name];
    if (!Object.hasOwn(PACKAGES, name)) report(node, `imports ${name}, which is not in the table of packages`);
    else if (folders !== undefined && !folders.includes(folder ?? "")) {
      report(node, `imports ${name}, which only ${folders.join(", ")} may`);
    }
    return undefined;
  }
  const imported = posix.join(posix.dirname(file), target).replace(/\.js$/, ".ts");
  if (imported.startsWith("../")) {
    report(node, `imports ${target}, outside src/`);
    return undefined;
  }
  const to = folderOf(imported);
  if (to === undefined) report(node, `imports the entry point src/${imported}`);
  else if (folder === undefined) {
    if (to === "cli") report(node, "imports the command line");
  } else if (folder !== to && !mayImport(folder, to)) {
    report(node, `(${folder}, floor ${FLOORS[folder]}) may not import src/${imported} (${to}, floor ${FLOORS[to]})`);
  }
  return imported;
}

/**
 * @param {string} from
 * @param {string} to
 */
function mayImport(from, to) {
  const above = FLOORS[from];
  const below = FLOORS[to];
  return above !== undefined && below !== undefined && (below < above || SAME_FLOOR.has(`${from} → ${to}`));
}

/**
 * Reports every clock, timer and source of randomness that does not come through the `Runtime` port.
 *
 * @param {ts.SourceFile} source
 * @param {Report} report
 */
function checkAmbient(source, report) {
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isIdentifier(node) && isAmbient(node)) {
      report(node, `uses ${node.parent.getText(source).slice(0, 60).split("\n")[0]}: only src/${RUNTIME} may`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** @param {ts.Identifier} name */
function isAmbient(name) {
  const { parent } = name;
  if (ts.isTypeNode(parent) || ts.isTypeElement(parent)) return false;
  if (ts.isPropertyAccessExpression(parent) && parent.name === name) {
    const owner = ts.isIdentifier(parent.expression) ? parent.expression.text : "";
    if (RANDOM_NAME.test(name.text)) return !isRuntime(parent.expression);
    return AMBIENT_MEMBERS.has(`${owner}.${name.text}`) || (owner === "globalThis" && isAmbientGlobal(name.text));
  }
  if (ts.isImportSpecifier(parent) || ts.isBindingElement(parent)) {
    const member = (parent.propertyName ?? parent.name) === name;
    return member && (RANDOM_NAME.test(name.text) || (ts.isBindingElement(parent) && isAmbientGlobal(name.text)));
  }
  if (isDeclaredHere(name)) return false;
  // `Date` and `Math` on their own (destructured, indexed, handed on) cannot be followed, so they are refused.
  if (name.text === "Math") return !ts.isPropertyAccessExpression(parent);
  if (name.text === "Date") return !isPureDate(name, parent);
  return AMBIENT_GLOBALS.has(name.text);
}

/** @param {string} name */
function isAmbientGlobal(name) {
  return name === "Date" || name === "Math" || AMBIENT_GLOBALS.has(name);
}

/** Whether an identifier names a member or a variable that is declared at this place.
 *
 * @param {ts.Identifier} name
 */
function isDeclaredHere(name) {
  const { parent } = name;
  return "name" in parent && parent.name === name && !ts.isShorthandPropertyAssignment(parent);
}

/** Whether an expression is called `runtime`, as the port is everywhere.
 *
 * @param {ts.Expression} expression
 */
function isRuntime(expression) {
  const last = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  return /^#?(?:\w*R|r)untime$/.test(last.getText());
}

/**
 * @param {ts.Identifier} date
 * @param {ts.Node} parent
 */
function isPureDate(date, parent) {
  if (ts.isNewExpression(parent) && parent.expression === date) return (parent.arguments?.length ?? 0) > 0;
  if (ts.isPropertyAccessExpression(parent)) return PURE_DATE_MEMBERS.has(parent.name.text);
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
}

/**
 * One line for every circle of imports; types count, since they bind two files just as firmly.
 *
 * @param {Map<string, string[]>} graph
 */
function circles(graph) {
  /** @type {Map<string, "open" | "done">} */
  const state = new Map();
  /** @type {string[]} */
  const path = [];
  /** @type {string[]} */
  const found = [];
  /** @param {string} file */
  const walk = (file) => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      const circle = [...path.slice(path.indexOf(file)), file];
      found.push(`src/${file}:1 is in a circle: ${circle.join(" → ")}`);
      return;
    }
    state.set(file, "open");
    path.push(file);
    for (const next of graph.get(file) ?? []) walk(next);
    path.pop();
    state.set(file, "done");
  };
  for (const file of graph.keys()) walk(file);
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
  const { problems, files, imports } = checkLayers(root);
  for (const problem of problems) console.error(problem);
  const verdict = problems.length === 0 ? "as drawn" : `${problems.length} problems`;
  console.log(`layers: ${files} files, ${imports} imports, ${verdict}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
