// Prints how large src/ is and how finely it is cut: `node scripts/shape.js [folder of another checkout]…`, a column a checkout.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { findCycles, readSources } from "./imports.js";
import { markdownTable } from "./markdown-table.js";
import { checkout } from "./runtime.js";

const shapes = [checkout, ...process.argv.slice(2).map((folder) => resolve(folder))].map((root) => ({
  name: basename(root),
  shape: shapeOf(root),
}));
const measures = Object.keys(shapes[0].shape);
const rows = measures.map((measure) => [measure, ...shapes.map(({ shape }) => String(shape[measure]))]);
console.log(markdownTable([["src/", ...shapes.map(({ name }) => name)], ...rows]));

function shapeOf(root) {
  const sources = readSources(root);
  const texts = [...sources].map(([path, { text }]) => ({ path, text }));
  const files = texts.map(({ path, text }) => ({ path, lines: lineCount(text) }));
  const lines = sum(files.map((file) => file.lines));
  const functions = functionsOf(root);
  const longest = functions.toSorted((a, b) => b.lines - a.lines)[0];
  const largest = files.toSorted((a, b) => b.lines - a.lines)[0];
  return {
    files: files.length,
    lines,
    "lines of a file, median": percentile(files, 0.5),
    "lines of a file, 90th percentile": percentile(files, 0.9),
    "longest file": `${largest.lines} (${largest.path})`,
    functions: functions.length,
    "lines of a function, median": percentile(functions, 0.5),
    "lines of a function, 90th percentile": percentile(functions, 0.9),
    "longest function": `${longest.lines} (${longest.path}:${longest.line})`,
    "lines of imports": percent(sum([...sources.values()].map(importLines)), lines),
    "repeated imports of a module in a file": sum([...sources.values()].map(repeatedImports)),
    "circles of files that import each other": findCycles(sources).length,
    "of which not by types alone": findCycles(withoutTypes(sources)).length,
    "lines that stand twice": percent(repeatedLines(texts), lines),
    "as unknown as": occurrences(texts, /as unknown as/g),
    "new ArmError outside errors files": occurrences(texts.filter(isNoErrorsFile), /new ArmError\(/g),
    "files of type folders outside the slots": filesOutsideSlots(texts).length,
  };
}

/** Lines as `wc -l` counts them. */
function lineCount(text) {
  return text.split("\n").length - 1;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function percent(part, whole) {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function percentile(items, share) {
  const sizes = items.map(({ lines }) => lines).toSorted((a, b) => a - b);
  return sizes[Math.floor(sizes.length * share)];
}

/**
 * Every function of more than one line, as the linter's max-lines-per-function counts it: declarations, methods, arrow
 * functions and callbacks, from the first line to the last, with comments, blank lines and the functions inside.
 */
function functionsOf(root) {
  const folder = mkdtempSync(join(tmpdir(), "cuprite-shape-"));
  const config = join(folder, "oxlint.json");
  const rules = { "max-lines-per-function": ["error", { max: 1 }] };
  writeFileSync(config, JSON.stringify({ plugins: [], categories: { correctness: "off" }, rules }));
  try {
    return lint(config, root).map(({ message, filename, labels: [label] }) => ({
      path: filename.replaceAll("\\", "/"),
      line: label.span.line,
      lines: Number(/too many lines \((\d+)\)/.exec(message)?.[1]),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lint(config, root) {
  const oxlint = join(checkout, "node_modules", "oxlint", "bin", "oxlint");
  const args = [oxlint, "--config", config, "--disable-nested-config", "--format", "json", "src"];
  const options = { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "inherit"] };
  try {
    return JSON.parse(execFileSync(process.execPath, args, options)).diagnostics;
  } catch (cause) {
    if (cause.status !== 1 || cause.stdout === "") throw cause;
    return JSON.parse(cause.stdout).diagnostics;
  }
}

function importLines({ imports }) {
  const declarations = imports.filter(({ statement }) => /^import\s/.test(statement));
  return sum(declarations.map(({ statement }) => statement.split("\n").length));
}

/** Declarations that import from a module from which the file imports already, types included. */
function repeatedImports({ imports }) {
  const modules = imports.filter(({ statement }) => /^import\s/.test(statement)).map(({ module }) => module);
  return modules.length - new Set(modules).size;
}

function withoutTypes(sources) {
  const isType = ({ statement }) => /^(?:import|export) type\b/.test(statement);
  return new Map(
    [...sources].map(([path, { text, imports }]) => [path, { text, imports: imports.filter((one) => !isType(one)) }]),
  );
}

function occurrences(texts, pattern) {
  return sum(texts.map(({ text }) => [...text.matchAll(pattern)].length));
}

function isNoErrorsFile({ path }) {
  return !/errors\.ts$|arm-error\.ts$/.test(path);
}

/** How many lines are in a run of six that stands elsewhere too; blank lines, comments, imports and lone signs are passed over. */
function repeatedLines(texts) {
  const places = new Map();
  for (const { path, text } of texts) {
    const lines = text
      .replaceAll(/^import[\s\S]*?;$/gm, "")
      .split("\n")
      .map((line) => line.trim());
    const counted = lines.filter((line) => /\w{2}/.test(line) && !/^(?:\/\/|\/?\*)/.test(line));
    for (let at = 0; at + 6 <= counted.length; at += 1) {
      const run = counted.slice(at, at + 6).join("\n");
      places.set(run, [...(places.get(run) ?? []), { path, at }]);
    }
  }
  const repeated = [...places.values()].filter((found) => found.length > 1).flat();
  return new Set(repeated.flatMap(({ path, at }) => [0, 1, 2, 3, 4, 5].map((more) => `${path} ${at + more}`))).size;
}

/**
 * The files in the folders of resource types that CONTRIBUTING has no slot for. An action's file starts with its verb. A
 * folder with a dialect is that of several types, not of one.
 */
function filesOutsideSlots(texts) {
  const typeFile = /^src\/providers\/[^/]+\/([^/]+)\/([^/]+)\.ts$/;
  const found = texts.map(({ path, text }) => ({
    path,
    text,
    folder: typeFile.exec(path)?.[1],
    name: basename(path, ".ts"),
  }));
  const foldersWhere = (matches) => new Set(found.filter(matches).map(({ folder }) => folder));
  const declaring = foldersWhere(({ text }) => /\): ResourceType\b|: ResourceType = /.test(text));
  const shared = foldersWhere(({ name }) => name === "dialect");
  return found
    .filter(({ folder }) => folder !== undefined && declaring.has(folder) && !shared.has(folder))
    .filter(({ folder, name }) => !isSlot(folder, name))
    .map(({ path }) => path);
}

/** A type is called by the last words of its folder, in the singular or the plural: `assignment` in `role-assignments/`. */
function isSlot(folder, name) {
  const [, type] = /^(?:put-|save-)?(.+?)(?:-type|-request)?$/.exec(name) ?? [];
  const isAction = /^(?:begin|check|delete|export|flush|force|import|list|regenerate|register|upgrade|validate)\b/.test(
    name,
  );
  const isRules = name.endsWith("-rules");
  return (
    isAction ||
    isRules ||
    [folder, folder.replace(/s$/, "")].some((whole) => whole === type || whole.endsWith(`-${type}`))
  );
}
