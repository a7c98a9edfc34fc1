import type { Answer, OptAnswer } from "dns-packet";
import { dnsLimits } from "../limits.ts";
import type { RecordType } from "./dns-facts.ts";
import { responseCodes, type DnsQuery } from "./dns-query.ts";
import type { DnsRecord } from "./dns-zone.ts";

export type Transport = "udp" | "tcp";

/** The answer to a query. */
export interface DnsAnswer {
  readonly code: number;
  readonly isAuthoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authority: DnsRecord | undefined;
}

/** An answer that has only a code. */
export const refusalWith = (code: number): DnsAnswer => ({
  code,
  isAuthoritative: false,
  answers: [],
  authority: undefined,
});

interface EncodingOptions {
  readonly transport: Transport;
  /** Whether queries for other names are forwarded. */
  readonly isRecursive: boolean;
}

/** An answer's bytes, with the client's own question. Over UDP, an answer that does not fit tells the client to use TCP. */
export async function encodeAnswer(query: DnsQuery, answer: DnsAnswer, options: EncodingOptions): Promise<Buffer> {
  const whole = await encode(query, answer, options);
  if (whole.length <= mostBytes(query, options.transport)) return whole;
  const { truncatedFlag } = flags;
  const empty = await encode(query, { ...answer, answers: [], authority: undefined }, options);
  empty.writeUInt16BE(empty.readUInt16BE(flagsAt) | truncatedFlag, flagsAt);
  return empty;
}

const flags = { authoritativeFlag: 0x0400, truncatedFlag: 0x0200, desiredFlag: 0x0100, availableFlag: 0x0080 } as const;
const flagsAt = 2;
const questionCountAt = 4;
const headerBytes = 12;

function mostBytes({ edns }: DnsQuery, transport: Transport): number {
  if (transport === "tcp") return dnsLimits.tcpBytes;
  if (edns === undefined) return dnsLimits.plainUdpBytes;
  return Math.min(dnsLimits.udpBytes, Math.max(dnsLimits.plainUdpBytes, edns.payloadBytes));
}

async function encode(query: DnsQuery, answer: DnsAnswer, { isRecursive }: EncodingOptions): Promise<Buffer> {
  const { encode: encodeMessage } = await import("dns-packet");
  const { code, answers, authority } = answer;
  const message = encodeMessage({
    type: "response",
    id: query.id,
    flags: flagsOf(query, answer, isRecursive),
    answers: answers.map(encodable),
    authorities: authority === undefined ? [] : [encodable(authority)],
    additionals: optionOf(query, code),
  });
  // The codec would not keep every byte of the question. It compresses no names, so that inserting moves no pointers.
  message.writeUInt16BE(query.questionBytes.length === 0 ? 0 : 1, questionCountAt);
  return Buffer.concat([message.subarray(0, headerBytes), query.questionBytes, message.subarray(headerBytes)]);
}

function flagsOf(query: DnsQuery, { code, isAuthoritative }: DnsAnswer, isRecursive: boolean): number {
  return (
    (query.opcode << 11) |
    (isAuthoritative ? flags.authoritativeFlag : 0) |
    (query.isRecursionDesired ? flags.desiredFlag : 0) |
    (isRecursive ? flags.availableFlag : 0) |
    (code & 0xf)
  );
}

/** Only a query with EDNS gets EDNS in its answer (RFC 6891 §6.1.1). */
function optionOf({ edns }: DnsQuery, code: number): OptAnswer[] {
  if (edns === undefined && code <= responseCodes.refused) return [];
  const isDnssecOk = edns?.isDnssecOk === true;
  const dnssecOkFlag = 0x8000;
  return [
    {
      type: "OPT",
      name: ".",
      udpPayloadSize: dnsLimits.udpBytes,
      extendedRcode: code >> 4,
      ednsVersion: 0,
      flags: isDnssecOk ? dnssecOkFlag : 0,
      flag_do: isDnssecOk,
      options: [],
    },
  ];
}

/** A record as the codec takes it. */
const encodable = ({ name, type, ttl, value }: DnsRecord): Answer =>
  ({ name, type, ttl, class: "IN", data: readers[type](value) }) as Answer;

/** The values' parts are written as in a zone file (RFC 1035 §5). */
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
