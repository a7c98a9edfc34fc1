import { dnsLimits } from "../limits.ts";
import type { DnsSource, NetworkFacts, RecordType } from "./dns-facts.ts";
import { isWithin, privateZone, publicZones, recordsNamed, type DnsRecord, type DnsZone } from "./dns-zone.ts";

/** The key of the view that belongs to no network. */
export const publicViewKey = "";

/** The views as the store has them: read when they are needed, and kept until something changes. */
export class DnsViews {
  readonly #source: DnsSource;
  readonly #views = new Map<string, Promise<DnsView>>();
  #publicZones: Promise<readonly DnsZone[]> | undefined;

  constructor(source: DnsSource) {
    this.#source = source;
  }

  /** The view of a network, by its key, or the public one. @throws when the store cannot be read */
  view(key: string): Promise<DnsView> {
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const read = this.#read(key);
    this.#views.set(key, read);
    read.catch(() => this.clear()); // It is read again next time.
    return read;
  }

  /** Has to be called when something has changed. */
  clear(): void {
    this.#views.clear();
    this.#publicZones = undefined;
  }

  async #read(key: string): Promise<DnsView> {
    this.#publicZones ??= this.#source.listClusterNames().then(publicZones);
    const network = key === publicViewKey ? noNetwork : this.#source.readNetwork(key);
    const [zones, { zones: linked, endpoints }] = await Promise.all([this.#publicZones, network]);
    const paths = new Map(endpoints.map(({ vnetAddress, pathKey }) => [vnetAddress, pathKey]));
    return { publicZones: zones, privateZones: linked.map((zone) => privateZone(zone, paths)) };
  }
}

const noNetwork: NetworkFacts = { zones: [], endpoints: [] };

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
