import { cellSize, idsOf, perCell } from "./cells.ts";

/** Requests to send, as data, because the generator is another process. */
export interface RequestSpec {
  readonly method: "GET" | "PUT" | "POST";
  /** With its api-version; or random ones in a store of so many cells. */
  readonly path: string | { readonly random: keyof typeof randomPaths; readonly cells: number };
  /** In turns. `{n}` is the number of the request in 8 digits, so that each PUT changes something. */
  readonly bodies?: readonly string[];
  /** Of the bodies, by default JSON. */
  readonly contentType?: string;
}

/** Returns what makes the requests one after the other, whole, as HTTP/1.1. */
export function requestMaker(spec: RequestSpec, { port, token }: { port: number; token: string }): () => Buffer {
  const { method, path, bodies = [], contentType = "application/json" } = spec;
  const rest = [`Host: localhost:${port}`, `Authorization: Bearer ${token}`, ""].join("\r\n");
  const make = (target: string, body: string | undefined): Buffer => {
    const entity = body === undefined ? "" : `Content-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n`;
    return Buffer.from(`${method} ${target} HTTP/1.1\r\n${rest}${entity}\r\n${body ?? ""}`, "latin1");
  };
  let sent = 0;
  const nextBody = (): string | undefined =>
    bodies[(sent += 1) % bodies.length]?.replace("{n}", String(sent).padStart(8, "0"));
  if (typeof path === "object") {
    const pick = randomPaths[path.random];
    return () => make(pick(Math.floor(Math.random() * path.cells)), nextBody());
  }
  if (bodies.length > 0) return () => make(path, nextBody());
  const only = make(path, undefined);
  return () => only;
}

const cacheVersion = "?api-version=2025-07-01";
const networkVersion = "?api-version=2025-03-01";
const dnsVersion = "?api-version=2024-06-01";

const below = (count: number): number => Math.floor(Math.random() * count);

/** Random paths in a cell; all resources of one kind are as likely as each other. */
const randomPaths = {
  connection: (cell: number) => `${idsOf(cell).connection(below(perCell.connections))}${cacheVersion}`,
  record: (cell: number) => `${idsOf(cell).record(below(perCell.zones), below(perCell.records))}${dnsVersion}`,
  subnet: (cell: number) => `${idsOf(cell).subnet(below(perCell.networks), below(perCell.subnets))}${networkVersion}`,
  /** Those that make most of a cell, in its proportions, and clusters. */
  any: (cell: number): string => {
    const kinds = [
      { share: 1, path: (): string => `${idsOf(cell).cluster}${cacheVersion}` },
      { share: perCell.connections, path: (): string => randomPaths.connection(cell) },
      { share: perCell.zones * perCell.records, path: (): string => randomPaths.record(cell) },
      { share: perCell.networks * perCell.subnets, path: (): string => randomPaths.subnet(cell) },
    ];
    let chosen = below(cellSize);
    const kind = kinds.find(({ share }) => (chosen -= share) < 0);
    return kind?.path() ?? randomPaths.record(cell);
  },
};
