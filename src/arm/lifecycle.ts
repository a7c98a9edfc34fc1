import type { Clock } from "../kernel/clock.ts";
import type { JsonObject } from "../kernel/json.ts";
import type { OperationEngine } from "../operations/operation-engine.ts";
import type { OperationKind, OperationSubject } from "../operations/operation-kind.ts";
import { findOperation, type OperationError, type StoredOperation } from "../store/operations.ts";
import { removeResource } from "../store/resources.ts";
import type { Queryable, Store, StoredResource, Transaction } from "../store/store.ts";
import { oneInWords, readOperations, type Readable, type ReadDialect, type ReadOperations } from "./read-operations.ts";
import type { ArmOperation, ArmRequest, ArmResponse } from "./resource-type.ts";
import { subscriptionKeyOf } from "./resource-id.ts";
import type { ResourceKind } from "./resource-kind.ts";
import type { Tags } from "./tags.ts";
import { write } from "./write.ts";

/** The state of a resource whose writes may take time. */
export interface Settling {
  readonly provisioningState: string;
  /** The operation that the state waits for; undefined when none is in progress. */
  readonly operationId: string | undefined;
}

/** The state of a resource on which no operation is in progress. */
export const settled = { provisioningState: "Succeeded", operationId: undefined } as const;

/** The state of a resource while an operation is in progress; `settled` when there is none. */
export const waitingFor = <State extends string>(operation: StoredOperation | undefined, provisioningState: State) =>
  operation === undefined ? settled : { provisioningState, operationId: operation.id };

/** How a provider responds, and what it does about writes during an operation: the same for all of its types. */
export interface Dialect extends ReadDialect {
  readonly store: Store;
  readonly clock: Clock;
  readonly operations: OperationEngine;
  /** The response to a PATCH that has taken effect, and to the DELETE of what does not exist (204, without a body). */
  writeResponse(request: ArmRequest, written: { readonly status: number; readonly body?: object }): ArmResponse;
  /** The response to the DELETE of what existed; `joined` when an earlier request began the operation. */
  deleteResponse(
    request: ArmRequest,
    deletion: { readonly operation: StoredOperation | undefined; readonly joined: boolean; readonly body: object },
  ): ArmResponse;
  /** Refuses a write while an operation is in progress on the resource, or cancels that operation. @throws ArmError */
  beforeWrite(
    tx: Transaction,
    request: ArmRequest,
    resource: StoredResource<Settling>,
    location: string,
  ): Promise<void>;
}

/** A kind of long-running work, as it is stored, and how long Azure takes for it. */
interface Work {
  readonly name: string;
  readonly azureDurationMs: number;
  /** The operation's input. */
  readonly input?: JsonObject;
}

/** What its writes and deletions need to know besides. */
export interface Lifecycle<Document extends Settling> extends Readable<Document> {
  readonly dialect: Dialect;
  /** `create` if creating is another kind of work than a later write. */
  readonly work: { readonly create?: Work; readonly write: Work; readonly delete: Work };
  /** The region that operations on the resource are reported under. */
  locationOf(from: Queryable, resource: StoredResource<Document>): Promise<string> | string;
  /** Judges a DELETE before it joins one that is in progress. @throws ArmError */
  beforeDelete?(tx: Transaction, resource: StoredResource<Document>, request: ArmRequest): Promise<void> | void;
  /** Refuses to delete what must stay. @throws ArmError */
  checkRemovable?(tx: Transaction, resource: StoredResource<Document>): Promise<void> | void;
  /** Whether a DELETE removes the resource with the response, even where operations take time. */
  removesAtOnce?(request: ArmRequest): boolean;
  /** Removes the resource and what it has elsewhere. Without it only the resource itself is removed. */
  remove?(tx: Transaction, resource: StoredResource<Document>, nowMs: number): Promise<void>;
  /** Writes a changed state. Without it only the resource itself is written. */
  save?(
    tx: Transaction,
    current: StoredResource<Document>,
    document: Document,
    nowMs: number,
  ): Promise<StoredResource<Document>>;
  /** A document whose deletion has begun, where more changes than `provisioningState`. */
  deleting?(document: Document): Document;
  /** A document whose operation has ended, where more changes than `provisioningState`; `error` is that of one that failed. */
  settle?(document: Document, outcome: Outcome, error?: OperationError): Document;
  /** Children that wait for the operations of their parent. */
  readonly below?: ResourceKind<Settling>;
  /** What the activity log keeps of a deletion. */
  deletionDetail?(resource: StoredResource<Document>): object;
}

