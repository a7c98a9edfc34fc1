import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestModule, TestSpecification } from "vitest/node";

interface FolderResults {
  filesLeft: number;
  files: number;
  passed: number;
  failed: number;
  skipped: number;
  ms: number;
}

/** How many of the slowest files are named at the end. */
const slowestFiles = 5;

/**
 * Prints a line for each folder of tests when its last file has run, and the slowest files and the processor time at the end:
 * a screen in all.
 */
export class SummaryReporter implements Reporter {
  readonly #folders = new Map<string, FolderResults>();
  readonly #files: { name: string; ms: number }[] = [];

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    for (const { moduleId } of specifications) {
      const results = this.#resultsOf(moduleId);
      results.files += 1;
      results.filesLeft += 1;
    }
  }

  onTestModuleEnd(module: TestModule): void {
    const results = this.#resultsOf(module.moduleId);
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state !== "pending") results[state] += 1;
    }
    const { duration: ms } = module.diagnostic();
    // A file that cannot be loaded has no tests.
    if (module.errors().length > 0) results.failed += 1;
    results.ms += ms;
    results.filesLeft -= 1;
    this.#files.push({ name: nameOf(module.moduleId), ms });
    if (results.filesLeft === 0) print(lineOf(folderOf(module.moduleId), results));
  }

  onTestRunEnd(): void {
    // The processes in which the tests ran have ended by then, and count.
    process.once("exit", printProcessorTime);
    const slowest = this.#files.toSorted((one, other) => other.ms - one.ms).slice(0, slowestFiles);
    print(`slowest: ${slowest.map(({ name, ms }) => `${name} ${seconds(ms)}`).join(", ")}`);
  }

  #resultsOf(moduleId: string): FolderResults {
    const folder = folderOf(moduleId);
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const results = { filesLeft: 0, files: 0, passed: 0, failed: 0, skipped: 0, ms: 0 };
    this.#folders.set(folder, results);
    return results;
  }
}

const nameOf = (moduleId: string): string => relative(process.cwd(), moduleId);

/** `test/http/microsoft.cache` of the files in it and below it. */
const folderOf = (moduleId: string): string => nameOf(moduleId).split("/").slice(0, -1).slice(0, 3).join("/");

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function lineOf(folder: string, { files, passed, failed, skipped, ms }: FolderResults): string {
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} FAILED`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${folder.padEnd(34)} ${String(files).padStart(3)} files  ${seconds(ms).padStart(8)}  ${counts.join(", ")}`;
}

/**
 * The processor time of this process and of all that it has started, as the kernel has it: programs whose parent was killed
 * are not in it. proc(5): utime, stime, cutime and cstime in ticks of 10 ms. Only Linux has it.
 */
function printProcessorTime(): void {
  if (process.platform !== "linux") return;
  const stat = readFileSync("/proc/self/stat", "utf8");
  const [user = 0, system = 0, userOfChildren = 0, systemOfChildren = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 15)
    .map((ticks) => Number(ticks) * 10);
  const all = user + system + userOfChildren + systemOfChildren;
  print(`processor time: ${seconds(all)}, of which the kernel's ${seconds(system + systemOfChildren)}`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
