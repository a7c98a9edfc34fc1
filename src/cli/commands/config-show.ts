import type { Settings } from "../../app/settings.ts";
import { exitCodes, type Command } from "../command.ts";
import { settingFields, settingNames, type SettingName } from "../settings/fields.ts";
import { settingFlags } from "../settings/resolve.ts";
import { table } from "../table.ts";

/** Shows which settings `start` would use with the same flags, and where each comes from. */
export const configShow: Command = {
  name: "config show",
  summary: "Show the settings that start would use, and where each comes from.",
  flags: settingFlags,
  async run({ terminal, settings, origins }) {
    const rows = settingNames.map((name) => [name, show(name, settings), origins.get(name) ?? ""]);
    for (const line of table(rows)) terminal.print(line);
    return exitCodes.done;
  },
};

const show = <Name extends SettingName>(name: Name, settings: Settings): string =>
  settingFields[name].show(settings[name]);
