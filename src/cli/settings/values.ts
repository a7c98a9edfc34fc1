import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { isOrigin } from "../../identity/tokens/audiences.ts";
import { identityLimits } from "../../identity/limits.ts";
import { isRedirectTarget } from "../../identity/flows/destination.ts";
import { isUuid } from "../../kernel/ids.ts";
import type { LogLevel } from "../../kernel/log.ts";
import { parseTiming, type Timing } from "../../operations/timing.ts";
import { findSku } from "../../providers/microsoft.cache/skus.ts";
import type { PerSku, Settings } from "../../app/settings.ts";

/** A value that is not checked yet: the text of a flag or variable, a switch, or JSON from the file. */
export interface Given {
  value: unknown;
  /** Where it was found: a flag, a variable, a file's path or `default`. */
  origin: string;
  /** The folder that a relative path starts from. */
  baseDir: string;
}

/** Where each setting's value came from: a flag, a variable, a file's path or `default`. */
export type Origins = ReadonlyMap<keyof Settings, string>;

/** Repeated here because the kernel's list imports the logger, which is half of the start-up time of a short command. */
export const logLevels = [
  "fatal",
  "error",
  "warn",
  "info",
  "debug",
  "trace",
  "silent",
] as const satisfies readonly LogLevel[];

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

export const readTiming = ({ value }: Given): Timing | undefined => parseTiming(textOf(value));

export const readAddress = ({ value }: Given): string | undefined =>
  typeof value === "string" && isAddress(value) ? value : undefined;

export const readOneOf = <T extends string>(allowed: readonly T[], { value }: Given): T | undefined =>
  allowed.find((each) => each === value);

/** GUIDs in lower case, from a list in JSON or a comma-separated text. */
export function readGuids({ value }: Given): string[] | undefined {
  const items: unknown[] = Array.isArray(value) ? value : textOf(value).split(",");
  const guids = items.map((item) => textOf(item).trim().toLowerCase());
  return guids.length > 0 && guids.every(isUuid) ? [...new Set(guids)] : undefined;
}

/** Redirect URIs exactly as clients send them, from a list in JSON or a comma-separated text; may be empty. */
export function readRedirectUris({ value }: Given): string[] | undefined {
  if (value === "") return [];
  const items: unknown[] = Array.isArray(value) ? value : textOf(value).split(",");
  const uris = items.map((item) => textOf(item).trim());
  return uris.every(isRedirectTarget) ? [...new Set(uris)] : undefined;
}

/** Origins as URLs spell them, from a list in JSON or a comma-separated text; may be empty. */
export function readOrigins({ value }: Given): string[] | undefined {
  if (value === "") return [];
  const items: unknown[] = Array.isArray(value) ? value : textOf(value).split(",");
  const urls = items.map((item) => URL.parse(textOf(item).trim()));
  const origins = urls.flatMap((url) => (url !== null && isOrigin(url) ? [url.origin] : []));
  return origins.length === urls.length ? [...new Set(origins)] : undefined;
}

const isAddress = (text: string): boolean => isIP(text) !== 0 || text === "localhost";

const largestPort = 65_535;

/** A TCP port, 0 included. */
export function readPort({ value }: Given): number | undefined {
  const text = textOf(value);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= largestPort ? port : undefined;
}

/** A larger number is a mistake, and timers overflow. */
const largestNumber = 2_000_000;

/** A whole number in decimal digits. */
export function readWholeNumber({ value }: Given, { least }: { least: number }): number | undefined {
  const text = textOf(value);
  const number = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= largestNumber ? number : undefined;
}

const allSkus = "default";
const azures = "azure";

/**
 * Numbers by SKU: `5000` for all, `Balanced_B0=100,default=5000` or the same as an object in JSON; `azure` for what
 * each SKU allows. Names of SKUs match in any case.
 */
export function readPerSku({ value, ...given }: Given, limits: { least: number }): PerSku | undefined {
  const bySku: Record<string, number> = {};
  for (const [name, text] of value === azures ? [] : entriesOf(value)) {
    const known = name === allSkus ? allSkus : findSku(name)?.name;
    const number = readWholeNumber({ ...given, value: text }, limits);
    if (known === undefined || number === undefined || known in bySku) return undefined;
    bySku[known] = number;
  }
  const { [allSkus]: all, ...some } = bySku;
  return { all, bySku: some };
}

/** The names and values of a list, not checked yet; a single number is for all SKUs. */
function entriesOf(value: unknown): readonly (readonly [name: string, value: unknown])[] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  const text = textOf(value);
  if (!text.includes("=")) return [[allSkus, value]];
  return text.split(",").map((item) => {
    const [name = "", ...rest] = item.split("=");
    return [name.trim(), rest.join("=").trim()];
  });
}

/** The text that `readPerSku` reads. */
export function showPerSku({ all, bySku }: PerSku): string {
  const some = Object.entries(bySku);
  if (some.length === 0) return String(all ?? azures);
  return [...some, ...(all === undefined ? [] : [[allSkus, all]])].map((entry) => entry.join("=")).join(",");
}

const switchWords = new Map<unknown, boolean>([
  [true, true],
  ["true", true],
  ["1", true],
  [false, false],
  ["false", false],
  ["0", false],
]);

/** True or false, from a switch, a boolean or a variable. */
export const readSwitch = ({ value }: Given): boolean | undefined => switchWords.get(value);

/** A password that is not too short; empty for none. */
export function readOptionalPassword({ value }: Given): string | undefined {
  if (typeof value !== "string") return undefined;
  return value === "" || value.length >= identityLimits.minOwnerPasswordLength ? value : undefined;
}

/** The absolute path of a folder. */
export const readPath = ({ value, baseDir }: Given, homeDir: string): string | undefined =>
  typeof value === "string" && value !== "" ? resolvePath(value, { homeDir, baseDir }) : undefined;

/** The absolute path. `~` is expanded here, because shells expand it only in some places and files not at all. */
export function resolvePath(path: string, { homeDir, baseDir }: { homeDir: string; baseDir: string }): string {
  return /^~(?=$|[\\/])/.test(path) ? join(homeDir, path.slice(1)) : resolve(baseDir, path);
}

/** As `readPath`; empty for none. */
export const readOptionalPath = (given: Given, homeDir: string): string | undefined =>
  given.value === "" ? "" : readPath(given, homeDir);
