// Sets up a fresh checkout: npm runs this before `start`, `test` and `check`, and after an install.
// Arguments name further folders with lockfiles of their own.
// Plain JavaScript without dependencies that also runs on Node 20; quick when there is nothing to do.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { currentBundle, hasSources } from "./bundle-state.js";
import { ensureRedis, hasRedis } from "./redis.js";
import { checkout, isThisNodeNewEnough, nodeTooOld, pinnedNodePath } from "./runtime.js";

const folders = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

if (process.argv.includes("--installed")) {
  // npx calls this, too, when it links the checkout into its cache, and has installed nothing then.
  if (process.env.npm_command !== "exec") stamp(checkout);
} else {
  for (const folder of [checkout, ...folders.map((name) => join(checkout, name))]) {
    if (installedHash(folder) !== lockfileHash(folder)) await install(folder);
  }
  if (!isThisNodeNewEnough() && pinnedNodePath() === undefined) fail(nodeTooOld);
  if (hasSources() && currentBundle().entry === undefined) await makeBundle();
  if (!hasRedis()) ensureRedis();
}

function lockfileHash(folder) {
  return createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
}

function installedHash(folder) {
  try {
    return readFileSync(stampPath(folder), "utf8");
  } catch {
    return undefined; // Never installed, or by a tool that runs no scripts: install again.
  }
}

/** Holds the hash of the lockfile that node_modules was installed from. */
function stampPath(folder) {
  return join(folder, "node_modules", ".cuprite-lockfile-sha256");
}

function stamp(folder) {
  writeFileSync(stampPath(folder), lockfileHash(folder));
}

/**
 * Installs exactly the lockfile. Warnings are hidden: npm's own Node may be older than what some packages ask of theirs.
 * No package needs its install script, and the one that has one (better-sqlite3) would ask for a C++ toolchain.
 */
async function install(folder) {
  process.stderr.write(`Installing dependencies from ${join(relative(checkout, folder), "package-lock.json")} …\n`);
  const { spawnSync } = await import("node:child_process");
  const include = ["--include=dev", "--include=optional", "--ignore-scripts"];
  const npmArguments = ["ci", ...include, "--loglevel=error", "--no-audit", "--no-fund"];
  const npmScript = process.env.npm_execpath;
  const options = { cwd: folder, stdio: ["ignore", 2, 2] };
  const { status, error } = npmScript?.endsWith("npm-cli.js")
    ? spawnSync(process.execPath, [npmScript, ...npmArguments], options)
    : spawnSync("npm", npmArguments, { ...options, shell: process.platform === "win32" });
  if (error) fail(`npm could not be run: ${error.message}`);
  if (status !== 0) fail("The dependencies could not be installed; npm's message above says why.");
  stamp(folder);
}

/** Bundles the sources, so that the program starts sooner. It also runs without, so that nothing here is a failure. */
async function makeBundle() {
  const { spawnSync } = await import("node:child_process");
  const node = isThisNodeNewEnough() ? process.execPath : pinnedNodePath();
  const options = { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" };
  const { status, stderr, error } = spawnSync(node, [join(checkout, "scripts", "bundle.js")], options);
  if (status === 0) return;
  const reason = error?.message ?? /^\S*Error: .*/m.exec(stderr)?.[0] ?? stderr.trim();
  process.stderr.write(`The bundle could not be made, and Cuprite runs from its sources: ${reason}\n`);
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
