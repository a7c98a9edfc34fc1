import { createHash } from "node:crypto";
import type { AddressScheme } from "../addresses.ts";

/** 127.68.0.0/16 belongs to resolvers; 127.67.0.0/16 to paths. */
const viewNetwork = "127.68";
const firstPort = 40_000;
const portCount = 9_000;

/**
 * Where a view may be served: the nth choice, the same on every start of one data directory. Where all views share an
 * address, each has a port of its own but the first, which has the one that was asked for.
 */
export function viewAddress(
  scheme: AddressScheme,
  view: { seed: string; key: string; attempt: number; port: number },
): { address: string; port: number } {
  const { seed, key, attempt, port } = view;
  const hash = createHash("sha256").update(`${seed}\n${key}`).digest().readUInt32BE(0) + attempt;
  if (scheme === "ports") {
    return { address: "127.0.0.1", port: key === publicViewKey ? port : firstPort + (hash % portCount) };
  }
  const index = hash % (256 * 254);
  return { address: `${viewNetwork}.${Math.floor(index / 254)}.${(index % 254) + 1}`, port };
}

/** The key of the view that no network has. */
export const publicViewKey = "";
