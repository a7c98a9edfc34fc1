// Makes a fresh checkout ready: npm runs this before `start`, `test` and `check`, and after an install.
// Plain JavaScript without dependencies that also runs on Node 20; quick when there is nothing to do.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, isThisNodeNewEnough, nodeTooOld, pinnedNodePath } from "./runtime.js";

/** Holds the hash of the lockfile that node_modules was installed from. */
const stampPath = join(checkout, "node_modules", ".cuprite-lockfile-sha256");

const lockfileHash = createHash("sha256")
  .update(readFileSync(join(checkout, "package-lock.json")))
  .digest("hex");

if (process.argv.includes("--installed")) {
  // npx, too, calls this when it links the checkout into its cache, and has installed nothing.
  if (process.env.npm_command !== "exec") writeFileSync(stampPath, lockfileHash);
} else {
  if (installedHash() !== lockfileHash) await install();
  if (!isThisNodeNewEnough() && pinnedNodePath() === undefined) fail(nodeTooOld);
}

function installedHash() {
  try {
    return readFileSync(stampPath, "utf8");
  } catch {
    return undefined; // Never installed, or by a tool that runs no scripts: install again.
  }
}

/**
 * Installs exactly the lockfile. Warnings are hidden: npm's own Node may be older than what some packages ask of theirs.
 * No package needs its install script, and the one that has one (better-sqlite3) would ask for a C++ toolchain.
 */
async function install() {
  process.stderr.write("Installing dependencies from package-lock.json …\n");
  const { spawnSync } = await import("node:child_process");
  const include = ["--include=dev", "--include=optional", "--ignore-scripts"];
  const npmArguments = ["ci", ...include, "--loglevel=error", "--no-audit", "--no-fund"];
  const npmScript = process.env.npm_execpath;
  const options = { cwd: checkout, stdio: ["ignore", 2, 2] };
  const { status, error } = npmScript?.endsWith("npm-cli.js")
    ? spawnSync(process.execPath, [npmScript, ...npmArguments], options)
    : spawnSync("npm", npmArguments, { ...options, shell: process.platform === "win32" });
  if (error) fail(`npm could not be run: ${error.message}`);
  if (status !== 0) fail("The dependencies could not be installed; npm's message above says why.");
  writeFileSync(stampPath, lockfileHash);
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
