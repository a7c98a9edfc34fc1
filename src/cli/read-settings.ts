import type { Settings } from "../app/settings.ts";
import type { FlagValues, Terminal } from "./command.ts";
import { resolveSettings } from "./settings.ts";
import type { Origins } from "./settings.ts";

/** The settings of this call; where any is wrong, undefined once all problems are on standard error. */
export function readSettings(call: {
  flags: FlagValues;
  terminal: Terminal;
}): { settings: Settings; origins: Origins } | undefined {
  const { flags, terminal } = call;
  const { env, homeDir, workingDir } = terminal;
  const resolved = resolveSettings({ flags, env, homeDir, workingDir });
  if (!("problems" in resolved)) return resolved;
  terminal.complain("Cuprite cannot use these settings:");
  for (const problem of resolved.problems) terminal.complain(`  ${problem}`);
  return undefined;
}
