// Keeps the documentation up to date: writes the output of commands into it, and checks that the targets of relative links exist.
//
// In a Markdown file, the fenced block after `<!-- output of: cuprite … -->` is what that command prints, and the one
// after `<!-- state machine: … -->` is the picture or the table of a private endpoint connection's states. The one after
// `<!-- file: … -->` is that file. The table after `<!-- rooms -->` has the folders of src/ and what they import.
// `npm run docs` rewrites such blocks; `--check` only lists those that are out of date.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readSources } from "./imports.js";
import { layerFaults, roomsTable } from "./layers.js";
import { checkout } from "./runtime.js";
import { stateMachineBlocks } from "./state-machine-docs.js";

const onlyCheck = process.argv.includes("--check");
const problems = [];

const skippedFolders = new Set(["node_modules", "coverage", ".git"]);
const paths = globSync("**/*.md", { cwd: checkout, exclude: (name) => skippedFolders.has(name) });
for (const path of paths.toSorted()) {
  const text = readFileSync(join(checkout, path), "utf8");
  const current = withRooms(withStateMachine(withFiles(withOutputs(text))));
  if (current !== text && onlyCheck) problems.push(`${path} is out of date: run \`npm run docs\`.`);
  else if (current !== text) writeFileSync(join(checkout, path), current);
  problems.push(...brokenLinks(path, current));
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function withOutputs(text) {
  const block = /(<!-- output of: cuprite (.*) -->\n+```text\n)[\s\S]*?(```\n)/g;
  return text.replaceAll(block, (_, opening, args, closing) => `${opening}${outputOf(args)}${closing}`);
}

function withFiles(text) {
  const block = /(<!-- file: (\S+) -->\n+```\w+\n)[\s\S]*?(```\n)/g;
  return text.replaceAll(
    block,
    (_, opening, path, closing) => `${opening}${readFileSync(join(checkout, path), "utf8")}${closing}`,
  );
}

function withStateMachine(text) {
  const block = /(<!-- state machine: (\w+) -->\n)[\s\S]*?(<!-- end of state machine -->)/g;
  return text.replaceAll(
    block,
    (_, opening, name, closing) => `${opening}\n${stateMachineBlocks[name]()}\n\n${closing}`,
  );
}

function withRooms(text) {
  const block = /(<!-- rooms -->\n)[\s\S]*?(<!-- end of rooms -->)/g;
  return text.replaceAll(block, (whole, opening, end) => {
    const sources = readSources(checkout);
    const faults = layerFaults(sources);
    problems.push(...faults);
    return faults.length > 0 ? whole : `${opening}\n${roomsTable(sources)}\n\n${end}`;
  });
}

function outputOf(args) {
  const command = [join(checkout, "bin", "cuprite.js"), ...args.split(" ")];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  if (status !== 0) throw new Error(`cuprite ${args} failed: ${stderr}`);
  return stdout;
}

/** A sentence for each relative link, outside code, to a file that does not exist. */
function brokenLinks(path, text) {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
  const targets = [...prose.matchAll(/\]\(<?([^)>\s]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s+(\S+)/gm)].map(
    (match) => match[1] ?? match[2],
  );
  return targets
    .filter((target) => !/^([a-z][a-z+.-]*:|#|\/\/)/i.test(target))
    .filter((target) => !existsSync(join(checkout, dirname(path), decodeURI(target.replace(/[#?].*$/, "")))))
    .map((target) => `${path} links to ${target}, which does not exist.`);
}
