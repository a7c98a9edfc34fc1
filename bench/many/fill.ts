import { fillStore } from "../support/fill-store.ts";
import { cellSize } from "../support/cells.ts";

/*
 * Fills a new data directory with many resources, 1,000 a resource group, each of which has one cluster:
 *
 *   node bench/many/fill.ts <data directory> <number of resources>
 */
const [dataDir = "", count = "1000"] = process.argv.slice(2);
if (dataDir === "") throw new Error("The data directory is missing.");
const startedMs = performance.now();
await fillStore({ dataDir, cells: Math.ceil(Number(count) / cellSize) });
console.log(`${count} resources in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