type Outcome = "Succeeded" | "Failed";

/** GET and the lists, and DELETE: 204 for what does not exist; a second DELETE joins the first. */
export const lifecycleOperations = <Document extends Settling>(
  life: Lifecycle<Document>,
): ReadOperations & { readonly delete: ArmOperation } => ({
  ...readOperations(life),
  delete: {
    action: `${life.kind.type}/delete`,
    display: { operation: `Delete ${life.noun}`, description: `Deletes ${oneInWords(life.noun)}.` },
    handle: (request) => deleteResource(life, request),
  },
});

function deleteResource<Document extends Settling>(
  life: Lifecycle<Document>,
  request: ArmRequest,
): Promise<ArmResponse> {
  const { kind, dialect } = life;
  return write(dialect, request, async (tx, nowMs) => {
    const found = await kind.find(tx, request.resourceId);
    if (found === undefined) return { response: dialect.writeResponse(request, { status: 204 }) };
    await life.beforeDelete?.(tx, found, request);
    const joined = await deletionInProgress(tx, found);
    const { operation, resource } = await removeOrBegin(life, { tx, request, found, joined, nowMs });
    const [body = {}] = operation === undefined ? [] : await life.bodies(tx, [resource], request);
    const response = dialect.deleteResponse(request, { operation, joined: joined !== undefined, body });
    return { response, ...(life.deletionDetail === undefined ? {} : { detail: life.deletionDetail(found) }) };
  });
}

/** The deletion that is in progress on a resource; undefined when there is none. */
async function deletionInProgress(
  tx: Transaction,
  { document: { provisioningState, operationId } }: StoredResource<Settling>,
): Promise<StoredOperation | undefined> {
  if (provisioningState !== "Deleting" || operationId === undefined) return undefined;
  const operation = await findOperation(tx, operationId);
  return operation?.dueAtMs === undefined ? undefined : operation;
}

async function removeOrBegin<Document extends Settling>(
  life: Lifecycle<Document>,
  given: {
    tx: Transaction;
    request: ArmRequest;
    found: StoredResource<Document>;
    joined: StoredOperation | undefined;
    nowMs: number;
  },
): Promise<{ operation: StoredOperation | undefined; resource: StoredResource<Document> }> {
  const { tx, request, found, joined, nowMs } = given;
  const { name: kind, input } = life.work.delete;
  const location = await life.locationOf(tx, found);
  if (joined === undefined) {
    await life.dialect.beforeWrite(tx, request, found, location);
    await life.checkRemovable?.(tx, found);
  }
  const operation =
    life.removesAtOnce?.(request) === true
      ? undefined
      : (joined ?? (await beginWork(life.dialect, tx, { kind, resourceId: found.id, location, input })));
  if (operation === undefined) await remove(life, tx, found, nowMs);
  if (operation === undefined || operation === joined) return { operation, resource: found };
  const document = { ...found.document, ...waitingFor(operation, "Deleting") };
  const current = { current: found, document: life.deleting?.(document) ?? document, nowMs };
  return { operation, resource: await save(life, tx, current) };
}

/** Begins long-running work on a resource; undefined when it is to be done at once. */
export const beginWork = (
  { operations }: Pick<Dialect, "operations">,
  tx: Transaction,
  {
    input = {},
    ...work
  }: {
    readonly kind: string;
    readonly resourceId: string;
    readonly location: string;
    readonly input?: JsonObject | undefined;
  },
): Promise<StoredOperation | undefined> =>
  operations.begin(tx, { ...work, subscriptionKey: subscriptionKeyOf(work.resourceId), input });

