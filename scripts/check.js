// Everything that a change must pass: `npm run check`, here and in continuous integration.
// The quick steps all run, whatever the others say; the tests follow when those passed.
import { spawnSync } from "node:child_process";
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

const results = quickSteps.map(run);
results.push(
  results.every(({ outcome }) => outcome === "ok") ? run(tests) : { ...tests, outcome: "not run", seconds: 0 },
);

console.log("");
for (const { name, outcome, seconds, advice } of results) {
  const hint = outcome === "failed" && advice ? `  (try \`${advice}\`)` : "";
  console.log(`${outcome.padEnd(8)} ${name.padEnd(20)} ${seconds.toFixed(1).padStart(6)} s${hint}`);
}
process.exitCode = results.every(({ outcome }) => outcome === "ok") ? 0 : 1;

function run(step) {
  console.log(`\n== ${step.name}: ${step.command.join(" ")}`);
  const startMs = performance.now();
  const [program, ...args] = step.command;
  const options = { cwd: checkout, env, stdio: ["ignore", "inherit", "inherit"], shell: process.platform === "win32" };
  const { status, error } = spawnSync(program, args, options);
  if (error) console.error(error.message);
  return { ...step, outcome: status === 0 ? "ok" : "failed", seconds: (performance.now() - startMs) / 1000 };
}
