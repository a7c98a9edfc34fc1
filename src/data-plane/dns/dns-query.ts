import { dnsLimits } from "../limits.ts";
import type { DnsQuestion } from "./dns-views.ts";

/** Response codes (RFC 1035 §4.1.1, RFC 6891 §9 for those above 15). */
export const responseCodes = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
  badVersion: 16,
} as const;

/** A client's EDNS options (RFC 6891 §6). */
interface ClientEdns {
  readonly payloadBytes: number;
  readonly version: number;
  readonly isDnssecOk: boolean;
}

/** A query as far as it could be read. */
export interface DnsQuery {
  readonly id: number;
  readonly opcode: number;
  readonly isRecursionDesired: boolean;
  /** The question's bytes, which the answer repeats; empty when it could not be read. */
  readonly questionBytes: Buffer;
  readonly question: DnsQuestion;
  readonly edns: ClientEdns | undefined;
  /** The code of its refusal; undefined when it can be answered. */
  readonly refusal: number | undefined;
}

const headerBytes = 12;
/** The types of zone transfers, which are refused, as are all classes except the Internet. */
const transferTypes: ReadonlySet<number> = new Set([251, 252]);
const internetClass = 1;

const typeNames: Readonly<Record<number, DnsQuestion["type"]>> = {
  1: "A",
  5: "CNAME",
  6: "SOA",
  12: "PTR",
  15: "MX",
  16: "TXT",
  28: "AAAA",
  33: "SRV",
  255: "ANY",
};

/** Reads a message. undefined when it gets no answer: it is too short, or is an answer itself, and two servers could answer each other forever. */
export async function readQuery(message: Buffer): Promise<DnsQuery | undefined> {
  if (message.length < headerBytes) return undefined;
  const flags = message.readUInt16BE(2);
  if ((flags & 0x8000) !== 0) return undefined;
  const header = {
    id: message.readUInt16BE(0),
    opcode: (flags >> 11) & 0xf,
    isRecursionDesired: (flags & 0x0100) !== 0,
  };
  const unread = {
    ...header,
    questionBytes: Buffer.alloc(0),
    question: { name: "", type: undefined },
    edns: undefined,
  };
  if (header.opcode !== 0) return { ...unread, refusal: responseCodes.notImplemented };
  const question = isPlausible(message) ? readQuestion(message) : undefined;
  const edns = question && (await readEdns(message));
  if (question === undefined || edns === "malformed") return { ...unread, refusal: responseCodes.formatError };
  const { name, typeNumber, classNumber, endsAt } = question;
  return {
    ...header,
    questionBytes: message.subarray(headerBytes, endsAt),
    question: { name, type: typeNames[typeNumber] },
    edns,
    refusal: refusalOf({ typeNumber, classNumber, edns }),
  };
}

function refusalOf(query: {
  typeNumber: number;
  classNumber: number;
  edns: ClientEdns | undefined;
}): number | undefined {
  const { typeNumber, classNumber, edns } = query;
  if (edns !== undefined && edns.version > 0) return responseCodes.badVersion;
  return transferTypes.has(typeNumber) || classNumber !== internetClass ? responseCodes.refused : undefined;
}

/** One question (RFC 9619), and no more records than there can be: each takes 11 bytes at least. */
function isPlausible(message: Buffer): boolean {
  const recordCount = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  const isQuerySized = message.length <= dnsLimits.queryBytes;
  return isQuerySized && message.readUInt16BE(4) === 1 && recordCount * 11 <= message.length;
}

interface ReadQuestion {
  readonly name: string;
  readonly typeNumber: number;
  readonly classNumber: number;
  readonly endsAt: number;
}

/** The first name of a message cannot be compressed, since a pointer leads to an earlier name. */
function readQuestion(message: Buffer): ReadQuestion | undefined {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = message[at]; length !== 0; length = message[at]) {
    if (length === undefined || length > dnsLimits.labelBytes) return undefined;
    labels.push(labelText(message.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  const nameEnd = at + 1;
  if (nameEnd - headerBytes > dnsLimits.nameBytes || nameEnd + 4 > message.length) return undefined;
  return {
    name: labels.join("."),
    typeNumber: message.readUInt16BE(nameEnd),
    classNumber: message.readUInt16BE(nameEnd + 2),
    endsAt: nameEnd + 4,
  };
}

/** Characters that host names do not have are written as numbers, so that a dot in a label is no separator. */
const labelText = (bytes: Buffer): string =>
  bytes
    .toString("latin1")
    .replaceAll(/[^\w*-]/g, (character) => `\\${character.charCodeAt(0).toString().padStart(3, "0")}`);

async function readEdns(message: Buffer): Promise<ClientEdns | "malformed" | undefined> {
  const { decode, DNSSEC_OK } = await import("dns-packet");
  try {
    const options = (decode(message).additionals ?? []).filter((record) => record.type === "OPT");
    const [option] = options;
    if (options.length > 1 || (option !== undefined && option.name !== ".")) return "malformed";
    return (
      option && {
        payloadBytes: option.udpPayloadSize,
        version: option.ednsVersion,
        isDnssecOk: (option.flags & DNSSEC_OK) !== 0,
      }
    );
  } catch {
    return "malformed"; // The codec only reports that it ran out of bytes.
  }
}
