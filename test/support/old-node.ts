import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** A Node on PATH that is too old to run Cuprite's TypeScript; undefined on a machine without one. */
export function findOldNode(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return folders
    .map((folder) => join(folder, "node"))
    .find((path) => {
      const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
      const major = Number(/^v(\d+)\./.exec(stdout ?? "")?.[1]);
      return major >= 20 && major < 24;
    });
}
