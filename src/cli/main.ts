import { homedir } from "node:os";
import { isatty } from "node:tty";
import { systemClock } from "../kernel/clock.ts";
import { runCommandLine } from "./command-line.ts";
import { watchParents } from "./parent-watch.ts";

/** How long something that was left open may delay the end of a finished command. */
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
    // Node does not keep the signal ignored as nohup set it. A process without a terminal (nohup, a service) cannot lose one.
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

/** A write to a closed terminal must not end a server that a shell left running (`&`, `disown`), nor interrupt its stop. */
function outliveTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}
