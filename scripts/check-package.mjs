// @ts-check
/**
 * Builds and packs the library, installs the tarball beside copies of its dependencies, and checks it as its users
 * meet it: what is in it, whether every entry point loads and compiles, and that sealed classes have one copy.
 *
 *     node scripts/check-package.mjs
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { entryPoints } from "./entry-points.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
/** @type {{ exports: Record<string, string | { types: string; default: string }>; bin: Record<string, string>; dependencies: Record<string, string>; peerDependencies: Record<string, string> }} */
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The one entry point that needs the optional peers: it imports them when it is called. */
const NEEDS_PEERS = "credential-spiffe.js";

const REQUIRED_FILES = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md"];
const VECTOR_FILE = /^vectors\/(?:README\.md|(?:[\w-]+\/)?[\w-]+\.json)$/;
const BUILT_FILE = /^dist\/[\w-]+(?:\.js|\.d\.ts)$/;
/** The checkout itself, and what an absolute path looks like on the usual systems. */
const ABSOLUTE_PATH = /(?:^|["'`\s(])(?:\/(?:home|Users|root|tmp|private|workspace)\/|[A-Za-z]:\\\\?[A-Za-z])/m;

/** @type {string[]} */
const problems = [];
/** @type {(condition: unknown, what: string) => void} */
const expect = (condition, what) => {
  if (!condition) problems.push(what);
};

/**
 * @param {string} script a program of node_modules
 * @param {string[]} args
 */
function runTool(script, args) {
  return spawnSync(process.execPath, [join(root, "node_modules", script), ...args], { cwd: root, encoding: "utf8" });
}

/** @param {string} temporary */
function pack(temporary) {
  const built = runTool("tsup/dist/cli-default.js", ["--silent"]);
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}${built.stderr}`);
  const answer = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", temporary], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  /** @type {{ filename: string; unpackedSize: number; files: { path: string }[] }[]} */
  const [packed] = JSON.parse(answer);
  if (packed === undefined) throw new Error("npm pack named no tarball");
  return {
    tarball: join(temporary, packed.filename),
    size: packed.unpackedSize,
    files: packed.files.map((f) => f.path),
  };
}

/**
 * A project that has the tarball and, beside it, exactly the packages that it declares: an import of anything else
 * fails here as it would for a user.
 *
 * @param {string} temporary
 * @param {string} tarball
 */
function install(temporary, tarball) {
  const consumer = join(temporary, "consumer");
  const installed = join(consumer, "node_modules", "wimse");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  for (const name of Object.keys(manifest.dependencies)) {
    cpSync(join(root, "node_modules", name), join(consumer, "node_modules", name), { recursive: true });
  }
  writeFileSync(join(consumer, "package.json"), '{ "type": "module" }\n');
  return { consumer, installed };
}

/** @param {string[]} files */
function checkContents(files) {
  for (const file of files) {
    const expected = REQUIRED_FILES.includes(file) || BUILT_FILE.test(file) || VECTOR_FILE.test(file);
    expect(expected, `the tarball contains ${file}`);
  }
  for (const file of [...REQUIRED_FILES, ...vectorFiles()]) expect(files.includes(file), `the tarball lacks ${file}`);
  const names = Object.keys(manifest.exports).filter((name) => name !== "./package.json");
  expect(
    names.join() === Object.keys(entryPoints).join(),
    "exports in package.json and scripts/entry-points.mjs list different entry points",
  );
  const targets = Object.values(manifest.exports).flatMap((entry) => Object.values(Object(entry)));
  for (const target of [...targets.filter((target) => target.length > 1), ...Object.values(manifest.bin)]) {
    expect(files.includes(target.replace("./", "")), `package.json points at ${target}, which the tarball lacks`);
  }
}

/** The vectors that a runner needs: the manifest and every file that it lists. */
function vectorFiles() {
  /** @type {{ files: { path: string }[] }} */
  const { files } = JSON.parse(readFileSync(join(root, "vectors", "manifest.json"), "utf8"));
  return ["manifest.json", "requirements.json", ...files.map(({ path }) => path)].map((path) => `vectors/${path}`);
}

/** The classes that the sources export, the command line's aside. */
function exportedClasses() {
  const src = join(root, "src");
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("cli"))
    .flatMap((file) => [...readFileSync(join(src, file), "utf8").matchAll(/^export (?:abstract )?class (\w+)/gm)])
    .map(([, name]) => name ?? "");
}

/**
 * What the bundler made: one copy of each class, in the code and in the declarations, no absolute paths, a `#!` line in
 * the command only, and nothing of Node or of undeclared packages behind an importable entry point.
 *
 * @param {string} installed
 */
function checkBundle(installed) {
  const dist = join(installed, "dist");
  const texts = new Map(readdirSync(dist).map((file) => [file, readFileSync(join(dist, file), "utf8")]));
  /** @type {(ending: RegExp) => string} */
  const all = (ending) => [...texts].flatMap(([file, text]) => (ending.test(file) ? text : [])).join("\n");
  const code = all(/\.js$/);
  const declarations = all(/\.d\.ts$/);
  const classes = exportedClasses();
  for (const name of classes) {
    const copies = code.match(new RegExp(`\\bclass ${name}\\d*\\b|\\b${name}\\d* = class\\b`, "g"))?.length ?? 0;
    expect(copies <= 1, `dist has ${copies} copies of class ${name}`);
    const declared = declarations.match(new RegExp(`\\bclass ${name}(?:\\$\\d+)?\\b`, "g"))?.length ?? 0;
    expect(declared <= 1, `dist declares class ${name} ${declared} times`);
  }
  for (const [file, text] of texts) {
    expect(!text.includes(root) && !ABSOLUTE_PATH.test(text), `dist/${file} mentions an absolute path`);
    if (file.endsWith(".js")) {
      const shebang = text.startsWith("#!/usr/bin/env node\n");
      expect(shebang === (file === "cli.js"), `dist/${file} ${shebang ? "has a" : "lacks its"} #! line`);
    }
  }
  for (const entry of Object.values(manifest.exports)) {
    if (typeof entry !== "string") checkReach(entry.default.replace("./dist/", ""), texts);
  }
  return classes.length;
}

/**
 * @param {string} entry
 * @param {Map<string, string>} texts
 */
function checkReach(entry, texts) {
  const seen = new Set([entry]);
  const peers = entry === NEEDS_PEERS ? Object.keys(manifest.peerDependencies) : [];
  const allowed = [...Object.keys(manifest.dependencies), ...peers];
  for (const file of seen) {
    for (const { fileName } of ts.preProcessFile(texts.get(file) ?? "", true, true).importedFiles) {
      if (fileName.startsWith("./")) seen.add(fileName.slice("./".length));
      else {
        const declared = allowed.some((name) => `${fileName}/`.startsWith(`${name}/`));
        expect(declared && !fileName.startsWith("commander"), `dist/${entry} reaches ${fileName} through dist/${file}`);
      }
    }
  }
}

/** @param {string} installed */
async function checkWithPublint(installed) {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false });
  for (const message of messages) problems.push(`publint: ${formatMessage(message, pkg) ?? message.code}`);
}

