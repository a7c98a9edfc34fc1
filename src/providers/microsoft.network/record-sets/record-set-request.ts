import { bodySchema } from "../../../arm/body-schema.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { initialSoa, recordForms, type RecordData, type RecordTypeName } from "../private-dns/record-data.ts";
import { checkRecords } from "./record-set-rules.ts";

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
          ttl: { type: ["integer", "null"], minimum: 0, maximum: 2_147_483_647 },
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

/** What a body gives for a record set; undefined for what it leaves out. */
interface RecordSetRequest {
  readonly ttl: number | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  /** The records of the set once it is written: `base` where the body gives none. */
  readonly dataFrom: (base: RecordData) => RecordData;
}

/** Reads a body for a set of one type; ignores the properties of other types. @throws ArmError that names the fault. */
export function readRecordSet(body: JsonObject | undefined, type: RecordTypeName): RecordSetRequest {
  const { properties } = recordSetSchema.parse(body ?? {});
  const dataFrom = type === "SOA" ? readSoa(properties) : readRecords(type, properties);
  checkRecords(type, dataFrom({}));
  return { ttl: properties.ttl ?? undefined, metadata: properties.metadata ?? undefined, dataFrom };
}

function readRecords(type: RecordTypeName, properties: Properties): RecordSetRequest["dataFrom"] {
  const { property, fields } = recordForms[type];
  const given = properties[property];
  if (given == null) return (base) => base;
  const known = (record: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(fields.map((field) => [field, record[field]]));
  return () => ({ [property]: Array.isArray(given) ? given.map(known) : known(given) });
}

/** Clients cannot set the host. */
function readSoa({ soaRecord }: Properties): RecordSetRequest["dataFrom"] {
  if (soaRecord == null) return (base) => base;
  const { email, expireTime, minimumTtl, refreshTime, retryTime, serialNumber } = soaRecord;
  const given = Object.entries({ email, expireTime, minimumTtl, refreshTime, retryTime, serialNumber });
  const changes = Object.fromEntries(given.filter(([, value]) => value != null));
  return (base) => ({ soaRecord: { ...initialSoa.data.soaRecord, ...base.soaRecord, ...changes } });
}
