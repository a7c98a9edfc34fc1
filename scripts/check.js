// Everything that a change must pass: `npm run check`, here and in continuous integration.
// The quick steps run side by side, each to its end; the tests follow when all of them passed.
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { checkout } from "./runtime.js";

const quickSteps = [
  { name: "format", command: ["oxfmt", "--check"], advice: "npm run format" },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings", "--report-unused-disable-directives"] },
  { name: "types", command: ["tsc", "--noEmit"] },
  { name: "docs", command: ["node", "scripts/docs.js", "--check"], advice: "npm run docs" },
];
// What runs in spawned programs is not counted, and `npm test` runs it: here are the tests in this process alone.
const tests = {
  name: "tests with coverage",
  command: ["vitest", "run", "--coverage", "--project", "unit", ...process.argv.slice(2)],
};

const env = { ...process.env, PATH: [join(checkout, "node_modules", ".bin"), process.env.PATH].join(delimiter) };

const results = await Promise.all(quickSteps.map((step) => run(step, "pipe")));
results.push(
  results.every(({ outcome }) => outcome === "ok")
    ? await run(tests, "inherit")
    : { ...tests, outcome: "not run", seconds: 0 },
);

console.log("");
for (const { name, outcome, seconds, advice } of results) {
  const hint = outcome === "failed" && advice ? `  (try \`${advice}\`)` : "";
  console.log(`${outcome.padEnd(8)} ${name.padEnd(20)} ${seconds.toFixed(1).padStart(6)} s${hint}`);
}
process.exitCode = results.every(({ outcome }) => outcome === "ok") ? 0 : 1;

/** Runs a step to its end; with "pipe" its output is printed as one piece then. */
function run(step, output) {
  const heading = `\n== ${step.name}: ${step.command.join(" ")}`;
  if (output === "inherit") console.log(heading);
  const startMs = performance.now();
  const [program, ...args] = step.command;
  const stdio = ["ignore", output, output];
  const child = spawn(program, args, { cwd: checkout, env, stdio, shell: process.platform === "win32" });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => printed.push(chunk));
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  const end = (outcome, trouble) => {
    if (output === "pipe") console.log(`${heading}\n${trouble ?? Buffer.concat(printed).toString().trim()}`);
    resolve({ ...step, outcome, seconds: (performance.now() - startMs) / 1000 });
  };
  let trouble;
  child.once("error", (error) => (trouble = error.message));
  child.once("close", (status) => end(status === 0 && trouble === undefined ? "ok" : "failed", trouble));
  return promise;
}
