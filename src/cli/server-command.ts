import type { Command, Flag, FlagValues, Terminal } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { describeFailure } from "./failure.ts";
import { readSettings } from "./read-settings.ts";
import { findServer } from "./server-client.ts";
import type { ServerClient } from "./server-client.ts";
import { settingFields } from "./setting-fields.ts";
import { configFlag } from "./settings.ts";

/** What a person wants of a command, or one sentence on how it was called wrongly. */
export type Wished<Wish> = { readonly wish: Wish } | { readonly problem: string };

interface Draft<Wish> extends Omit<Command, "flags" | "run"> {
  /** Besides those that say which server it is. */
  readonly flags?: readonly Flag[];
  /** What is wanted, read before any server is looked for. */
  readonly read: (given: FlagValues, words: readonly string[]) => Wished<Wish>;
  /** Asks the server; answers the exit code. @throws what is told in one sentence. */
  readonly ask: (call: {
    server: ServerClient;
    wish: Wish;
    terminal: Terminal;
    /** The server's data directory. */
    dataDir: string;
  }) => Promise<number>;
}

/** A command that asks the server which runs on the data directory. */
export function serverCommand<Wish>({ flags = [], read, ask, ...rest }: Draft<Wish>): Command {
  return {
    ...rest,
    flags: [...flags, settingFields.dataDir.flag, configFlag],
    async run({ flags: given, words, terminal }) {
      const resolved = readSettings({ flags: given, terminal });
      if (resolved === undefined) return exitCodes.wronglyCalled;
      const wished = read(given, words);
      if ("problem" in wished) {
        terminal.complain(wished.problem);
        return exitCodes.wronglyCalled;
      }
      try {
        const { dataDir } = resolved.settings;
        const server = await findServer({ dataDir, clock: terminal.clock });
        return await ask({ server, wish: wished.wish, terminal, dataDir });
      } catch (error) {
        terminal.complain(describeFailure(error));
        return exitCodes.failed;
      }
    },
  };
}

/** A command that has a server tell something, and prints it line by line. */
export const listCommand = <Report>({
  path,
  linesOf,
  ...rest
}: Pick<Command, "name" | "summary"> & {
  readonly path: string;
  /** The lines to print. @throws what is told in one sentence. */
  readonly linesOf: (report: Report, terminal: Terminal) => readonly string[];
}): Command =>
  serverCommand({
    ...rest,
    read: () => ({ wish: undefined }),
    async ask({ server, terminal }) {
      const report = (await server.call({ method: "GET", path })) as Report;
      for (const line of linesOf(report, terminal)) terminal.print(line);
      return exitCodes.done;
    },
  });
