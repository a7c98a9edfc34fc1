import type { Report } from "./report.ts";
import { isLongEnough, judgedShare, quarters, type Sample } from "./samples.ts";

const rows: readonly (readonly [keyof Sample, string])[] = [
  ["descriptors", "descriptors"],
  ["residentMb", "resident, MB"],
  ["liveHeapMb", "live heap, MB"],
  ["connections", "connections"],
  ["redisServers", "Redis servers"],
  ["redisDescriptors", "their descriptors"],
  ["redisResidentMb", "their resident, MB"],
];

/** Prints how every series went, and what was done meanwhile. */
export function printSummary(told: {
  before: Sample;
  samples: readonly Sample[];
  after: Sample;
  report: Report;
  seconds: number;
}): void {
  const { before, samples, after, report, seconds } = told;
  printRow(["", "before", "1st quarter", "2nd", "3rd", "4th", "most", "after"]);
  for (const [name, title] of rows) {
    const figures = samples.map((sample) => sample[name]);
    const cells = [before[name], ...quarters(figures, 0.5), Math.max(...figures), after[name]];
    const isMemory = name.endsWith("Mb");
    printRow([title, ...cells.map((cell) => (isMemory ? cell.toFixed(1) : String(cell)))]);
    if (isMemory) printRow(["  lower quartile", "", ...quarters(figures, judgedShare).map((cell) => cell.toFixed(1))]);
  }
  const { counts, violations } = report;
  console.log(
    `\n${samples.length} samples in ${seconds.toFixed(0)} s; quarters are medians, and memory has its lower quartiles below.`,
  );
  console.log(`${counts.flips} paths opened and closed, ${counts.cuts} connections cut by it`);
  console.log(`${counts.keysRegenerated} keys regenerated`);
  console.log(`${counts.steadyWrites} acknowledged writes on steady paths, ${counts.flappingWrites} on flapping ones`);
  console.log(`${counts.visits} short connections, ${counts.bigReads} values of 1 MiB read back`);
  if (!isLongEnough(samples)) console.log("too short to show whether memory grows");
  console.log(violations.length === 0 ? "nothing violated" : `${violations.length} VIOLATIONS`);
}

function printRow([title = "", ...cells]: readonly string[]): void {
  console.log(title.padEnd(20) + cells.map((cell) => cell.padStart(12)).join(""));
}
