import { existsSync } from "node:fs";
import { readServerNote } from "../../data-dir/server-file.ts";
import { isRedisAudience } from "../../identity/tokens/audiences.ts";
import { exitCodes, type Call, type Command, type Flag } from "../command.ts";
import { findServer, registerRedisToken, serverFlags } from "../server.ts";

const armAudience = "https://management.azure.com/";
const defaultPrincipal = "owner";

const flags: readonly Flag[] = [
  {
    name: "principal",
    value: "<name>",
    summary: "The principal that the token is for: owner, guest, another user's name or any client id.",
    default: defaultPrincipal,
  },
  { name: "audience", value: "<resource>", summary: "The resource that the token is for.", default: armAudience },
  { name: "tenant", value: "<id>", summary: "The tenant that issues the token; by default Cuprite's own." },
  ...serverFlags,
];

const newDirectoryNote = (dataDir: string): string =>
  `Note: created the data directory ${dataDir}. A server on another data directory does not accept this token.`;

/** Prints an access token that is signed with the data directory's keys, whether or not Cuprite runs. */
export const token: Command = {
  name: "token",
  summary: "Print an access token.",
  flags,
  async run(call) {
    const { flags: given, terminal } = call;
    const { dataDir } = call.settings;
    const text = (name: string): string | undefined => given.get(name)?.toString();
    const audience = text("audience") ?? armAudience;
    const tenant = text("tenant");
    const isNew = !existsSync(dataDir);
    const { mintAccessToken } = await import("../../identity/tokens/mint.ts");
    const accessToken = await mintAccessToken({
      dataDir,
      principal: text("principal") ?? defaultPrincipal,
      audience,
      ...(tenant === undefined ? {} : { tenant }),
      clock: terminal.clock,
    });
    if (isRedisAudience(audience)) await registerIfRunning(accessToken, call);
    if (isNew) terminal.complain(newDirectoryNote(dataDir));
    terminal.print(accessToken);
    return exitCodes.done;
  },
};

async function registerIfRunning(accessToken: string, call: Call): Promise<void> {
  if (readServerNote(call.settings.dataDir)?.origin !== undefined) {
    await registerRedisToken(accessToken, await findServer(call));
  } else {
    call.terminal.complain(
      "Cuprite does not run, so that Redis does not know this token: get another one when it runs.",
    );
  }
}
