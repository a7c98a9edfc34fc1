import { expect, test } from "vitest";
import { findCycles, readSources } from "../../scripts/imports.js";
import { layerFaults, layers } from "../../scripts/layers.js";
import { checkout } from "../../scripts/runtime.js";

const sources = readSources(checkout);

test("every file of src is in a room of the table and imports only what its room may", () => {
  expect(layerFaults(sources)).toEqual([]);
});

test("the table of layers lets a room import only rooms above it in the table", () => {
  const rooms = [...layers.keys()];
  const misplaced = [...layers].flatMap(([room, allowed]) =>
    allowed.filter((other) => rooms.indexOf(other) >= rooms.indexOf(room) || !layers.has(other)),
  );
  expect(misplaced).toEqual([]);
});

test("no files import each other in a circle, not even types", () => {
  expect(findCycles(sources)).toEqual([]);
});

test("refusals are made only in errors files", () => {
  const isErrorsFile = (path: string): boolean => /(?:^|[/-])errors\.ts$|\/arm-error\.ts$/.test(path);
  const others = [...sources].filter(([path]) => !isErrorsFile(path));
  expect(others.filter(([, { text }]) => text.includes("new ArmError(")).map(([path]) => path)).toEqual([]);
});

test("the checks report an import from a higher room, a file in no room, and a circle of types", () => {
  const importing = (module: string) => ({ text: "", imports: [{ statement: "", module }] });
  const faulty = new Map([
    ["src/kernel/a.ts", importing("src/kernel/b.ts")],
    ["src/kernel/b.ts", importing("src/kernel/a.ts")],
    ["src/store/c.ts", importing("src/arm/d.ts")],
    ["src/attic/e.ts", importing("src/kernel/a.ts")],
  ]);
  expect(layerFaults(faulty)).toEqual([
    "src/store/c.ts imports src/arm/d.ts, and store may not import from there.",
    "src/attic/e.ts is in no room of scripts/layers.js.",
  ]);
  expect(findCycles(faulty)).toEqual([["src/kernel/a.ts", "src/kernel/b.ts"]]);
});
