import type { IncomingHttpHeaders } from "node:http";
import type { JsonObject } from "../../kernel/json.ts";
import type { StoredResource } from "../../store/resources.ts";
import type { ArmPath } from "../arm-path.ts";
import type { Caller } from "../caller.ts";
import type { Rehearsal } from "../rehearsal.ts";
import type { ArmOperation, ResourceType } from "../resource-type.ts";

/** A request on its way through the pipeline: each step fills in what it finds. */
export interface Exchange {
  readonly method: string;
  /** Path and query as received. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Reads at most `limitBytes`; undefined when the client sends more. */
  readonly readBody: (limitBytes: number) => Promise<Buffer | undefined>;
  readonly startedAtMs: number;

  readonly requestId: string;
  readonly correlationId: string;
  /** What the client calls the request by, where it says and it may stand in a log. */
  readonly clientRequestId?: string | undefined;
  origin: string;
  path: ArmPath;
  query: URLSearchParams;
  body: JsonObject | undefined;
  caller: Caller | undefined;
  type: ResourceType | undefined;
  operation: ArmOperation | undefined;
  apiVersion: string;
  resourceId: string;
  /** What is stored of everything that the path goes through, by key. */
  found: ReadonlyMap<string, StoredResource>;
  ancestors: StoredResource[];
  /** Set where the write is only to be judged. */
  rehearsal?: Rehearsal;
  /** Headers that every answer to this request carries, whoever gives it. */
  readonly responseHeaders: Record<string, string>;
}
