import { join } from "node:path";
import type { Settings } from "../../app/settings.ts";
import type { Flag, FlagValues } from "../command.ts";
import { noConfigFile, readConfigFile, type ConfigFile } from "./config-file.ts";
import { settingFields, settingNames, type SettingName } from "./fields.ts";
import { resolvePath, type Given, type Origins } from "./values.ts";

export interface SettingSources {
  flags: FlagValues;
  env: Readonly<Record<string, string | undefined>>;
  homeDir: string;
  workingDir: string;
}

export type ResolvedSettings = { settings: Settings; origins: Origins } | { problems: readonly string[] };

const configVariable = "CUPRITE_CONFIG";

export const configFlag: Flag = {
  name: "config",
  value: "<file>",
  summary: "A JSON file of settings; by default config.json in the data directory, if it exists.",
  variable: configVariable,
};

/** The flags of a command that takes every setting. Secrets have none, because other users may see command lines. */
export const settingFlags: readonly Flag[] = [
  ...settingNames.filter((name) => settingFields[name].isSecret !== true).map((name) => settingFields[name].flag),
  configFlag,
];

/** Brings the settings together (flag before environment before file before default), or lists every problem. */
export function resolveSettings(sources: SettingSources): ResolvedSettings {
  const file = openConfigFile(sources);
  const problems = [...file.problems];
  const origins = new Map<SettingName, string>();
  const pick = <Name extends SettingName>(name: Name): Settings[Name] => {
    const given = fromCaller(name, sources) ?? file.settings.get(name) ?? byDefault(name, sources);
    origins.set(name, given.origin);
    const value = read(name, given, sources);
    if (value !== undefined) return value;
    const { isSecret, expected } = settingFields[name];
    const shown = isSecret === true ? "the value" : JSON.stringify(given.value);
    problems.push(`${name}: ${shown} from ${given.origin} is not ${expected}.`);
    return defaultValue(name, sources);
  };
  const settings = Object.fromEntries(settingNames.map((name) => [name, pick(name)])) as Settings;
  return problems.length > 0 ? { problems } : { settings, origins };
}

function fromCaller(name: SettingName, { flags, env, workingDir }: SettingSources): Given | undefined {
  const { flag } = settingFields[name];
  const value = flags.get(flag.name);
  if (value !== undefined) return { value, origin: `--${flag.name}`, baseDir: workingDir };
  const variable = env[flag.variable];
  return isSet(variable) ? { value: variable, origin: flag.variable, baseDir: workingDir } : undefined;
}

/** An empty variable counts as not set: pipelines cannot always leave one out. */
const isSet = (variable: string | undefined): variable is string => variable !== undefined && variable !== "";

const byDefault = (name: SettingName, { workingDir }: SettingSources): Given => ({
  value: settingFields[name].default,
  origin: "default",
  baseDir: workingDir,
});

function read<Name extends SettingName>(
  name: Name,
  given: Given,
  { homeDir }: SettingSources,
): Settings[Name] | undefined {
  return settingFields[name].read(given, homeDir);
}

function defaultValue<Name extends SettingName>(name: Name, sources: SettingSources): Settings[Name] {
  const value = read(name, byDefault(name, sources), sources);
  if (value === undefined) throw new Error(`The default of ${name} is not ${settingFields[name].expected}.`);
  return value;
}

/** The file that was named, which must exist, or the one of the data directory, which is optional. */
function openConfigFile(sources: SettingSources): ConfigFile {
  const { flags, env, homeDir, workingDir } = sources;
  const flag = flags.get(configFlag.name);
  const variable = env[configVariable];
  const [named, origin] = typeof flag === "string" ? [flag, "--config"] : [variable, configVariable];
  if (isSet(named)) return readConfigFile({ path: resolvePath(named, { homeDir, baseDir: workingDir }), origin });
  const given = fromCaller("dataDir", sources) ?? byDefault("dataDir", sources);
  const dataDir = read("dataDir", given, sources);
  return dataDir === undefined ? noConfigFile : readConfigFile({ path: join(dataDir, "config.json") });
}
