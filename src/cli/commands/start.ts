import { constants } from "node:os";
import type { Closable } from "../../kernel/shutdown.ts";
import { exitCodes, WrongCall, type Command, type Terminal } from "../command.ts";
import { settingFlags } from "../settings/resolve.ts";
import { welcome } from "../welcome.ts";
import { unservedSummary } from "./unserved.ts";

/** How long requests in progress may take after the request to stop. */
const closeLimitMs = 5_000;

/** Runs Cuprite until SIGINT or SIGTERM. */
export const start: Command = {
  name: "start",
  summary: "Run Cuprite until Ctrl+C.",
  flags: settingFlags,
  async run({ terminal, settings, origins }) {
    if (settings.ownerPassword !== "" && !settings.strict) {
      throw new WrongCall(`${origins.get("ownerPassword")}: the owner has a password under --strict only.`);
    }
    const stopRequested = stopRequest(terminal, settings);
    const { startCuprite } = await import("../../app/app.ts");
    const running = await startCuprite(settings);
    terminal.print(welcome({ settings, running, homeDir: terminal.homeDir }));
    await stopRequested;
    const isClosed = await closesInTime(running, terminal);
    const summary = unservedSummary(running.unserved());
    if (summary !== undefined) terminal.complain(summary);
    if (isClosed) return exitCodes.done;
    terminal.complain(`Cuprite did not finish within ${closeLimitMs} ms. The next start resumes what was left.`);
    return exitCodes.failed;
  },
};

async function closesInTime(running: Closable, { clock }: Terminal): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const forget = clock.wakeIn(closeLimitMs, () => late.resolve(false));
  try {
    return await Promise.race([running.close().then(() => true as const), late.promise]);
  } finally {
    forget();
  }
}

/** Under npm, one Ctrl+C arrives twice, from the terminal and from npm; a second Ctrl+C comes later than this. */
const echoMs = 500;

/** How long a stop may take when the terminal or the parent process is gone, so that nobody waits for it. */
const abandonedMs = 1_500;

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP, or the end of a watched parent. From then on another signal ends the
 * process at once.
 */
export function stopRequest(
  { clock, onStopSignal, onParentEnd, exitNow }: Terminal,
  { stopWithParent }: { stopWithParent: boolean },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let firstAtMs: number | undefined;
  const abandon = (signal: NodeJS.Signals): void => {
    resolve();
    clock.wakeIn(abandonedMs, () => exitNow(128 + constants.signals[signal]));
  };
  onStopSignal((signal) => {
    firstAtMs ??= clock.steadyMs();
    resolve();
    if (signal === "SIGHUP") abandon(signal);
    else if (clock.steadyMs() - firstAtMs > echoMs) exitNow(128 + constants.signals[signal]);
  });
  onParentEnd({ stopWithParent }, () => abandon("SIGTERM"));
  return promise;
}
