import { existsSync } from "node:fs";
import type { Command, Flag } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { describeFailure } from "../failure.ts";
import { readSettings } from "../read-settings.ts";
import { tellRedis } from "../redis-token.ts";
import { settingFields } from "../setting-fields.ts";
import { configFlag } from "../settings.ts";

const armAudience = "https://management.azure.com/";
const defaultPrincipal = "owner";

const flags: readonly Flag[] = [
  {
    name: "principal",
    value: "<name>",
    summary: "Whose token it is: owner, guest, another user's name or any client id.",
    default: defaultPrincipal,
  },
  { name: "audience", value: "<resource>", summary: "The resource that it is for.", default: armAudience },
  { name: "tenant", value: "<id>", summary: "The tenant that issues it; without this, the principal's own." },
  settingFields.dataDir.flag,
  configFlag,
];

const newDirectoryNote = (dataDir: string): string =>
  `Note: made a new data directory ${dataDir}; a server started elsewhere will not accept this token.`;

/** Prints an access token made from the data directory's keys, whether or not Cuprite runs. */
export const token: Command = {
  name: "token",
  summary: "Print an access token.",
  flags,
  async run({ flags: given, terminal }) {
    const read = readSettings({ flags: given, terminal });
    if (read === undefined) return exitCodes.wronglyCalled;
    const { dataDir } = read.settings;
    const text = (name: string): string | undefined => given.get(name)?.toString();
    const tenant = text("tenant");
    const isNew = !existsSync(dataDir);
    try {
      const { mintAccessToken } = await import("../../identity/tokens/mint.ts");
      const accessToken = await mintAccessToken({
        dataDir,
        principal: text("principal") ?? defaultPrincipal,
        audience: text("audience") ?? armAudience,
        ...(tenant === undefined ? {} : { tenant }),
        clock: terminal.clock,
      });
      await tellRedis({ accessToken, audience: text("audience") ?? armAudience, dataDir, terminal });
      if (isNew) terminal.complain(newDirectoryNote(dataDir));
      terminal.print(accessToken);
      return exitCodes.done;
    } catch (error) {
      terminal.complain(describeFailure(error));
      return exitCodes.failed;
    }
  },
};
