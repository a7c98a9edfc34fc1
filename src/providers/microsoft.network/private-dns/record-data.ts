/** The types of record sets that a private zone can have. */
export const recordTypeNames = ["A", "AAAA", "CNAME", "MX", "PTR", "SOA", "SRV", "TXT"] as const;

export type RecordTypeName = (typeof recordTypeNames)[number];

/** The start of authority of a zone; times in seconds. */
interface SoaRecord {
  readonly email: string;
  readonly expireTime: number;
  readonly host: string;
  readonly minimumTtl: number;
  readonly refreshTime: number;
  readonly retryTime: number;
  readonly serialNumber: number;
}

/** The records of a set as on the wire: only the property of the set's own type. */
export interface RecordData {
  readonly aRecords?: readonly { readonly ipv4Address: string }[];
  readonly aaaaRecords?: readonly { readonly ipv6Address: string }[];
  readonly cnameRecord?: { readonly cname: string };
  readonly mxRecords?: readonly { readonly preference: number; readonly exchange: string }[];
  readonly ptrRecords?: readonly { readonly ptrdname: string }[];
  readonly soaRecord?: SoaRecord;
  readonly srvRecords?: readonly {
    readonly priority: number;
    readonly weight: number;
    readonly port: number;
    readonly target: string;
  }[];
  readonly txtRecords?: readonly { readonly value: readonly string[] }[];
}

/** How records of a type are written: one or a list, and their fields in the order of a zone file (RFC 1035 §5). */
interface RecordForm {
  readonly property: keyof RecordData;
  readonly isList: boolean;
  readonly fields: readonly string[];
}

export const recordForms: Readonly<Record<RecordTypeName, RecordForm>> = {
  A: { property: "aRecords", isList: true, fields: ["ipv4Address"] },
  AAAA: { property: "aaaaRecords", isList: true, fields: ["ipv6Address"] },
  CNAME: { property: "cnameRecord", isList: false, fields: ["cname"] },
  MX: { property: "mxRecords", isList: true, fields: ["preference", "exchange"] },
  PTR: { property: "ptrRecords", isList: true, fields: ["ptrdname"] },
  SOA: {
    property: "soaRecord",
    isList: false,
    fields: ["host", "email", "serialNumber", "refreshTime", "retryTime", "expireTime", "minimumTtl"],
  },
  SRV: { property: "srvRecords", isList: true, fields: ["priority", "weight", "port", "target"] },
  TXT: { property: "txtRecords", isList: true, fields: ["value"] },
};

/** The data of a set without records. */
export const emptyData = (type: RecordTypeName): RecordData =>
  recordForms[type].isList ? { [recordForms[type].property]: [] } : {};

/** The start of authority that Azure gives a new private zone. */
export const initialSoa: { readonly ttl: number; readonly data: { readonly soaRecord: SoaRecord } } = {
  ttl: 3_600,
  data: {
    soaRecord: {
      email: "azureprivatedns-host.microsoft.com",
      expireTime: 2_419_200,
      host: "azureprivatedns.net",
      minimumTtl: 10,
      refreshTime: 3_600,
      retryTime: 300,
      serialNumber: 1,
    },
  },
};

/** The records of a set, by field; a set of a type without a list has at most one. */
export function recordsOf(type: RecordTypeName, data: RecordData): readonly Readonly<Record<string, unknown>>[] {
  const records = data[recordForms[type].property] ?? [];
  return [records].flat().map((record) => ({ ...record }));
}

/** The records of a set as text, their fields in the order of a zone file; the strings of a TXT record are joined. */
export const valuesOf = (type: RecordTypeName, data: RecordData): string[] =>
  recordsOf(type, data).map((record) => recordForms[type].fields.map((field) => textOf(record[field])).join(" "));

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join("") : String(value));
