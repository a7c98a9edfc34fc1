import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../../kernel/clock.ts";
import { newUuid } from "../../kernel/ids.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type { Store, StoredResource } from "../../store/store.ts";
import { parseArmPath, type ArmPath } from "../resource-id.ts";
import type { Caller, HasAnyRole, MayDo, VerifyToken } from "../caller.ts";
import type { QuotaCounters } from "../quota.ts";
import type { Registry } from "../registry.ts";
import type { ArmOperation, ArmResponse, DryRun, Query, ResourceType } from "../resource-type.ts";
import type { UnservedBook } from "../unserved.ts";

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
  /** The client's own id of the request, if it sent one that is safe in a log. */
  readonly clientRequestId?: string | undefined;
  origin: string;
  path: ArmPath;
  query: Query;
  body: JsonObject | undefined;
  caller: Caller | undefined;
  type: ResourceType | undefined;
  operation: ArmOperation | undefined;
  /** The api-version as the client wrote it. */
  askedVersion: string;
  apiVersion: string;
  resourceId: string;
  /** The last name of the path, its resource group and its subscription in lower case, for the handler. */
  name: string;
  group: string;
  subscriptionKey: string;
  /** The stored resources that the path goes through, by key. */
  found: ReadonlyMap<string, StoredResource>;
  ancestors: StoredResource[];
  /** Makes the write a dry run. */
  dryRun?: DryRun;
  /** The headers with what is left of the caller's quota, own and global; empty if none was taken. */
  quotaHeaders: readonly string[];
}

/** The ids of the scopes whose locks forbid an operation on the resource with this id. */
export type LockedScopes = (request: {
  resourceId: string;
  operation: "write" | "delete";
}) => readonly string[] | Promise<readonly string[]>;

/** What the gates work with that a request passes once its caller is known. */
export interface GateServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly mayDo: MayDo;
  readonly hasAnyRole: HasAnyRole;
  readonly lockedScopes: LockedScopes;
}

/** What the steps work with. */
export interface PipelineServices extends GateServices {
  readonly verifyToken: VerifyToken;
  readonly quota: QuotaCounters;
  /** Counts requests for what is not served. */
  readonly unserved: UnservedBook;
  /** The tenant that challenges name. */
  readonly tenantId: string;
}

/** Lets the exchange pass, throws an ArmError, or (the last step) returns the response. */
export type Step<Services = PipelineServices> = (
  exchange: Exchange,
  services: Services,
) => ArmResponse | undefined | Promise<ArmResponse | undefined>;

/** A step that requests from inside the server pass too. */
export type Gate = Step<GateServices>;

const emptyPath = parseArmPath("");

const emptyQuery: Query = new URLSearchParams();
const nothingFound: Exchange["found"] = new Map();

/** An exchange that no step has seen yet. All fields are there, so that all exchanges have one shape. */
export const beginExchange = (
  incoming: Pick<Exchange, "method" | "url" | "headers" | "readBody" | "startedAtMs">,
): Exchange => ({
  method: incoming.method,
  url: incoming.url,
  headers: incoming.headers,
  readBody: incoming.readBody,
  startedAtMs: incoming.startedAtMs,
  requestId: newUuid(),
  correlationId: correlationIdOf(incoming.headers) ?? newUuid(),
  clientRequestId: clientRequestIdOf(incoming.headers),
  origin: "",
  path: emptyPath,
  query: emptyQuery,
  body: undefined,
  caller: undefined,
  type: undefined,
  operation: undefined,
  askedVersion: "",
  apiVersion: "",
  resourceId: "",
  name: "",
  group: "",
  subscriptionKey: "",
  found: nothingFound,
  ancestors: [],
  quotaHeaders: [],
});

const idPattern = /^[\w.-]{1,128}$/;

/** The caller's correlation id, if it is safe in a header and a log. */
export const correlationIdOf = (headers: Exchange["headers"]): string | undefined =>
  plainId(headers["x-ms-correlation-request-id"]);

/** The caller's own id of the request, on the same condition. */
const clientRequestIdOf = (headers: Exchange["headers"]): string | undefined =>
  plainId(headers["x-ms-client-request-id"]);

const plainId = (given: string | string[] | undefined): string | undefined =>
  typeof given === "string" && idPattern.test(given) ? given : undefined;
