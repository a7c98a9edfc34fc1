import { dnsLimits } from "../limits.ts";
import type { ClusterNameFacts, DnsSource, EndpointFacts, LinkFacts, NameChange, RecordType } from "./dns-facts.ts";
import { isWithin, privateZone, publicZones, recordsNamed, type DnsRecord, type DnsZone } from "./dns-zone.ts";
import { FollowedFacts } from "./followed-facts.ts";

/** The key of the view that belongs to no network. */
export const publicViewKey = "";

/** The names of all clusters are read together. */
const everyName = "";

/** The private zones of one network. */
interface NetworkZones {
  readonly zoneKeys: ReadonlySet<string>;
  readonly zones: Promise<readonly DnsZone[]>;
}

/** The views as the store has them: read when they are needed, and again only where something in them has changed. */
export class DnsViews {
  readonly #source: DnsSource;
  readonly #names: FollowedFacts<ClusterNameFacts>;
  readonly #endpoints: FollowedFacts<EndpointFacts>;
  readonly #links: FollowedFacts<LinkFacts>;
  readonly #networks = new Map<string, NetworkZones>();
  #publicZones: readonly DnsZone[] | undefined;

  constructor(source: DnsSource) {
    this.#source = source;
    const groupOf = ({ networkKey }: EndpointFacts | LinkFacts): string => networkKey;
    const onChange = (networkKey: string): void => this.forget(networkKey);
    this.#endpoints = new FollowedFacts({ ...source.endpoints, groupOf, onChange });
    this.#links = new FollowedFacts({ ...source.links, groupOf, onChange });
    this.#names = new FollowedFacts({
      ...source.clusterNames,
      groupOf: () => everyName,
      onChange: () => (this.#publicZones = undefined),
    });
  }

  /** The view of a network, by its key, or the public one. @throws when the store cannot be read */
  async view(key: string): Promise<DnsView> {
    const [zones, privateZones] = await Promise.all([
      this.#readPublicZones(),
      key === publicViewKey ? [] : this.#privateZones(key),
    ]);
    return { publicZones: zones, privateZones };
  }

  /** Has to be called when something has changed. */
  changed({ of, key }: NameChange): void {
    if (of === "clusterName") this.#names.changed(key);
    else if (of === "endpoint") this.#endpoints.changed(key);
    else if (of === "link") this.#links.changed(key);
    else for (const [network, { zoneKeys }] of this.#networks) if (zoneKeys.has(key)) this.forget(network);
  }

  /** Drops the private zones of a network. */
  forget(networkKey: string): void {
    this.#networks.delete(networkKey);
  }

  async #readPublicZones(): Promise<readonly DnsZone[]> {
    await this.#names.catchUp();
    this.#publicZones ??= publicZones(this.#names.of(everyName).map(([, facts]) => facts));
    return this.#publicZones;
  }

  async #privateZones(networkKey: string): Promise<readonly DnsZone[]> {
    await Promise.all([this.#links.catchUp(), this.#endpoints.catchUp()]);
    const known = this.#networks.get(networkKey) ?? this.#readNetwork(networkKey);
    return await known.zones;
  }

  /** Keeps what it reads at once, so that every later change of it is noticed. */
  #readNetwork(networkKey: string): NetworkZones {
    const links = this.#links.of(networkKey);
    const paths = new Map(this.#endpoints.of(networkKey).map(([pathKey, { vnetAddress }]) => [vnetAddress, pathKey]));
    const read = async ([, link]: readonly [string, LinkFacts]): Promise<DnsZone> =>
      privateZone({ ...link, records: await this.#source.readRecords(link.zoneKey) }, paths);
    const network: NetworkZones = {
      zoneKeys: new Set(links.map(([, { zoneKey }]) => zoneKey)),
      zones: Promise.all(links.map(read)),
    };
    this.#networks.set(networkKey, network);
    // It is read again next time.
    network.zones.catch(() => this.#networks.get(networkKey) === network && this.forget(networkKey));
    return network;
  }
}

/** What names mean in one virtual network, or, without private zones, in public. */
export interface DnsView {
  readonly privateZones: readonly DnsZone[];
  readonly publicZones: readonly DnsZone[];
}

/** `type` is undefined for types that no zone holds. */
export interface DnsQuestion {
  readonly name: string;
  readonly type: RecordType | "ANY" | undefined;
}

/** A view's answer to a question. Aliases that were followed are among the answers, whatever the outcome. */
export interface Resolution {
  /** `outside` is in none of the zones; `endless` means that aliases lead nowhere. */
  readonly outcome: "found" | "noData" | "nameError" | "outside" | "endless";
  readonly answers: readonly DnsRecord[];
  /** The start of authority of the zone that lacks the name or the type. */
  readonly authority: DnsRecord | undefined;
}

/**
 * Answers a question from a view. The linked zone with the longest matching name decides for all names in it: a name
 * that it does not have does not exist. All other names are public ones.
 */
export function resolve(view: DnsView, question: DnsQuestion): Resolution {
  const answers: DnsRecord[] = [];
  let { name } = question;
  for (let aliases = 0; aliases <= dnsLimits.aliases; aliases += 1) {
    const place = placeOf(view, name);
    if (place === undefined) {
      return { outcome: answers.length === 0 ? "outside" : "found", answers, authority: undefined };
    }
    const { records, authority } = place;
    if (records === undefined) return { outcome: "nameError", answers, authority };
    const matching = records.filter((record) => isAskedFor(record, question));
    answers.push(...matching);
    if (matching.length > 0) return { outcome: "found", answers, authority: undefined };
    const alias = records.find(({ type }) => type === "CNAME");
    if (alias === undefined) return { outcome: "noData", answers, authority };
    answers.push(alias);
    name = withoutLastDot(alias.value);
  }
  return { outcome: "endless", answers: [], authority: undefined };
}

const isAskedFor = ({ type }: DnsRecord, question: DnsQuestion): boolean =>
  question.type === "ANY" || type === question.type;

interface Place {
  /** undefined when there is no such name. */
  readonly records: readonly DnsRecord[] | undefined;
  readonly authority: DnsRecord;
}

function placeOf(view: DnsView, name: string): Place | undefined {
  const inPrivate = longestMatch(view.privateZones, name);
  const inPublic = longestMatch(view.publicZones, name);
  const found = inPrivate && lookUp(inPrivate, name);
  if (found?.records !== undefined) return found;
  if (inPrivate !== undefined && !inPrivate.redirectsMissing) return found;
  return inPublic === undefined ? found : lookUp(inPublic, name);
}

const lookUp = (zone: DnsZone, name: string): Place => ({
  records: recordsNamed(zone, name),
  authority: zone.authority,
});

function longestMatch(zones: readonly DnsZone[], name: string): DnsZone | undefined {
  const key = name.toLowerCase();
  return zones
    .filter(({ apex }) => isWithin(key, apex))
    .reduce<DnsZone | undefined>(
      (longest, zone) => (zone.apex.length > (longest?.apex.length ?? 0) ? zone : longest),
      undefined,
    );
}

const withoutLastDot = (name: string): string => (name.endsWith(".") ? name.slice(0, -1) : name);
