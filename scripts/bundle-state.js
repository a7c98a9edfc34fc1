// Whether the bundle in dist/ is that of the checkout's sources. Plain JavaScript without dependencies that also runs on
// Node 20, and is quick: bin/cuprite.js asks at each start.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./runtime.js";

/** The folder of bundles: `bundle.json`, and one folder for each state of the sources, named by its hash. */
export const bundlesFolder = join(checkout, "dist");

/** What says which bundle is the current one, and which files it was made from. */
export const notePath = join(bundlesFolder, "bundle.json");

/** The name of the file in a bundle that runs the command. */
export const entryName = "cuprite.mjs";

/** The program as sources. */
export const sourceEntry = "src/cli/main.ts";

/** Whether there are sources; a published package has none, so that its bundle is compared with nothing. */
export const hasSources = () => existsSync(join(checkout, sourceEntry));

/** Files besides `src` that decide what is in a bundle; npm writes the last at every install. */
const otherInputs = ["package.json", "package-lock.json", "scripts/bundle.js", "node_modules/.package-lock.json"];

/** The paths of all files that a bundle is made from, relative to the checkout. */
export function inputPaths() {
  const sources = readdirSync(join(checkout, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(checkout.length)
        .replaceAll("\\", "/"),
    );
  return [...otherInputs, ...sources.toSorted()];
}

/**
 * What changes with the content of a file; null when there is none. The time of a change of the inode is in it, because
 * tools that copy files set the time of modification.
 */
export function fingerprintOf(path) {
  const stats = statSync(join(checkout, path), { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
}

/**
 * The current bundle: `{ entry }` with the path of its program, or `{ reason }` why there is none. A file that was added
 * to the sources makes no difference until one of the others imports it.
 */
export function currentBundle() {
  const { key, files } = readNote() ?? {};
  if (files === undefined) return { reason: "there is no bundle" };
  const changed = hasSources() ? Object.keys(files).find((path) => fingerprintOf(path) !== files[path]) : undefined;
  if (changed !== undefined) return { reason: `${changed} is not the one that the bundle was made with` };
  return { entry: join(bundlesFolder, key, entryName) };
}

/** `{ key, files }`, with the fingerprints of the files that the bundle was made from and consists of. */
function readNote() {
  try {
    return JSON.parse(readFileSync(notePath, "utf8"));
  } catch {
    return undefined; // Never made, or damaged: it can be made again.
  }
}
