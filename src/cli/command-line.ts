import { exitCodes, version, WrongCall, type Command, type Terminal } from "./command.ts";
import { configShow } from "./commands/config-show.ts";
import { connect } from "./commands/connect.ts";
import { doctor } from "./commands/doctor.ts";
import { dns, endpoints, hosts } from "./commands/paths.ts";
import { principalAdd, principalList } from "./commands/principals.ts";
import { start } from "./commands/start.ts";
import { token } from "./commands/token.ts";
import { unserved } from "./commands/unserved.ts";
import { describeFailure } from "./failure.ts";
import { parseFlags, splitWords } from "./flags.ts";
import { commandHelp, programHelp } from "./help.ts";
import { resolveSettings } from "./settings/resolve.ts";
import { suggestion } from "./suggestion.ts";

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

/** Runs the command that `args` (without the program's own name) names. Resolves to the exit code. */
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
  // After an unknown option, a stray word may be its value.
  const strays = problems.length > 0 ? [] : positionals.map((word) => `${command.name} takes no "${word}".`);
  if (problems.length + strays.length > 0) {
    return refuse([...problems, ...strays], `cuprite ${command.name} --help`, terminal);
  }
  const { env, homeDir, workingDir } = terminal;
  const resolved = resolveSettings({ flags, env, homeDir, workingDir });
  if ("problems" in resolved) {
    terminal.complain("Cuprite cannot use these settings:");
    for (const problem of resolved.problems) terminal.complain(`  ${problem}`);
    return exitCodes.wronglyCalled;
  }
  try {
    return await command.run({ flags, words, terminal, ...resolved });
  } catch (error) {
    const isCallers = error instanceof WrongCall;
    terminal.complain(isCallers ? error.message : describeFailure(error));
    return isCallers ? exitCodes.wronglyCalled : exitCodes.failed;
  }
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
