// The rooms of src/, its folders: test/unit/layers.test.ts checks what each imports, docs/architecture.md has them as a table.
import { markdownTable } from "./markdown-table.js";

/** Every room from the bottom up: what it has, and the rooms that its files may import from besides their own. */
const table = [
  ["kernel", "clock, ids, log, shutdown, regions", ""],
  ["data-dir", "the data directory: its lock, durable files, the note where the server listens", "kernel"],
  ["tls", "the certificate authority and its certificates", "kernel data-dir"],
  ["store", "tables, migrations, queries, transactions; `sqlite/` has what is specific to SQLite", "kernel"],
  ["operations", "the engine for long-running operations, and timing", "kernel store"],
  [
    "identity",
    "the authority: `tokens/`, `principals/`, `flows/`, `pages/`, and a small Microsoft Graph",
    "kernel data-dir store",
  ],
  [
    "arm",
    "Resource Manager: the pipeline, resource kinds, the lifecycle, errors, paging, operations over HTTP",
    "kernel store operations",
  ],
  ["http", "the HTTPS server, and refusals of input that is not a request", "kernel arm"],
  [
    "private-link",
    "the state machine of connections, and the contract between the two sides",
    "kernel store operations arm",
  ],
  [
    "providers",
    "one folder for each namespace, in it one folder for each resource type",
    "kernel store operations arm private-link",
  ],
  [
    "data-plane",
    "Redis servers, the gateway in front of them, DNS, imports and exports: reconcilers",
    "kernel tls store operations private-link",
  ],
  [
    "management",
    "the server's own routes: health for everybody, `/cuprite/` for owners",
    "kernel store identity arm data-plane",
  ],
  [
    "app",
    "starts everything: settings in, `{ close() }` out; the demonstration",
    "kernel data-dir tls store operations identity arm http private-link providers data-plane management",
  ],
  [
    "cli",
    "the command `cuprite`: `commands/`, `settings/`, help",
    "kernel data-dir store operations identity arm providers data-plane management app",
  ],
];

/** The rooms that each room may import from. */
export const layers = new Map(table.map(([room, , below]) => [room, below.split(" ").filter(Boolean)]));

/** The room of a file: `arm` of `src/arm/paging.ts`; undefined for one that lies in none. */
export const roomOf = (path) => /^src\/([^/]+)\//.exec(path)?.[1];

/**
 * A sentence for each import that the table does not allow and for each file that is in none of its folders.
 * @param {ReturnType<typeof import("./imports.js").readSources>} sources
 */
export function layerFaults(sources) {
  return [...sources].flatMap(([path, { imports }]) => {
    const room = roomOf(path);
    const allowed = layers.get(room ?? "");
    if (allowed === undefined) return [`${path} is in no room of scripts/layers.js.`];
    return imports
      .filter(({ module }) => module.startsWith("src/"))
      .filter(({ module }) => roomOf(module) !== room && !allowed.includes(roomOf(module) ?? ""))
      .map(({ module }) => `${path} imports ${module}, and ${room} may not import from there.`);
  });
}

/**
 * The rooms by floor, highest first, with the rooms that each imports: it is one floor above the highest of those. For
 * sources without layer faults, or there may be no highest one.
 */
export function roomsTable(sources) {
  const arrows = arrowsOf(sources);
  const floorOf = (room) => 1 + Math.max(0, ...[...arrows.get(room)].map(floorOf));
  const rows = table
    .toReversed()
    .map(([room, what]) => ({ room, what, floor: floorOf(room) }))
    .toSorted((a, b) => b.floor - a.floor)
    .map(({ room, what, floor }) => [String(floor), `\`${room}\``, what, inOrder(arrows.get(room)).join(", ")]);
  return markdownTable([["floor", "room", "what it has", "imports"], ...rows]);
}

const inOrder = (rooms) => [...layers.keys()].filter((room) => rooms.has(room));

/** For each room the other rooms that its files import, type-only imports included. */
function arrowsOf(sources) {
  const arrows = new Map([...layers.keys()].map((room) => [room, new Set()]));
  for (const [path, { imports }] of sources) {
    const room = roomOf(path);
    for (const { module } of imports) {
      const other = roomOf(module);
      if (other !== undefined && other !== room) arrows.get(room)?.add(other);
    }
  }
  return arrows;
}
