/** The types of record sets that a private zone has. */
export const recordTypeNames = ["A", "AAAA", "CNAME", "MX", "PTR", "SOA", "SRV", "TXT"] as const;

export type RecordTypeName = (typeof recordTypeNames)[number];

/** The start of authority of a zone; times in seconds. */
export interface SoaRecord {
  readonly email: string;
  readonly expireTime: number;
  readonly host: string;
  readonly minimumTtl: number;
  readonly refreshTime: number;
  readonly retryTime: number;
  readonly serialNumber: number;
}

/** The records of a set, as they are on the wire: the property of its own type, and no other. */
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

/** What a set of a type holds when it holds nothing. */
export const emptyData: Readonly<Record<RecordTypeName, RecordData>> = {
  A: { aRecords: [] },
  AAAA: { aaaaRecords: [] },
  CNAME: {},
  MX: { mxRecords: [] },
  PTR: { ptrRecords: [] },
  SOA: {},
  SRV: { srvRecords: [] },
  TXT: { txtRecords: [] },
};

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

const soaText = (soa: SoaRecord): string =>
  [soa.host, soa.email, soa.serialNumber, soa.refreshTime, soa.retryTime, soa.expireTime, soa.minimumTtl].join(" ");

const values: Readonly<Record<RecordTypeName, (data: RecordData) => string[] | undefined>> = {
  A: ({ aRecords }) => aRecords?.map(({ ipv4Address }) => ipv4Address),
  AAAA: ({ aaaaRecords }) => aaaaRecords?.map(({ ipv6Address }) => ipv6Address),
  CNAME: ({ cnameRecord }) => (cnameRecord === undefined ? [] : [cnameRecord.cname]),
  MX: ({ mxRecords }) => mxRecords?.map(({ preference, exchange }) => `${preference} ${exchange}`),
  PTR: ({ ptrRecords }) => ptrRecords?.map(({ ptrdname }) => ptrdname),
  SOA: ({ soaRecord }) => (soaRecord === undefined ? [] : [soaText(soaRecord)]),
  SRV: ({ srvRecords }) =>
    srvRecords?.map(({ priority, weight, port, target }) => `${priority} ${weight} ${port} ${target}`),
  TXT: ({ txtRecords }) => txtRecords?.map(({ value }) => value.join("")),
};

/** The records of a set as text, in the order of a zone file's fields (RFC 1035 §5); the strings of a TXT record joined. */
export const valuesOf = (type: RecordTypeName, data: RecordData): string[] => values[type](data) ?? [];
