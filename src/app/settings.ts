import { isLoopbackHost } from "../identity/tokens/audiences.ts";
import type { DnsAnswers } from "../data-plane/dns/answer-query.ts";
import type { LogLevel } from "../kernel/log.ts";
import type { Timing } from "../operations/timing.ts";

/** The settings of the server. The command line reads and checks them. */
export type Settings = {
  /** The IP address, or `localhost`, that HTTPS is served on. */
  listen: string;
  /** The HTTPS port; 0 takes any free one. */
  port: number;
  /** The absolute path of the folder that everything durable is kept in. */
  dataDir: string;
  /** How many MB of memory resources may take, besides what the store's own pages take; a MB is 2^20 bytes. */
  memoryMb: number;
  timing: Timing;
  /** Whether to create the demonstration resources. */
  demo: boolean;
  /** Ids of the subscriptions to create where they do not exist, in lower case. */
  subscriptions: readonly string[];
  /** The redirect URIs that the authority accepts besides loopback addresses. */
  redirectUris: readonly string[];
  /** Origins, besides its own, at which clients reach the server: forwarded ports and other names. */
  origins: readonly string[];
  /** Whether only the administrator has rights from the start, and clients' secrets are checked. */
  strict: boolean;
  /** Whether roles may be assigned to object ids that the directory does not know. */
  unknownPrincipals: boolean;
  /** The administrator's password under `strict`; empty for the one in the data directory. */
  ownerPassword: string;
  logLevel: LogLevel;
  /** Whether Cuprite stops when the process that started it ends, also without npm. */
  stopWithParent: boolean;
  /** The loopback port of the managed-identity endpoint; 0 takes any free one. */
  managedIdentityPort: number;
  /** Whether databases get a Redis and paths to it. */
  dataPlane: boolean;
  /** The most memory that one database may use, in MiB, whatever its SKU. */
  redisMemoryMib: number;
  /** How many clients may be connected to one database. */
  redisConnections: PerSku;
  /** After how many idle seconds a client is disconnected; 0 for never. */
  redisIdleSeconds: PerSku;
  /** Whether clusters' certificates have no more names than Azure's. */
  azureCertificates: boolean;
  /** The folder that Redis modules are looked for in before all others; empty for none. */
  redisModules: string;
  /** Whether clusters with the SKUs that Azure has retired can be created. */
  retiredSkus: boolean;
  /** Whether modules that are not installed are stored without being loaded. */
  lenientModules: boolean;
  /** The folder that `file:` URLs of imports and exports may lead into; empty when they are not allowed. */
  dumpFolder: string;
  /** Whether imports and exports may go to link-local, multicast and metadata addresses. */
  linkLocalTransfers: boolean;
  /** The port of all resolvers; 0 takes any free one. */
  dnsPort: number;
  /** Which addresses of private endpoints the resolvers return. */
  dnsAnswers: DnsAnswers;
  /** Whether the resolvers forward queries for all other names to the system's. */
  dnsForward: boolean;
};

/** A number for each SKU; where there is none, Azure's applies. */
export interface PerSku {
  /** For every SKU that has none of its own. */
  readonly all: number | undefined;
  /** By SKUs' published names: `Balanced_B0`. */
  readonly bySku: Readonly<Record<string, number>>;
}

/** The subscription of the demonstration, and the default of `subscriptions`. */
export const demoSubscriptionId = "e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";

/** Whether people on other machines may reach the server and sign in as anybody. */
export const isOpenToAll = ({ listen, strict }: Pick<Settings, "listen" | "strict">): boolean =>
  !strict && !isLoopbackHost(listen.includes(":") ? `[${listen}]` : listen);

/** The warning about that, for the log and the terminal. */
export const openToAllWarning = (listen: string): string =>
  `Everybody who can reach ${listen} may do everything here, because any password is accepted. Use --strict to require the owner's.`;
