import type { Answer } from "dns-packet";
import type { DnsRecord } from "./dns-zone.ts";
import type { RecordType } from "./dns-facts.ts";

/** A record as the codec takes it. */
export const encodable = (record: DnsRecord): Answer => {
  const { name, type, ttl, value } = record;
  return { name, type, ttl, class: "IN", data: readers[type](value) } as Answer;
};

/** From a zone file's fields (RFC 1035 §5). */
const readers: Readonly<Record<RecordType, (value: string) => unknown>> = {
  A: (value) => value,
  AAAA: (value) => value,
  CNAME: (value) => value,
  PTR: (value) => value,
  TXT: (value) => stringsOf(Buffer.from(value)),
  MX(value) {
    const [preference, exchange] = value.split(" ");
    return { preference: Number(preference), exchange };
  },
  SRV(value) {
    const [priority, weight, port, target] = value.split(" ");
    return { priority: Number(priority), weight: Number(weight), port: Number(port), target };
  },
  SOA(value) {
    const [mname, rname, serial, refresh, retry, expire, minimum] = value.split(" ");
    const numbers = { serial: Number(serial), refresh: Number(refresh), retry: Number(retry) };
    return { mname, rname, ...numbers, expire: Number(expire), minimum: Number(minimum) };
  },
};

/** The longest string of a TXT record (RFC 1035 §3.3). */
const stringBytes = 255;

const stringsOf = (text: Buffer): Buffer[] =>
  Array.from({ length: Math.max(1, Math.ceil(text.length / stringBytes)) }, (_, index) =>
    text.subarray(index * stringBytes, (index + 1) * stringBytes),
  );
