import { constants } from "node:fs";
import { access, chmod, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { tempDir } from "./temp-dir.ts";

/** A program called `redis-server` that is found before any other. */
export interface FakeRedis {
  /** The environment in which programs find it. */
  readonly env: NodeJS.ProcessEnv;
  /** Replaces its script from the next start on; the lines may use `$real`. */
  become(script: string, version?: string, product?: "Redis" | "Valkey"): Promise<void>;
  /** What a script may wait for: `while [ ! -e "$go" ]; do sleep 0.05; done`. */
  go(): Promise<void>;
}

/** Runs the real server of this machine. */
export const asReal = 'exec "$real" "$@"';

/** Ends at once with a line that says why. */
export const asBroken = 'echo "Fatal error: the oven is cold"; exit 3';

/** Does nothing at all, and neither ends nor listens. */
export const asSilent = "exec sleep 1000";

/** Runs the real server after `go`. */
export const asWaiting = `while [ ! -e "$go" ]; do sleep 0.05; done; ${asReal}`;

/** Makes a Redis server that begins as a script. */
export async function fakeRedis(script: string): Promise<FakeRedis> {
  const folder = await tempDir();
  const real = await realServer();
  const path = join(folder, "redis-server");
  const become = async (lines: string, version = "7.0.0", product = "Redis"): Promise<void> => {
    const told = `[ "$1" = --version ] && { echo "${product} server v=${version} sha=0"; exit 0; }`;
    const known = `real='${real}'; go='${folder}/go'`;
    await writeFile(path, `#!/bin/sh\n${told}\n${known}\n${lines}\n`);
    await chmod(path, 0o755);
  };
  await become(script);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
  return { env, become, go: () => writeFile(join(folder, "go"), "") };
}

async function realServer(): Promise<string> {
  for (const name of ["redis-server", "valkey-server"]) {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      const path = join(folder, name);
      if (await isRunnable(path)) return path;
    }
  }
  throw new Error("No Redis server is on PATH.");
}

async function isRunnable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
