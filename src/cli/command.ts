import packageJson from "../../package.json" with { type: "json" };
import type { Settings } from "../app/settings.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Origins } from "./settings/values.ts";

/** The version of this checkout. */
export const version: string = packageJson.version;

/** What a command may use of the process that it runs in. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly workingDir: string;
  readonly clock: Clock;
  /** Writes a line to standard output: the result of the command. */
  readonly print: (line: string) => void;
  /** Writes a line to standard error: everything else. */
  readonly complain: (line: string) => void;
  /** Calls `listener` for every SIGINT and SIGTERM, and when the terminal is closed, instead of ending the process. */
  readonly onStopSignal: (listener: (signal: "SIGINT" | "SIGTERM" | "SIGHUP") => void) => void;
  /** Calls `listener` when a parent process has ended whose end stops the command. */
  readonly onParentEnd: (which: { stopWithParent: boolean }, listener: () => void) => void;
  /** Ends the process without waiting for anything. */
  readonly exitNow: (code: number) => void;
}

/** One `--name` of a command. Without `value` it is a switch, which `--no-name` turns off. */
export interface Flag {
  readonly name: string;
  /** How help names the value: `<number>`. */
  readonly value?: string;
  readonly summary: string;
  /** The environment variable for the same setting. */
  readonly variable?: string;
  /** The default as help shows it. */
  readonly default?: string;
}

/** The values of the flags that were given, by name: a text, or true or false for a switch. */
export type FlagValues = ReadonlyMap<string, string | boolean>;

/** One call of a command. */
export interface Call {
  readonly flags: FlagValues;
  readonly words: readonly string[];
  readonly terminal: Terminal;
  readonly settings: Settings;
  readonly origins: Origins;
}

/** A command by its words (`config show`). */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** The words that may follow the flags, as help names them. After the first word, nothing is read as a flag. */
  readonly words?: string;
  /**
   * Resolves to the exit code.
   * @throws WrongCall; any other error ends the command as failed, with one sentence.
   */
  readonly run: (call: Call) => Promise<number>;
}

/** How a command ends, as help states it. */
export const exitCodes = { done: 0, failed: 1, wronglyCalled: 2 } as const;

/** A command was called wrongly; the message is one sentence for the person who called it. */
export class WrongCall extends Error {}
