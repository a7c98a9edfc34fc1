#!/usr/bin/env node
// The `cuprite` command. Plain JavaScript that also runs on Node 20; there it starts the Node that npm installed.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { currentBundle, sourceEntry } from "../scripts/bundle-state.js";
import { checkout, isThisNodeNewEnough, nodeTooOld, pinnedNodePath } from "../scripts/runtime.js";

const dependencies = join(checkout, "node_modules");
const pinnedNode = isThisNodeNewEnough() ? undefined : pinnedNodePath();

if (!existsSync(join(dependencies, "better-sqlite3"))) {
  fail(
    "Cuprite's dependencies are not installed: run `npm install` (or `npm start`, which does it too) in its folder.",
  );
} else if (isThisNodeNewEnough()) {
  await runHere(process.env.CUPRITE_RUN);
} else if (pinnedNode === undefined) {
  fail(nodeTooOld);
} else {
  await runWith(pinnedNode);
}

/** Runs the bundle when it is that of the sources, otherwise the sources; or what CUPRITE_RUN names. */
async function runHere(wanted = "") {
  if (!["", "bundle", "sources"].includes(wanted)) {
    return fail(`CUPRITE_RUN is ${JSON.stringify(wanted)}, and may be "bundle" or "sources".`);
  }
  const { entry, reason } = wanted === "sources" ? {} : currentBundle();
  if (entry !== undefined) return runBundle(entry);
  if (wanted === "bundle") {
    return fail(`CUPRITE_RUN asks for the bundle, and ${reason}: run \`node scripts/setup.js\` in Cuprite's folder.`);
  }
  await cacheCompiled(join(dependencies, ".cache", "cuprite"));
  await import(`../${sourceEntry}`);
}

async function runBundle(entry) {
  const { nameSourcesInStacks } = await import("../scripts/stack-traces.js");
  nameSourcesInStacks(dirname(entry));
  await cacheCompiled(join(dirname(entry), "compile-cache"));
  await import(pathToFileURL(entry).href);
}

async function cacheCompiled(folder) {
  const { enableCompileCache } = await import("node:module");
  enableCompileCache(folder);
}

/** Runs the same command line under another Node, which gets the streams and signals of this process. Each of the two ends with the other. */
async function runWith(node) {
  const { spawn } = await import("node:child_process");
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const env = { ...process.env, CUPRITE_HANDED_OVER_BY: String(process.pid) };
  const child = spawn(node, args, { env, stdio: "inherit" });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  child.on("error", (error) => fail(`${node} could not be run: ${error.message}`));
  child.on("exit", (code, signal) => {
    for (const each of signals) process.off(each, forward);
    if (signal === null) process.exitCode = code;
    else process.kill(process.pid, signal);
  });
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
