import type { Command, Terminal } from "./command.ts";
import { configShow } from "./commands/config-show.ts";
import { start } from "./commands/start.ts";
import { token } from "./commands/token.ts";
import { connect } from "./commands/connect.ts";
import { dns } from "./commands/dns.ts";
import { doctor } from "./commands/doctor.ts";
import { endpoints } from "./commands/endpoints.ts";
import { hosts } from "./commands/hosts.ts";
import { principalAdd } from "./commands/principal-add.ts";
import { principalList } from "./commands/principal-list.ts";
import { unserved } from "./commands/unserved.ts";
import { exitCodes } from "./exit-codes.ts";
import { parseFlags, splitWords } from "./flags.ts";
import { commandHelp, programHelp } from "./help.ts";
import { suggestion } from "./suggestion.ts";
import { version } from "./version.ts";

const commands: readonly Command[] = [
  start,
  token,
  principalAdd,
  principalList,
  endpoints,
  connect,
  dns,
  hosts,
  unserved,
  doctor,
  configShow,
];

/** Runs the command that `args` (without the program's own name) asks for and gives the exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first] = args;
  const command = commands.find(({ name }) => name === args.slice(0, wordCount(name)).join(" "));
  if (command !== undefined) return await runCommand(command, args.slice(wordCount(command.name)), terminal);
  if (first === "--version" || first === "-v") {
    terminal.print(version);
    return exitCodes.done;
  }
  if (first === "help") return printHelp(args.slice(1).join(" "), terminal);
  if (first === undefined || args.includes("--help") || args.includes("-h")) return printHelp("", terminal);
  return refuse(unknownCommand(args), "cuprite --help", terminal);
}

const wordCount = (name: string): number => name.split(" ").length;

async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  const { own, words } = command.words === undefined ? { own: args, words: [] } : splitWords(args, command.flags);
  const { flags, positionals, problems } = parseFlags(own, command.flags);
  if (flags.get("help") === true) {
    terminal.print(commandHelp(command));
    return exitCodes.done;
  }
  // After an option that is not known, what looks like a stray word may be its value.
  const strays = problems.length > 0 ? [] : positionals.map((word) => `${command.name} takes no "${word}".`);
  if (problems.length + strays.length > 0) {
    return refuse([...problems, ...strays], `cuprite ${command.name} --help`, terminal);
  }
  return await command.run({ flags, words, terminal });
}

function printHelp(name: string, terminal: Terminal): number {
  const command = commands.find((candidate) => candidate.name === name);
  terminal.print(command === undefined ? programHelp(commands) : commandHelp(command));
  return exitCodes.done;
}

function unknownCommand(args: readonly string[]): string[] {
  const [first = "", second = ""] = args;
  if (first.startsWith("-")) return [`A command comes first, before ${first}.`];
  const verbs = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (verbs.length > 0) return [`There is no command "${`${first} ${second}`.trim()}". There is: ${verbs.join(", ")}.`];
  const names = commands.map(({ name }) => name);
  return [`There is no command "${first}".${suggestion(first, names)}`];
}

function refuse(problems: readonly string[], help: string, terminal: Terminal): number {
  for (const problem of problems) terminal.complain(problem);
  terminal.complain(`See ${help}.`);
  return exitCodes.wronglyCalled;
}
