import { isLoopbackHost } from "../identity/tokens/audiences.ts";
import type { DnsAnswers } from "../data-plane/dns/answer-query.ts";
import type { LogLevel } from "../kernel/log.ts";
import type { Timing } from "../operations/timing.ts";

/** What a person may choose; read and checked by the command line, handed to the application as a whole. */
export type Settings = {
  /** The IP address, or `localhost`, that HTTPS is served on. */
  listen: string;
  /** The HTTPS port; 0 takes any free one. */
  port: number;
  /** The absolute path of the folder that everything durable is kept in. */
  dataDir: string;
  timing: Timing;
  /** Whether to create the demonstration resources. */
  demo: boolean;
  /** Ids of the subscriptions to make sure of, in lower case. */
  subscriptions: readonly string[];
  /** Where the authority may send answers to, besides loopback addresses. */
  redirectUris: readonly string[];
  /** Origins, besides its own, at which clients reach the server: forwarded ports and other names. */
  origins: readonly string[];
  /** Whether only the administrator has rights from the start, and clients' secrets are checked. */
  strict: boolean;
  /** Whether roles may be assigned to object ids that the directory does not know, whatever they are. */
  unknownPrincipals: boolean;
  /** The administrator's password under `strict`; empty for one that is kept in the data directory. */
  ownerPassword: string;
  logLevel: LogLevel;
  /** Whether the end of the process that started Cuprite stops it, also without npm. */
  stopWithParent: boolean;
  /** The loopback port of the managed-identity endpoint; 0 takes any free one. */
  managedIdentityPort: number;
  /** Whether databases get a Redis and paths to it. */
  dataPlane: boolean;
  /** The most memory that one database may use, in MiB, whatever its SKU. */
  redisMemoryMib: number;
  /** How many clients one database takes at once. */
  redisConnections: PerSku;
  /** After how many seconds of silence a client is cut; 0 for never. */
  redisIdleSeconds: PerSku;
  /** Whether clusters' certificates have no more names than Azure's. */
  azureCertificates: boolean;
  /** The folder that Redis modules are looked for in before all others; empty for none. */
  redisModules: string;
  /** Whether clusters of the older kind, which Azure creates no more, can be created. */
  retiredSkus: boolean;
  /** Whether modules that are not installed are stored without being loaded. */
  lenientModules: boolean;
  /** The folder that `file:` URLs of imports and exports may lead into; empty when they are not allowed. */
  dumpFolder: string;
  /** Whether imports and exports may go to link-local, multicast and metadata addresses. */
  linkLocalTransfers: boolean;
  /** The port of all resolvers; 0 takes any free one. */
  dnsPort: number;
  /** Which addresses resolvers tell of private endpoints. */
  dnsAnswers: DnsAnswers;
  /** Whether resolvers ask the system's for names that are none of ours. */
  dnsForward: boolean;
};

/** A number for a cluster's SKU; what is not said is Azure's own. */
export interface PerSku {
  /** For every SKU that has none of its own. */
  readonly all: number | undefined;
  /** By SKUs' published names: `Balanced_B0`. */
  readonly bySku: Readonly<Record<string, number>>;
}

/** The number that was chosen for a SKU; undefined when Azure's is to serve. */
export const chosenFor = ({ all, bySku }: PerSku, sku: string): number | undefined => bySku[sku] ?? all;

/** The subscription of the demonstration, and the one that is there when nobody says otherwise. */
export const demoSubscriptionId = "e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";

/** Whether people on other machines may reach the server and sign in as anybody. */
export const isOpenToAll = ({ listen, strict }: Pick<Settings, "listen" | "strict">): boolean =>
  !strict && !isLoopbackHost(listen.includes(":") ? `[${listen}]` : listen);

/** The warning about that, for the log and the terminal. */
export const openToAllWarning = (listen: string): string =>
  `Everybody who can reach ${listen} may do everything here, as any password is taken: --strict asks for the owner's.`;
