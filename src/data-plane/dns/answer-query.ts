import type { Log } from "../../kernel/log.ts";
import { encodeAnswer, refusalWith, type DnsAnswer, type Transport } from "./dns-answer.ts";
import type { DnsSource } from "./dns-facts.ts";
import { readQuery, responseCodes, type DnsQuery } from "./dns-query.ts";
import { resolve, type DnsView, type Resolution } from "./dns-views.ts";
import type { DnsRecord } from "./dns-zone.ts";
import type { Forward } from "./forward.ts";

/** What is needed to answer queries. */
export interface AnswerContext {
  /** The view as it is now. */
  readonly view: () => Promise<DnsView>;
  readonly addressOf: DnsSource["addressOf"];
  readonly answers: DnsAnswers;
  /** Asks other resolvers for names that are not ours; undefined when those names are refused. */
  readonly forward: Forward | undefined;
  readonly log: Log;
}

/** Which addresses private endpoints have in answers: on this machine, where clients can connect, or in their networks. */
export type DnsAnswers = "dialable" | "vnet";

/** Resolves with the answer to one message, or undefined when it gets none. Never rejects. */
export async function answerQuery(
  message: Buffer,
  transport: Transport,
  context: AnswerContext,
): Promise<Buffer | undefined> {
  const query = await readQuery(message);
  if (query === undefined) return undefined;
  const options = { transport, isRecursive: context.forward !== undefined };
  try {
    const answer = query.refusal === undefined ? await answerOf(query, context) : refusalWith(query.refusal);
    if (answer !== "outside") return await encodeAnswer(query, answer, options);
    const forwarded = await context.forward?.(message, transport);
    return forwarded ?? (await encodeAnswer(query, notOurs(context), options));
  } catch (cause) {
    context.log.warn({ err: cause, name: query.question.name }, "A DNS query could not be answered.");
    return await encodeAnswer(query, refusalWith(responseCodes.serverFailure), options);
  }
}

const notOurs = ({ forward }: AnswerContext): DnsAnswer =>
  refusalWith(forward === undefined ? responseCodes.refused : responseCodes.serverFailure);

async function answerOf({ question }: DnsQuery, context: AnswerContext): Promise<DnsAnswer | "outside"> {
  const { outcome, answers, authority } = resolve(await context.view(), question);
  if (outcome === "outside") return "outside";
  if (outcome === "endless") return refusalWith(responseCodes.serverFailure);
  const placed = await Promise.all(answers.map((record) => withAddress(record, context)));
  // A path gets its address a moment after its cluster is created: a failure is not cached, an empty answer would be.
  if (placed.some(({ pathKey, value }) => pathKey !== undefined && value === ""))
    return refusalWith(responseCodes.serverFailure);
  return { code: codeOf(outcome), isAuthoritative: true, answers: placed, authority };
}

const codeOf = (outcome: Resolution["outcome"]): number =>
  outcome === "nameError" ? responseCodes.nameError : responseCodes.noError;

/** The record, with the address that clients get. */
async function withAddress(record: DnsRecord, { answers, addressOf }: AnswerContext): Promise<DnsRecord> {
  const { pathKey, value } = record;
  if (pathKey === undefined || (answers === "vnet" && value !== "")) return record;
  return { ...record, value: (await addressOf(pathKey)) ?? value };
}
