import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { readSettings } from "../read-settings.ts";
import { settingFields, settingNames } from "../setting-fields.ts";
import type { SettingName } from "../setting-fields.ts";
import { settingFlags } from "../settings.ts";
import type { Settings } from "../../app/settings.ts";

/** Tells which settings `start` would use with the same flags, and where each comes from. */
export const configShow: Command = {
  name: "config show",
  summary: "Show the settings that start would use, and where each comes from.",
  flags: settingFlags,
  async run({ flags, terminal }) {
    const read = readSettings({ flags, terminal });
    if (read === undefined) return exitCodes.wronglyCalled;
    const rows = settingNames.map((name) => [name, show(name, read.settings), read.origins.get(name) ?? ""] as const);
    const nameWidth = widest(rows.map(([name]) => name));
    const valueWidth = widest(rows.map(([, value]) => value));
    for (const [name, value, origin] of rows) {
      terminal.print(`${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${origin}`);
    }
    return exitCodes.done;
  },
};

const show = <Name extends SettingName>(name: Name, settings: Settings): string =>
  settingFields[name].show(settings[name]);

const widest = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
