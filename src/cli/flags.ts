import { parseArgs } from "node:util";
import type { Flag, FlagValues } from "./command.ts";
import { suggestion } from "./suggestion.ts";

export const helpFlag: Flag = { name: "help", summary: "Show this help." };

interface ParsedFlags {
  flags: FlagValues;
  positionals: readonly string[];
  /** One sentence for each problem. */
  problems: readonly string[];
}

/** Parses `args` by the list of allowed flags. When a flag is given twice, the last one applies. */
export function parseFlags(args: readonly string[], allowed: readonly Flag[]): ParsedFlags {
  const known = [...allowed, helpFlag];
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(known.map((flag) => [flag.name, optionOf(flag)])),
    strict: false,
    tokens: true,
  });
  const flags = new Map<string, string | boolean>();
  const problems: string[] = [];
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const reading = readOption(token, known);
    if ("problem" in reading) problems.push(reading.problem);
    else flags.set(reading.name, reading.value);
  }
  return { flags, positionals, problems };
}

function optionOf(flag: Flag): { type: "string" | "boolean"; short?: string } {
  if (flag === helpFlag) return { type: "boolean", short: "h" };
  return { type: flag.value === undefined ? "boolean" : "string" };
}

interface OptionToken {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

function readOption(
  token: OptionToken,
  known: readonly Flag[],
): { name: string; value: string | boolean } | { problem: string } {
  const flag = known.find(({ name }) => name === token.name);
  const negated = known.find(({ name, value }) => value === undefined && `no-${name}` === token.name);
  const switched = flag ?? negated;
  if (switched === undefined) {
    const names = known.map(({ name }) => `--${name}`);
    return { problem: `There is no option ${token.rawName}.${suggestion(token.rawName, names)}` };
  }
  if (switched.value === undefined) {
    if (token.value !== undefined) return { problem: `${token.rawName} is a switch and takes no value.` };
    return { name: switched.name, value: flag !== undefined };
  }
  const isAnotherFlag = token.inlineValue === false && token.value?.startsWith("-");
  if (token.value === undefined || isAnotherFlag) {
    return { problem: `${token.rawName} needs a value: ${token.rawName} ${switched.value}.` };
  }
  return { name: switched.name, value: token.value };
}

/**
 * Separates a command's own flags from its words. Flags may stand before the first word and right after it. From the
 * first other argument on, all arguments are words, whatever they look like.
 */
export function splitWords(
  args: readonly string[],
  allowed: readonly Flag[],
): { own: readonly string[]; words: readonly string[] } {
  const own: string[] = [];
  const words: string[] = [];
  let at = 0;
  for (; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    const flag = [...allowed, helpFlag].find(({ name }) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    const takesNext = flag?.value !== undefined && arg === `--${flag.name}`;
    if (flag !== undefined) own.push(...args.slice(at, takesNext ? at + 2 : at + 1));
    else if (words.length === 0 && !arg.startsWith("-")) words.push(arg);
    else break;
    if (takesNext) at += 1;
  }
  // Without a first word, what looks like a flag is a mistake, which the caller reports.
  const rest = args.slice(at);
  return words.length === 0 ? { own: [...own, ...rest], words } : { own, words: [...words, ...rest] };
}
