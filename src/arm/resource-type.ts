import type { IncomingHttpHeaders } from "node:http";
import type { JsonObject } from "../kernel/json.ts";
import type { OperationKind } from "../operations/operation-kind.ts";
import type { StoredResource, Transaction } from "../store/store.ts";
import type { ArmPath } from "./resource-id.ts";
import type { Speaker } from "./arm-error.ts";
import type { Caller } from "./caller.ts";

/** The parameters of a query, their names in lower case. Requests with the same query share them. */
export type Query = Pick<URLSearchParams, "get" | "has" | typeof Symbol.iterator>;

/** A request that has passed every gate of the pipeline. */
export interface ArmRequest {
  readonly method: string;
  /** `https://` and the host that the client addressed: what absolute URLs are built from. */
  readonly origin: string;
  readonly path: ArmPath;
  /** The last name of the path: of the resource, or of what a collection or an action belongs to. */
  readonly name: string;
  /** The name of the resource group; empty for a path outside of any. */
  readonly group: string;
  /** The id of the subscription in lower case; empty for a path outside of any. */
  readonly subscriptionKey: string;
  /** The canonical id of the resource; for a collection or an action, of the resource that it belongs to. */
  readonly resourceId: string;
  readonly query: Query;
  /** Conditions, and the client's name. Names are in lower case. */
  readonly headers: Pick<IncomingHttpHeaders, "if-match" | "if-none-match" | "user-agent">;
  readonly apiVersion: string;
  /** The parsed body; undefined when there was none. */
  readonly body: JsonObject | undefined;
  readonly caller: Caller;
  readonly correlationId: string;
  readonly requestId: string;
  /** The client's own id of the request, if it sent one. */
  readonly clientRequestId?: string | undefined;
  readonly operation: ArmOperation;
  /** Makes the write a dry run. */
  readonly dryRun?: DryRun;
  /** The resources above the one addressed, outermost first: subscription, resource group, parents. */
  readonly ancestors: readonly StoredResource[];
}

/**
 * Makes a write a dry run: `write()` runs its unit of work with all of its rules and rolls the transaction back. No row,
 * operation, activity or notice of it remains.
 */
export interface DryRun {
  /** Writes, in the same transaction, what will exist by then: a resource group, for instance. */
  prepare(tx: Transaction, nowMs: number): Promise<void>;
}

/** What a handler returns. */
export interface ArmResponse {
  readonly status: number;
  /** Any JSON-able value; absent for an empty body. */
  readonly body?: object;
  /** The body as it is sent, in the layout of the speaker; `body` is then not rendered. */
  readonly text?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly speaker: Speaker;
  /** Defaults to `application/json; charset=utf-8`. */
  readonly contentType?: string;
}

const responseOf =
  (speaker: Speaker) =>
  (status: number, body?: object, headers: Readonly<Record<string, string>> = {}): ArmResponse => ({
    status,
    ...(body === undefined ? {} : { body }),
    headers,
    speaker,
  });

/** A response of a resource provider. */
export const providerResponse = responseOf("provider");

/** A response of ARM itself: Microsoft.Resources, and the lists that it merges. */
export const gatewayResponse = responseOf("gateway");

/** A response of Microsoft.Network. */
export const networkResponse = responseOf("network");

/** One thing that a client can ask of a resource type. */
export interface ArmOperation {
  /** The RBAC action, e.g. `Microsoft.Cache/redisEnterprise/databases/listKeys/action`. */
  readonly action: string;
  /** Replaces `action` if the action depends on what is addressed. */
  readonly actionFor?: (path: ArmPath) => string;
  /** Everybody who is signed in may call it, because the response has only what the caller may read. */
  readonly allowsEveryCaller?: boolean;
  /** The same, for callers who have a role on anything in the path's subscription or resource group. */
  readonly allowsAnyRoleInScope?: boolean;
  /** Locks do not forbid it: it changes nothing, or manages locks. */
  readonly ignoresLocks?: boolean;
  /** For the operations list. */
  readonly display: { readonly operation: string; readonly description: string };
  readonly body?: "required" | "optional";
  /** The api-versions that have it; every version of its type when absent. */
  readonly apiVersions?: readonly string[];
  handle(request: ArmRequest): Promise<ArmResponse>;
}

/** The operations of a type. */
export interface TypeOperations {
  /** Serves HEAD too: 204 where GET is 200. */
  readonly get?: ArmOperation;
  readonly head?: ArmOperation;
  readonly put?: ArmOperation;
  readonly patch?: ArmOperation;
  readonly delete?: ArmOperation;
  /** The collection below its parent: a resource group, another resource, or nothing. */
  readonly list?: ArmOperation;
  /** The collection over a whole subscription, for types that live in resource groups. */
  readonly listBySubscription?: ArmOperation;
  /** POST operations by their last segment, spelled as published. */
  readonly actions?: Readonly<Record<string, ArmOperation>>;
  /** POST on the collection itself, for what is an action of a whole scope (`checkAccess`). */
  readonly post?: ArmOperation;
}

export type ReleaseResource = (tx: Transaction, resource: StoredResource, nowMs: number) => Promise<void>;

/** One resource type of a provider. */
export interface ResourceType {
  readonly namespace: string;
  /** The types below the namespace, spelled as published: `["redisEnterprise", "databases"]`. */
  readonly types: readonly string[];
  /** Its paths have no `/providers/`. */
  readonly isNative?: boolean;
  /** Newest first; "any" if every well-formed version is accepted. */
  readonly apiVersions: readonly string[] | "any";
  /** Display names of the regions; empty for what has no region. */
  readonly locations: readonly string[];
  /** What its outermost resources are children of; an extension is put on any of these, and on any resource. */
  readonly scope: "tenant" | "subscription" | "resourceGroup" | "extension";
  /** Whether it has a location and tags, and is in the lists of resources. */
  readonly tracked: boolean;
  /** Whether clients may see it in the provider's list of types. */
  readonly listed: boolean;
  readonly operations: TypeOperations;
  /** Actions that roles can grant and that are no operation of their own. */
  readonly listedActions?: readonly Pick<ArmOperation, "action" | "display">[];
  /** False for what is not stored as a resource (an operation's status): its parents are not checked. */
  readonly parentsAreStored?: boolean;
  /** What ends its long-running work. */
  readonly work?: readonly OperationKind[];
  /**
   * Removes what a resource has elsewhere (the other side of a connection, for instance) before the resource is removed
   * with its resource group. @throws ArmError when the resource must stay.
   */
  readonly release?: ReleaseResource;
  /** What the lists of all types show of a resource besides id, name, type, location and tags: `kind`, `sku`. */
  readonly genericView?: (resource: StoredResource) => object;
  /** The service that serves it, if that is a part of the namespace with headers of its own. */
  readonly service?: "privateDns";
}

/** `Microsoft.Cache/redisEnterprise/databases`. */
export const typeName = (type: ResourceType): string => `${type.namespace}/${type.types.join("/")}`;

/** The name that a stored resource's `typeKey` carries. */
export const typeKey = (type: ResourceType): string => typeName(type).toLowerCase();
