import { identityLimits } from "../../identity/limits.ts";
import { formatTiming } from "../../operations/timing.ts";
import { demoSubscriptionId, type Settings } from "../../app/settings.ts";
import type { Flag } from "../command.ts";
import {
  logLevels,
  readAddress,
  readGuids,
  readOneOf,
  readOptionalPassword,
  readOptionalPath,
  readPath,
  readPerSku,
  readPort,
  readOrigins,
  readRedirectUris,
  readSwitch,
  readTiming,
  readWholeNumber,
  showPerSku,
} from "./values.ts";
import type { Given } from "./values.ts";

export type SettingName = keyof Settings;

/** One setting: its flag and variable, and how its value is read. Its name in the file is its key. */
interface SettingField<T> {
  readonly flag: Flag & { readonly variable: string };
  /** A secret is never shown and has no flag: other users of the machine can read command lines. */
  readonly isSecret?: boolean;
  /** What `read` accepts; completes the sentence "… is not". */
  readonly expected: string;
  /** The text that `read` gets where no value is given. */
  readonly default: string;
  /** The value; undefined when what was given is not valid. */
  read(given: Given, homeDir: string): T | undefined;
  /** The value as `config show` prints it; for a secret, only that there is one. */
  show(value: T): string;
}

/** Every setting, in the order that help and `config show` have them. */
export const settingFields: { readonly [Name in SettingName]: SettingField<Settings[Name]> } = {
  port: field({
    flag: { name: "port", value: "<number>", summary: "The HTTPS port; 0 takes any free one." },
    default: "8443",
    expected: "a whole number from 0 to 65535",
    read: readPort,
  }),
  listen: field({
    flag: {
      name: "listen",
      value: "<address>",
      summary: "The IP address that HTTPS is served on; 0.0.0.0 opens Cuprite to the network.",
    },
    default: "127.0.0.1",
    expected: "an IP address or localhost",
    read: readAddress,
  }),
  dataDir: field({
    flag: { name: "data-dir", value: "<folder>", summary: "The folder for everything that Cuprite keeps." },
    default: "~/.cuprite",
    expected: "a folder's path",
    read: readPath,
  }),
  memoryMb: field({
    flag: {
      name: "memory-mb",
      value: "<number>",
      summary:
        "The most memory for resources, in MB; a resource takes about 1 KB, and those beyond it are read from the disk.",
    },
    default: "1024",
    expected: "a whole number of MB",
    read: (given) => readWholeNumber(given, { least: 0 }),
  }),
  timing: field({
    flag: {
      name: "timing",
      value: "instant|azure|<ms>",
      summary: "How long operations take: no time, as long as in Azure, or a number of milliseconds.",
    },
    default: "instant",
    expected: "instant, azure or a whole number of milliseconds up to a day",
    read: readTiming,
    show: formatTiming,
  }),
  demo: switchField({
    name: "demo",
    summary: "Create the demonstration resources: a cluster with a pending private endpoint.",
  }),
  subscriptions: field({
    flag: {
      name: "subscriptions",
      value: "<guid>,…",
      summary: "Subscriptions to create where they do not exist.",
    },
    default: demoSubscriptionId,
    expected: "one or more GUIDs, separated by commas",
    read: readGuids,
    show: (guids) => guids.join(","),
  }),
  redirectUris: field({
    flag: {
      name: "redirect-uris",
      value: "<uri>,…",
      summary: "Redirect URIs of web applications on other machines; loopback URIs are always accepted.",
    },
    default: "",
    expected: "a list of absolute URIs without fragment, user or script, separated by commas",
    read: readRedirectUris,
    show: (uris) => uris.join(","),
  }),
  origins: field({
    flag: {
      name: "origins",
      value: "<url>,…",
      summary:
        "Further addresses at which clients reach the server, such as https://localhost:9443 for a forwarded port. Tokens for them are accepted, and the certificate names them.",
    },
    default: "",
    expected: "a list of https URLs without path, separated by commas",
    read: readOrigins,
    show: (origins) => origins.join(","),
  }),
  strict: switchField({
    name: "strict",
    summary:
      "Give rights to owner@cuprite.local only, and require secrets: clients and users have theirs from principal add, " +
      "the owner's is CUPRITE_OWNER_PASSWORD or in the file owner-password in the data directory.",
  }),
  ownerPassword: field({
    flag: { name: "owner-password", value: "<text>", summary: "The password of owner@cuprite.local under --strict." },
    isSecret: true,
    default: "",
    expected: `at least ${identityLimits.minOwnerPasswordLength} characters`,
    read: readOptionalPassword,
    show: (password) => (password === "" ? "" : "(secret)"),
  }),
  unknownPrincipals: switchField({
    name: "unknown-principals",
    summary:
      "Allow role assignments to object ids that the directory does not know, such as those in Terraform variables.",
  }),
  logLevel: field({
    flag: { name: "log-level", value: "<level>", summary: `How much is logged: ${logLevels.join(", ")}.` },
    default: "info",
    expected: `one of ${logLevels.join(", ")}`,
    read: (given) => readOneOf(logLevels, given),
  }),
  stopWithParent: switchField({
    name: "stop-with-parent",
    summary: "Stop when the process that started Cuprite, or that started npm, ends.",
  }),
  managedIdentityPort: field({
    flag: {
      name: "managed-identity-port",
      value: "<number>",
      summary: "The loopback HTTP port of the managed identity endpoint; 0 takes any free one.",
    },
    default: "0",
    expected: "a whole number from 0 to 65535",
    read: readPort,
  }),
  dataPlane: switchField(
    { name: "data-plane", summary: "Run a Redis for every database; --no-data-plane runs Resource Manager alone." },
    { default: "true" },
  ),
  redisMemoryMib: field({
    flag: {
      name: "redis-memory-mib",
      value: "<number>",
      summary: "The most memory that one database may use, in MiB, whatever its SKU allows.",
    },
    default: "1024",
    expected: "a whole number of at least 16",
    read: (given) => readWholeNumber(given, { least: 16 }),
  }),
  redisConnections: field({
    flag: {
      name: "redis-connections",
      value: "azure|<number>|<sku>=<number>,…",
      summary: "The most clients of one database: as many as its SKU allows, or a number.",
    },
    default: "azure",
    expected: "azure, a whole number of at least 1, or a list such as Balanced_B0=100,default=5000 of SKUs that exist",
    read: (given) => readPerSku(given, { least: 1 }),
    show: showPerSku,
  }),
  redisIdleSeconds: field({
    flag: {
      name: "redis-idle-seconds",
      value: "azure|<number>|<sku>=<number>,…",
      summary:
        "After how many idle seconds a client of Redis is disconnected: 600 as in Azure, or a number; 0 for never.",
    },
    default: "azure",
    expected: "azure, a whole number, or a list such as Balanced_B0=60,default=0 of SKUs that exist",
    read: (given) => readPerSku(given, { least: 0 }),
    show: showPerSku,
  }),
  azureCertificates: switchField({
    name: "azure-certificates",
    summary: "Put only the public name into clusters' certificates, as Azure does, and no private name or address.",
  }),
  redisModules: field({
    flag: {
      name: "redis-modules",
      value: "<folder>",
      summary: "The folder to search for Redis modules first, before the folders of packages.",
    },
    default: "",
    expected: "a folder's path",
    read: readOptionalPath,
  }),
  retiredSkus: switchField({
    name: "retired-skus",
    summary: "Allow new clusters of Enterprise and Enterprise Flash, which Azure has refused since April 2026.",
  }),
  lenientModules: switchField({
    name: "lenient-modules",
    summary: "Store modules that are not installed without loading them, instead of refusing the database.",
  }),
  dumpFolder: field({
    flag: {
      name: "dump-folder",
      value: "<folder>",
      summary: "The folder that imports and exports may read and write with file: URLs; by default none.",
    },
    default: "",
    expected: "a folder's path",
    read: readOptionalPath,
  }),
  linkLocalTransfers: switchField({
    name: "link-local-transfers",
    summary: "Allow imports and exports to link-local, multicast and metadata addresses (169.254.169.254).",
  }),
  dnsPort: field({
    flag: {
      name: "dns-port",
      value: "<number>",
      summary: "The port of the DNS resolvers, each of which has an address of its own; 0 takes any free one.",
    },
    default: "0",
    expected: "a whole number from 0 to 65535",
    read: readPort,
  }),
  dnsAnswers: field({
    flag: {
      name: "dns-answers",
      value: "dialable|vnet",
      summary:
        "The address of a private endpoint that the resolvers return: one of this machine, or the one in its virtual network.",
    },
    default: "dialable",
    expected: "dialable or vnet",
    read: (given) => readOneOf(["dialable", "vnet"], given),
  }),
  dnsForward: switchField({
    name: "dns-forward",
    summary: "Forward queries for all other names to the system's resolvers.",
  }),
};

/** The names of all settings, in the order of the table. */
export const settingNames = Object.keys(settingFields).filter(isSettingName);

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingFields, name);
}

function switchField(flag: Flag, { default: byDefault = "false" } = {}): SettingField<boolean> {
  return field({ flag, default: byDefault, expected: "true or false", read: readSwitch });
}

type FieldDraft<T> = Omit<SettingField<T>, "flag" | "show"> & { flag: Flag; show?: (value: T) => string };

/** Derives the environment variable, and the default that help shows; for a switch it shows none. */
function field<T>({ flag, show = String, ...rest }: FieldDraft<T>): SettingField<T> {
  const variable = `CUPRITE_${flag.name.toUpperCase().replaceAll("-", "_")}`;
  const shown = flag.value === undefined ? {} : { default: rest.default };
  return { ...rest, show, flag: { ...flag, ...shown, variable } };
}
