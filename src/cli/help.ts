import type { Command, Flag } from "./command.ts";
import { helpFlag } from "./flags.ts";

const lineWidth = 100;

/** The help of the whole program. */
export function programHelp(commands: readonly Command[]): string {
  return [
    "Cuprite is Azure Managed Redis and its private endpoints, on your own machine.",
    "",
    "Usage: cuprite <command> [options]",
    "",
    "Commands:",
    ...columns(commands.map((command) => [command.name, command.summary])),
    "",
    "Options:",
    ...columns([
      ["--help", "Show this help; after a command, the help of that command."],
      ["--version", "Show the version."],
    ]),
    "",
    "Exit codes: 0 done, 1 failed, 2 wrongly called or wrongly configured.",
  ].join("\n");
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  return [
    command.summary,
    "",
    `Usage: cuprite ${command.name} [options]${command.words === undefined ? "" : ` ${command.words}`}`,
    "",
    "Options:",
    ...columns([...command.flags, helpFlag].map((flag) => [flagTitle(flag), flagText(flag)])),
  ].join("\n");
}

const flagTitle = (flag: Flag): string =>
  flag.value === undefined ? `--${flag.name}` : `--${flag.name} ${flag.value}`;

function flagText({ summary, variable, default: byDefault }: Flag): string {
  const notes = [...(variable === undefined ? [] : [variable]), ...(byDefault ? [`default ${byDefault}`] : [])];
  return notes.length === 0 ? summary : `${summary} [${notes.join(", ")}]`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([title]) => title.length)) + 2;
  return rows.flatMap(([title, text]) =>
    wrap(text, lineWidth - width - 2).map((line, index) => `  ${(index === 0 ? title : "").padEnd(width)}${line}`),
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
