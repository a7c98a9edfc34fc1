import { homedir } from "node:os";
import { isatty } from "node:tty";
import { systemClock } from "../kernel/clock.ts";
import { runCommandLine } from "./command-line.ts";
import { watchParents } from "./parent-watch.ts";

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
    // Node forgets that nohup had it ignored. What has no terminal (nohup, a service) cannot lose one.
    const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
    process.on("SIGHUP", (signal) => {
      if (hasTerminal) listener(signal);
    });
    if (hasTerminal) outliveTerminal();
  },
  onParentEnd: ({ stopWithParent }, onGone) =>
    watchParents({ env: process.env, stopWithParent, clock: systemClock, onGone }),
  exitNow: (code) => process.exit(code),
});
setTimeout(() => process.exit(), lingerMs).unref();

/** What nobody can read any more must not end a server that a shell left running (`&`, `disown`), nor its stop. */
function outliveTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}
