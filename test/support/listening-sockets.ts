import { readdir, readFile, readlink } from "node:fs/promises";

/** A socket that accepts connections or datagrams. */
export interface ListeningSocket {
  readonly pid: number;
  readonly kind: "tcp" | "udp" | "unix";
  /** `127.0.0.1:8443`, `[::1]:8443`, or the path of a unix socket. */
  readonly place: string;
}

/** What listens in a process and everything that descends from it (Linux: proc(5)). */
export async function listeningSockets(root: number): Promise<ListeningSocket[]> {
  const pids = await processTree(root);
  const perProcess = await Promise.all(
    pids.map(async (pid) => {
      const places = await socketTable(pid);
      return (await socketInodes(pid)).flatMap((inode) => {
        const found = places.get(inode);
        return found === undefined ? [] : [{ pid, ...found }];
      });
    }),
  );
  return perProcess.flat();
}

/** A process and everything that descends from it. */
export async function processTree(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

async function socketInodes(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

type Place = Omit<ListeningSocket, "pid">;

/** By inode, all listening sockets in a process's network namespace. */
async function socketTable(pid: number): Promise<Map<string, Place>> {
  const table = new Map<string, Place>();
  for (const [file, kind, state] of internetTables) {
    for (const line of await rowsOf(`/proc/${pid}/net/${file}`)) {
      const [, local = "", , st, , , , , , inode = ""] = line.split(/\s+/);
      if (st === state) table.set(inode, { kind, place: placeOf(local) });
    }
  }
  for (const line of await rowsOf(`/proc/${pid}/net/unix`)) {
    const [, , , flags = "", , , inode = "", path = "(no name)"] = line.split(/\s+/);
    // __SO_ACCEPTCON (linux/net.h)
    if ((Number.parseInt(flags, 16) & 0x10_000) !== 0) table.set(inode, { kind: "unix", place: path });
  }
  return table;
}

/** TCP_LISTEN, and for UDP what is not connected (linux/tcp_states.h). */
const internetTables = [
  ["tcp", "tcp", "0A"],
  ["tcp6", "tcp", "0A"],
  ["udp", "udp", "07"],
  ["udp6", "udp", "07"],
] as const;

async function rowsOf(path: string): Promise<string[]> {
  const [, ...rows] = (await readFile(path, "utf8").catch(() => "")).trimEnd().split("\n");
  return rows.map((row) => row.trim());
}

/** `127.0.0.1:8443` of `0100007F:20FB`: words of 32 bits in the machine's order, which is little-endian here. */
function placeOf(local: string): string {
  const [address = "", port = ""] = local.split(":");
  const bytes = Buffer.from(address, "hex");
  bytes.swap32();
  const number = Number.parseInt(port, 16);
  if (bytes.length === 4) return `${bytes.join(".")}:${number}`;
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return `[${groups.join(":")}]:${number}`;
}
