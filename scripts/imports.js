// Which modules the files of src/ import: what shape.js measures and layers.js checks and draws.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * Import declarations and exports from another module, type-only ones included, and calls of `import()`. The formatter
 * puts each declaration at the start of a line and ends it with a semicolon.
 */
const importPattern =
  /^(?:import|export)\b[^;"]*?\bfrom\s+"(?<from>[^"]+)";|^import\s+"(?<effect>[^"]+)";|\bimport\("(?<call>[^"]+)"\)/gm;

/**
 * The TypeScript files of a checkout's src/ by path (`src/arm/paging.ts`), each with its text and its imports.
 * @param {string} root
 */
export function readSources(root) {
  const names = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const paths = names.map((name) => posix.join("src", name.replaceAll("\\", "/")));
  return new Map(
    paths.toSorted().map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return [path, { text, imports: importsOf(path, text) }];
    }),
  );
}

/**
 * @param {string} path
 * @param {string} text
 */
function importsOf(path, text) {
  return [...text.matchAll(importPattern)].map(({ 0: statement, groups }) => {
    const name = groups?.["from"] ?? groups?.["effect"] ?? groups?.["call"] ?? "";
    return { statement, module: name.startsWith(".") ? posix.join(posix.dirname(path), name) : name };
  });
}

/**
 * The groups of files that import each other in a circle, each as a list of paths.
 * @param {ReturnType<typeof readSources>} sources
 */
export function findCycles(sources) {
  const reachable = new Map([...sources.keys()].map((path) => [path, reachableFrom(path, sources)]));
  const groups = [...reachable].map(([path, reached]) =>
    [...sources.keys()].filter((other) => reached.has(other) && reachable.get(other)?.has(path)),
  );
  return groups.filter(
    (group, index) => group.length > 0 && groups.findIndex(([first]) => first === group[0]) === index,
  );
}

/** All that a file imports, directly or not; itself only where it imports itself so. */
function reachableFrom(path, sources) {
  const reached = new Set();
  const next = [path];
  for (let from = next.pop(); from !== undefined; from = next.pop()) {
    for (const { module } of sources.get(from)?.imports ?? []) {
      if (reached.has(module) || !sources.has(module)) continue;
      reached.add(module);
      next.push(module);
    }
  }
  return reached;
}
