import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { isJsonObject } from "../../kernel/json.ts";
import { isSettingName, settingNames, type SettingName } from "./fields.ts";
import type { Given } from "./values.ts";
import { suggestion } from "../suggestion.ts";

/** The settings of a configuration file, and its problems. */
export interface ConfigFile {
  settings: ReadonlyMap<SettingName, Given>;
  problems: readonly string[];
}

export const noConfigFile: ConfigFile = { settings: new Map(), problems: [] };

/** Reads the file at `path`. `origin` says where it was named; without it, the file is the data directory's and optional. */
export function readConfigFile({ path, origin }: { path: string; origin?: string }): ConfigFile {
  const isNamed = origin !== undefined;
  const problem = (what: string): ConfigFile => ({
    ...noConfigFile,
    problems: [`config: ${path}${isNamed ? ` from ${origin}` : ""} ${what}`],
  });
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const isMissing =
      error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
    if (isMissing && !isNamed) return noConfigFile;
    return problem(isMissing ? "does not exist." : `cannot be read: ${messageOf(error)}.`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return problem(`is not JSON: ${messageOf(error)}.`);
  }
  if (!isJsonObject(content)) return problem("must hold a JSON object.");
  return readEntries(path, content, isNamed);
}

function readEntries(path: string, content: Record<string, unknown>, mayMoveData: boolean): ConfigFile {
  const settings = new Map<SettingName, Given>();
  const problems: string[] = [];
  for (const [name, value] of Object.entries(content)) {
    if (!isSettingName(name)) {
      problems.push(`${name}: ${path} has a setting of this name, and there is none.${suggestion(name, settingNames)}`);
    } else if (name === "dataDir" && !mayMoveData) {
      problems.push(`dataDir: ${path} lies in the data directory and cannot say where that is; use --data-dir.`);
    } else {
      settings.set(name, { value, origin: path, baseDir: dirname(path) });
    }
  }
  return { settings, problems };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
