import { bodySchema } from "../../../arm/body-schema.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { dnsLimits } from "./dns-limits.ts";
import { checkRecords } from "./record-rules.ts";
import { initialSoa } from "./record-types.ts";
import type { RecordData, RecordTypeName, SoaRecord } from "./record-types.ts";

const seconds = { type: ["integer", "null"], minimum: 0, maximum: 4_294_967_295 } as const;
const sixteenBits = { type: "integer", minimum: 0, maximum: 65_535 } as const;
const text = { type: "string" } as const;

const recordSetSchema = bodySchema(
  {
    type: "object",
    required: ["properties"],
    properties: {
      properties: {
        type: "object",
        properties: {
          ttl: { type: ["integer", "null"], minimum: 0, maximum: dnsLimits.ttlSeconds },
          metadata: { type: ["object", "null"], additionalProperties: { type: "string" } },
          aRecords: {
            type: ["array", "null"],
            items: { type: "object", required: ["ipv4Address"], properties: { ipv4Address: text } },
          },
          aaaaRecords: {
            type: ["array", "null"],
            items: { type: "object", required: ["ipv6Address"], properties: { ipv6Address: text } },
          },
          cnameRecord: { type: ["object", "null"], required: ["cname"], properties: { cname: text } },
          mxRecords: {
            type: ["array", "null"],
            items: {
              type: "object",
              required: ["preference", "exchange"],
              properties: { preference: sixteenBits, exchange: text },
            },
          },
          ptrRecords: {
            type: ["array", "null"],
            items: { type: "object", required: ["ptrdname"], properties: { ptrdname: text } },
          },
          soaRecord: {
            type: ["object", "null"],
            properties: {
              email: { type: ["string", "null"] },
              expireTime: seconds,
              minimumTtl: seconds,
              refreshTime: seconds,
              retryTime: seconds,
              serialNumber: seconds,
            },
          },
          srvRecords: {
            type: ["array", "null"],
            items: {
              type: "object",
              required: ["priority", "weight", "port", "target"],
              properties: { priority: sixteenBits, weight: sixteenBits, port: sixteenBits, target: text },
            },
          },
          txtRecords: {
            type: ["array", "null"],
            items: { type: "object", required: ["value"], properties: { value: { type: "array", items: text } } },
          },
        },
      },
    },
  },
  "network",
);

type Properties = ReturnType<typeof recordSetSchema.parse>["properties"];

/** What a body says of a record set; undefined is what it does not speak of. */
export interface RecordSetRequest {
  readonly ttl: number | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly data: RecordData | undefined;
  /** What is to change in the start of authority. */
  readonly soa: Partial<SoaRecord> | undefined;
}

/** Reads a body for a set of one type; the properties of other types are passed over. @throws ArmError naming the fault. */
export function readRecordSet(body: JsonObject | undefined, type: RecordTypeName): RecordSetRequest {
  const { properties } = recordSetSchema.parse(body ?? {});
  const data = readers[type](properties);
  const soa = type === "SOA" ? readSoa(properties) : undefined;
  checkRecords(type, changedData(data ?? {}, { data, soa }));
  return { ttl: properties.ttl ?? undefined, metadata: properties.metadata ?? undefined, data, soa };
}

/** The records of a set once it is written: `base` as far as the body does not speak of them. */
export function changedData(base: RecordData, { data, soa }: Pick<RecordSetRequest, "data" | "soa">): RecordData {
  if (soa === undefined) return data ?? base;
  return { soaRecord: { ...initialSoa.data.soaRecord, ...base.soaRecord, ...soa } };
}

const readers: Readonly<Record<RecordTypeName, (properties: Properties) => RecordData | undefined>> = {
  A: ({ aRecords }) =>
    aRecords == null ? undefined : { aRecords: aRecords.map(({ ipv4Address }) => ({ ipv4Address })) },
  AAAA: ({ aaaaRecords }) =>
    aaaaRecords == null ? undefined : { aaaaRecords: aaaaRecords.map(({ ipv6Address }) => ({ ipv6Address })) },
  CNAME: ({ cnameRecord }) => (cnameRecord == null ? undefined : { cnameRecord: { cname: cnameRecord.cname } }),
  MX: ({ mxRecords }) =>
    mxRecords == null
      ? undefined
      : { mxRecords: mxRecords.map(({ preference, exchange }) => ({ preference, exchange })) },
  PTR: ({ ptrRecords }) =>
    ptrRecords == null ? undefined : { ptrRecords: ptrRecords.map(({ ptrdname }) => ({ ptrdname })) },
  SOA: () => undefined,
  SRV: ({ srvRecords }) =>
    srvRecords == null
      ? undefined
      : {
          srvRecords: srvRecords.map(({ priority, weight, port, target }) => ({ priority, weight, port, target })),
        },
  TXT: ({ txtRecords }) =>
    txtRecords == null ? undefined : { txtRecords: txtRecords.map(({ value }) => ({ value })) },
};

/** The host is not the client's to set. */
function readSoa({ soaRecord }: Properties): Partial<SoaRecord> | undefined {
  if (soaRecord == null) return undefined;
  const { email, expireTime, minimumTtl, refreshTime, retryTime, serialNumber } = soaRecord;
  const given = { email, expireTime, minimumTtl, refreshTime, retryTime, serialNumber };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value != null)) as Partial<SoaRecord>;
}
