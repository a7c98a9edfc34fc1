import type { DnsSource, NetworkFacts } from "./dns-facts.ts";
import { privateZone, publicZones } from "./dns-zone.ts";
import type { DnsZone } from "./dns-zone.ts";
import type { DnsView } from "./resolve.ts";
import { publicViewKey } from "./view-address.ts";

/** Views as the store has them now: read when they are asked for, and kept until something changes. */
export class DnsViews {
  readonly #source: DnsSource;
  readonly #views = new Map<string, Promise<DnsView>>();
  #publicZones: Promise<readonly DnsZone[]> | undefined;

  constructor(source: DnsSource) {
    this.#source = source;
  }

  /** The view of a network, by its key, or the public one. @throws when the store cannot be read. */
  view(key: string): Promise<DnsView> {
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const read = this.#read(key);
    this.#views.set(key, read);
    // What could not be read is read again.
    read.catch(() => this.forget());
    return read;
  }

  /** Forgets everything, since something has changed. */
  forget(): void {
    this.#views.clear();
    this.#publicZones = undefined;
  }

  async #read(key: string): Promise<DnsView> {
    this.#publicZones ??= this.#source.listClusterNames().then(publicZones);
    const network = key === publicViewKey ? nowhere : this.#source.readNetwork(key);
    const [zones, { zones: linked, endpoints }] = await Promise.all([this.#publicZones, network]);
    const paths = new Map(endpoints.map(({ vnetAddress, pathKey }) => [vnetAddress, pathKey]));
    return { publicZones: zones, privateZones: linked.map((zone) => privateZone(zone, paths)) };
  }
}

const nowhere: NetworkFacts = { zones: [], endpoints: [] };
