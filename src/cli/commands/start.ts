import type { Closable } from "../../kernel/shutdown.ts";
import type { Settings } from "../../app/settings.ts";
import type { Command, Terminal } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { describeFailure } from "../failure.ts";
import { readSettings } from "../read-settings.ts";
import { settingFlags } from "../settings.ts";
import { stopRequest } from "../stop-request.ts";
import { welcome } from "../welcome.ts";
import { unservedSummary } from "./unserved.ts";

/** How long what is in flight may take to finish after the request to stop. */
const closeLimitMs = 5_000;

/** Runs Cuprite until SIGINT or SIGTERM. */
export const start: Command = {
  name: "start",
  summary: "Run Cuprite until Ctrl+C.",
  flags: settingFlags,
  async run({ flags, terminal }) {
    const read = readSettings({ flags, terminal });
    if (read === undefined) return exitCodes.wronglyCalled;
    if (read.settings.ownerPassword !== "" && !read.settings.strict) {
      terminal.complain(`${read.origins.get("ownerPassword")}: the owner has a password under --strict only.`);
      return exitCodes.wronglyCalled;
    }
    return await runUntilStopped(read.settings, terminal);
  },
};

async function runUntilStopped(settings: Settings, terminal: Terminal): Promise<number> {
  const stopRequested = stopRequest(terminal, settings);
  try {
    const { startCuprite } = await import("../../app/app.ts");
    const running = await startCuprite(settings);
    terminal.print(welcome({ settings, running, homeDir: terminal.homeDir }));
    await stopRequested;
    const isClosed = await closesInTime(running, terminal);
    const summary = unservedSummary(running.unserved());
    if (summary !== undefined) terminal.complain(summary);
    if (isClosed) return exitCodes.done;
    terminal.complain(`Cuprite did not finish within ${closeLimitMs} ms; the next start takes up what was left.`);
  } catch (error) {
    terminal.complain(describeFailure(error));
  }
  return exitCodes.failed;
}

async function closesInTime(running: Closable, { clock }: Terminal): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const forget = clock.wakeIn(closeLimitMs, () => late.resolve(false));
  try {
    return await Promise.race([running.close().then(() => true as const), late.promise]);
  } finally {
    forget();
  }
}
