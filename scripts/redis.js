// Installs a Redis server for the data plane where there is none. Plain JavaScript without dependencies that also runs on Node 20.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const programs = ["redis-server", "valkey-server"];

/** Whether a Redis server is on PATH. */
export const hasRedis = () => programs.some(isOnPath);

const isOnPath = (program) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .some((folder) => existsSync(join(folder, program)));

/** What decides how Redis is installed, besides the programs on PATH. */
const thisMachine = () => ({
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  hasSystemd: existsSync("/run/systemd/system"),
});

/**
 * Installs Debian's Redis where that takes no password; elsewhere says how to. Without one everything works but the
 * databases themselves, so that nothing here is a failure.
 */
export function ensureRedis(machine = thisMachine()) {
  const asRoot = rootPrefix(machine);
  if (!isOnPath("apt-get") || asRoot === undefined) {
    process.stderr.write(`No redis-server is on PATH, so databases will have no Redis: ${advice(machine)}\n`);
    return;
  }
  process.stderr.write("Installing redis-server with apt-get …\n");
  const run = (...command) => {
    const [program, ...args] = [...asRoot, ...command];
    return spawnSync(program, args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  };
  const install = () => run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "redis-server");
  let result = install();
  // A fresh image has no lists of packages.
  if (result.status !== 0 && run("apt-get", "update", "-q").status === 0) result = install();
  if (result.status !== 0) {
    process.stderr.write(`redis-server could not be installed, so databases will have no Redis: ${advice(machine)}\n`);
    return;
  }
  // Debian's package starts a server, which is not needed.
  if (machine.hasSystemd) run("systemctl", "disable", "--now", "redis-server");
  else run("service", "redis-server", "stop");
}

/** The command prefix that runs a command as root without a password; undefined where there is none. */
function rootPrefix({ platform, isRoot }) {
  if (platform !== "linux") return undefined;
  if (isRoot) return [];
  return spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0 ? ["sudo", "-n"] : undefined;
}

function advice({ platform }) {
  if (platform === "darwin") return "`brew install redis`.";
  if (platform === "win32") return "use WSL.";
  return "install Redis 7 or newer (Debian and Ubuntu: `sudo apt-get install redis-server`).";
}