/** PATCH that replaces the tags and nothing else, at once in every timing (published). */
export function patchTags<Document extends Settling & { readonly tags: Tags | undefined }>(
  life: Lifecycle<Document>,
  readTags: (body: ArmRequest["body"]) => Tags | undefined,
): ArmOperation["handle"] {
  const { kind, dialect } = life;
  return async (request) => {
    const tags = readTags(request.body);
    return write(dialect, request, async (tx, nowMs) => {
      const found = await kind.find(tx, request.resourceId);
      if (found === undefined) throw life.notFound(request);
      await dialect.beforeWrite(tx, request, found, await life.locationOf(tx, found));
      const patched = await save(life, tx, { current: found, document: { ...found.document, tags }, nowMs });
      const [body = {}] = await life.bodies(tx, [patched], request);
      return { response: dialect.writeResponse(request, { status: 200, body }) };
    });
  };
}

/** The end of work that changes a resource. */
export const workEnds = <Document extends Settling>(
  life: Lifecycle<Document>,
): Pick<OperationKind, "succeed" | "fail"> => ({
  succeed: (tx, subject) => settle(life, tx, subject),
  fail: (tx, subject, error) => settle(life, tx, subject, error),
});

/** What ends the writes and deletions that do not end before the response. */
export function lifecycleWork<Document extends Settling>(life: Lifecycle<Document>): OperationKind[] {
  const { clock } = life.dialect;
  const ends = workEnds(life);
  const { create, write: change, delete: deletion } = life.work;
  const writes = [...(create === undefined ? [] : [create]), change];
  return [
    ...writes.map((work) => ({ ...work, ...ends })),
    {
      ...deletion,
      ...ends,
      async succeed(tx, { id, resourceId }) {
        const found = await life.kind.find(tx, resourceId);
        // It may have been removed since, and another created under its id.
        if (found?.document.operationId === id) await remove(life, tx, found, clock.nowMs());
      },
    },
  ];
}

/** Ends the waiting of a resource, unless a later operation has made it wait again. */
async function settle<Document extends Settling>(
  life: Lifecycle<Document>,
  tx: Transaction,
  { id, resourceId }: OperationSubject,
  error?: OperationError,
): Promise<void> {
  const nowMs = life.dialect.clock.nowMs();
  const outcome = error === undefined ? "Succeeded" : "Failed";
  const ended = { provisioningState: outcome, operationId: undefined };
  const current = await life.kind.find(tx, resourceId);
  if (current === undefined) return;
  if (current.document.operationId === id) {
    const document = { ...current.document, ...ended };
    await save(life, tx, { current, document: life.settle?.(document, outcome, error) ?? document, nowMs });
  }
  for (const child of (await life.below?.children(tx, current.key)) ?? []) {
    if (child.document.operationId !== id) continue;
    await life.below?.update(tx, child, { document: { ...child.document, ...ended } }, nowMs);
  }
}

/** Work that is already done with the response: clients only get an operation to poll (recorded 2026). */
export const alreadyDone = (name: string): OperationKind => ({
  name,
  azureDurationMs: 1_000,
  succeed: async () => undefined,
  fail: async () => undefined,
});

const remove = <Document extends Settling>(
  life: Lifecycle<Document>,
  tx: Transaction,
  resource: StoredResource<Document>,
  nowMs: number,
): Promise<void> => life.remove?.(tx, resource, nowMs) ?? removeResource(tx, resource);

const save = <Document extends Settling>(
  life: Lifecycle<Document>,
  tx: Transaction,
  { current, document, nowMs }: { current: StoredResource<Document>; document: Document; nowMs: number },
): Promise<StoredResource<Document>> =>
  life.save?.(tx, current, document, nowMs) ?? life.kind.update(tx, current, { document }, nowMs);
