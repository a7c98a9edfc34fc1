import type { Clock } from "../kernel/clock.ts";

/** What a command may touch of the process it runs in. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly workingDir: string;
  readonly clock: Clock;
  /** Writes a line to standard output: what the person asked for. */
  readonly print: (line: string) => void;
  /** Writes a line to standard error: everything else. */
  readonly complain: (line: string) => void;
  /** Calls `listener` at every SIGINT and SIGTERM, and when the terminal is closed, instead of dying from it. */
  readonly onStopSignal: (listener: (signal: "SIGINT" | "SIGTERM" | "SIGHUP") => void) => void;
  /** Calls `listener` when a process has ended that the command is not to outlive. */
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
  /** The environment variable that says the same. */
  readonly variable?: string;
  /** The default as help shows it. */
  readonly default?: string;
}

/** What the command line gave, by flag name: a text, or true or false for a switch. */
export type FlagValues = ReadonlyMap<string, string | boolean>;

/** A command by its words (`config show`). `run` gives the exit code: 0 done, 1 failed, 2 wrongly called. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** What may follow the flags' command, as help names it; what comes after the first word is the words' own. */
  readonly words?: string;
  readonly run: (call: { flags: FlagValues; words: readonly string[]; terminal: Terminal }) => Promise<number>;
}
