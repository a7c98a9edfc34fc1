import type { OptAnswer } from "dns-packet";
import type { DnsQuery } from "./dns-query.ts";
import { responseCodes } from "./dns-query.ts";
import { dnsLimits } from "./dns-limits.ts";
import type { DnsRecord } from "./dns-zone.ts";
import { encodable } from "./record-data.ts";

export type Transport = "udp" | "tcp";

/** What is said to a query. */
export interface DnsAnswer {
  readonly code: number;
  readonly isAuthoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authority: DnsRecord | undefined;
}

/** An answer that says only why there is none. */
export const refusalWith = (code: number): DnsAnswer => ({
  code,
  isAuthoritative: false,
  answers: [],
  authority: undefined,
});

interface EncodingOptions {
  readonly transport: Transport;
  /** Whether names of others are asked for elsewhere. */
  readonly isRecursive: boolean;
}

/** An answer's bytes: the question is the client's own. Over UDP what does not fit says to come back over TCP. */
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
  // The codec would not keep every byte of a name, and compresses none, so that nothing has to be moved.
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

/** EDNS is answered to those who speak it (RFC 6891 §6.1.1). */
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
