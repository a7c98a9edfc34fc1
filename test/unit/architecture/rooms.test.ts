import { globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const checkout = fileURLToPath(new URL("../../..", import.meta.url));
const source = join(checkout, "src");

/** The table of docs/architecture.md: the floor of each room. */
const page = readFileSync(join(checkout, "docs/architecture.md"), "utf8");
const floors = new Map(
  [...page.matchAll(/^\| (\d+) +\| `([\w-]+)`/gm)].map(([, floor = "", room = ""]) => [room, Number(floor)]),
);

const roomOf = (path: string): string => relative(source, path).split(sep)[0] ?? "";

/** Every import from one room into another: `cli/main.ts → kernel`. */
function* importsBetweenRooms(): Generator<{ file: string; from: string; to: string }> {
  for (const file of globSync("**/*.ts", { cwd: source })) {
    const path = join(source, file);
    for (const [, target = ""] of readFileSync(path, "utf8").matchAll(/(?:from|import\()\s*"(\.{1,2}\/[^"]+)"/g)) {
      const [from, to] = [roomOf(path), roomOf(join(dirname(path), target))];
      if (from !== to && to !== "..") yield { file, from, to };
    }
  }
}

test("the architecture's table has every folder of src, and nothing else", () => {
  const entries = readdirSync(source, { withFileTypes: true });
  expect(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)).toEqual([]);
  expect([...floors.keys()].toSorted()).toEqual(entries.map(({ name }) => name).toSorted());
});

test("every room imports rooms of lower floors only", () => {
  const floor = (room: string): number => floors.get(room) ?? 0;
  const upwards = [...importsBetweenRooms()].filter(({ from, to }) => floor(to) >= floor(from));
  expect(upwards).toEqual([]);
});