/** @param {string} tarball */
function checkWithAttw(tarball) {
  const args = [
    tarball,
    "--profile",
    "esm-only",
    "--no-definitely-typed",
    "--no-emoji",
    "--no-color",
    "--format",
    "ascii",
  ];
  const { status, stdout, stderr } = runTool("@arethetypeswrong/cli/dist/index.js", args);
  expect(status === 0, `attw:\n${stdout}${stderr}`);
}

/** The import specifiers of all entry points: `wimse`, `wimse/wit`, … */
const specifiers = Object.keys(entryPoints).map((name) => `wimse${name.slice(1)}`);
const importAll = specifiers.map((specifier, index) => `import * as e${index} from "${specifier}";`).join("\n");
const listAll = `[${specifiers.map((specifier, index) => `["${specifier}", e${index}]`).join(", ")}]`;

/** Compiles a strict consumer of every entry point, without Node's types and without skipping declarations.
 *
 * @param {string} consumer
 */
function checkDeclarations(consumer) {
  const file = join(consumer, "consumer.ts");
  writeFileSync(file, `${importAll}\nexport const all: readonly (readonly [string, object])[] = ${listAll};\n`);
  for (const bundler of [false, true]) {
    const program = ts.createProgram([file], {
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      module: bundler ? ts.ModuleKind.ESNext : ts.ModuleKind.NodeNext,
      moduleResolution: bundler ? ts.ModuleResolutionKind.Bundler : ts.ModuleResolutionKind.NodeNext,
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    });
    for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
      problems.push(`declarations: ${ts.formatDiagnostic(diagnostic, formatHost).trim()}`);
    }
  }
}

/** @type {ts.FormatDiagnosticsHost} */
const formatHost = {
  getCurrentDirectory: () => root,
  getCanonicalFileName: (name) => name,
  getNewLine: () => "\n",
};

/** Imports every entry point in a plain Node process: each class is one object, under its own name.
 *
 * @param {string} consumer
 */
function checkAtRunTime(consumer) {
  const file = join(consumer, "consumer.mjs");
  writeFileSync(
    file,
    `${importAll}
const classes = new Map();
const problems = [];
for (const [entry, exported] of ${listAll}) {
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value !== "function" || !/^class\\b/.test(Function.prototype.toString.call(value))) continue;
    if (value.name !== name) problems.push(\`\${entry} exports class \${value.name} as \${name}\`);
    if ((classes.get(name) ?? value) !== value) problems.push(\`\${entry} has a class \${name} of its own\`);
    classes.set(name, value);
  }
}
console.log(JSON.stringify({ problems, classes: classes.size }));
`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { cwd: consumer, encoding: "utf8" });
  if (status !== 0) {
    problems.push(`importing the entry points failed:\n${stderr}`);
    return 0;
  }
  const found = JSON.parse(stdout);
  problems.push(...found.problems);
  return found.classes;
}

/**
 * Runs the command as it is installed. Where there are vectors, it must find and pass them.
 *
 * @param {string} installed
 */
function checkCommand(installed) {
  const commands = [["--help"], ["conformance", "run"]];
  for (const command of commands) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(installed, "dist", "cli.js"), ...command], {
      encoding: "utf8",
    });
    expect(status === 0, `wimse ${command.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  }
}

const temporary = mkdtempSync(join(tmpdir(), "wimse-package-"));
try {
  const { tarball, size, files } = pack(temporary);
  const { consumer, installed } = install(temporary, tarball);
  checkContents(files);
  const classes = checkBundle(installed);
  await checkWithPublint(installed);
  checkWithAttw(tarball);
  checkDeclarations(consumer);
  const imported = checkAtRunTime(consumer);
  if (existsSync(join(installed, "dist", "cli.js"))) checkCommand(installed);
  for (const problem of problems) console.error(problem);
  const verdict = problems.length === 0 ? "sound" : `${problems.length} problems`;
  console.log(
    `package: ${files.length} files, ${Math.round(size / 1024)} KiB, ${specifiers.length} entry points, ` +
      `${classes} classes (${imported} public), ${verdict}`,
  );
} catch (error) {
  problems.push(String(error));
  console.error(error instanceof Error ? error.message : error);
  console.log("package: not checked");
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
process.exitCode = problems.length === 0 ? 0 : 1;
