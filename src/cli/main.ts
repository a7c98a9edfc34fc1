import { homedir } from "node:os";
import { systemClock } from "../kernel/clock.ts";
import { runCommandLine } from "./command-line.ts";
import { watchParent } from "./parent-watch.ts";

/** How long a finished command may be kept alive by something that was left open. */
const lingerMs = 500;

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  homeDir: homedir(),
  workingDir: process.cwd(),
  clock: systemClock,
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
  onStopSignal(listener) {
    process.on("SIGINT", listener);
    process.on("SIGTERM", listener);
    const isRunByNpm = process.env["npm_lifecycle_event"] !== undefined;
    if (isRunByNpm)
      watchParent({ parentId: () => process.ppid, clock: systemClock, onGone: () => listener("SIGTERM") });
  },
  exitNow: (code) => process.exit(code),
});
setTimeout(() => process.exit(), lingerMs).unref();
