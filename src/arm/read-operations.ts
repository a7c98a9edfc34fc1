import type { ListScope, Queryable, Store, StoredResource } from "../store/store.ts";
import type { KeptBodies, TextResponse } from "./kept-bodies.ts";
import { toPage, type PageRequest } from "./paging.ts";
import { renderBody, renderItem, renderList } from "./render-response.ts";
import { scopeId } from "./resource-id.ts";
import type { ResourceKind } from "./resource-kind.ts";
import type { ArmOperation, ArmRequest, ArmResponse, Query } from "./resource-type.ts";

/** How a provider responds to reads: the same for all of its types. */
export interface ReadDialect {
  readonly store: Store;
  readonly keptBodies: KeptBodies;
  /** The response to the GET of one resource. It is kept with the body, and so depends on nothing else. */
  readResponse(body: object): ArmResponse;
  /** The response to a list of these resources, without its body. */
  listResponse(resources: readonly StoredResource<object>[]): ArmResponse;
  /** Reads the page that a list's query asks for; absent if the provider never pages. */
  readPage?(query: Query): PageRequest;
}

/** All of a request that a body may depend on. */
export type BodyView = Pick<ArmRequest, "apiVersion">;

/** How the resources of a type are shown. */
export interface Shown<Document extends object> {
  readonly dialect: ReadDialect;
  /**
   * What clients read of the resources, in their order. Bodies are kept until something has changed that they have read
   * through `from`, so that they may depend on nothing else; no bodies when what they belong to is not there any more.
   */
  bodies(from: Queryable, resources: readonly StoredResource<Document>[], view: BodyView): Promise<readonly object[]>;
  /** Whether bodies also show what is not stored, so that they are not kept. */
  readonly showsMore?: boolean;
  /** Whether what is read for one body is enough for all, so that those of a list are made together. */
  readonly readsOnce?: boolean;
  notFound(request: ArmRequest): Error;
}

/** What the reads of a type need to know of it. */
export interface Readable<Document extends object> extends Shown<Document> {
  readonly kind: ResourceKind<Document>;
  /** As operations are listed: `Virtual Network`, `Virtual Networks`. */
  readonly noun: string;
  readonly plural: string;
}

/** The read operations of a type. */
export interface ReadOperations {
  readonly get: ArmOperation;
  readonly list: ArmOperation;
  /** Of outermost types only. */
  readonly listBySubscription?: ArmOperation;
}

/** GET and the lists. */
export function readOperations<Document extends object>(life: Readable<Document>): ReadOperations {
  const { kind, dialect, noun, plural } = life;
  const { store } = dialect;
  const isOutermost = kind.types.length === 1;
  const declare = (operation: string, description: string, handle: ArmOperation["handle"]): ArmOperation => ({
    action: `${kind.type}/read`,
    display: { operation, description },
    handle,
  });
  const listed = async (request: ArmRequest, scope: ListScope, read: ReadPage<Document>): Promise<ArmResponse> => {
    const page = dialect.readPage?.(request.query);
    if (page === undefined) return respondWithWholeList(life, request, scope, read);
    const found = await read({ ...page, limit: page.limit + 1 });
    const { items, ...next } = toPage(request, page, found);
    return respondWithList(life, request, items, next);
  };
  const listTitle = `List ${plural}${isOutermost ? " of Resource Group" : ""}`;
  const listBySubscription = declare(`List ${plural}`, `Lists ${inWords(plural)}.`, (request) => {
    const { subscriptionKey } = request;
    return listed(request, { subscriptionKey, typeKey: kind.typeKey }, (page) =>
      kind.inSubscription(store, subscriptionKey, page),
    );
  });
  return {
    get: declare(`Get ${noun}`, `Reads ${oneInWords(noun)}.`, async (request) =>
      respondWith(life, request, await kind.find(store, request.resourceId)),
    ),
    list: declare(listTitle, `Lists ${inWords(plural)}.`, (request) => {
      const parentKey = (isOutermost ? scopeId(request.path) : request.resourceId).toLowerCase();
      return listed(request, { parentKey, typeKey: kind.typeKey }, (page) => kind.children(store, parentKey, page));
    }),
    ...(isOutermost ? { listBySubscription } : {}),
  };
}

type ReadPage<Document extends object> = (page?: PageRequest) => Promise<readonly StoredResource<Document>[]>;

/** `private DNS zones` for `Private DNS Zones`. */
const inWords = (noun: string): string => noun.replaceAll(/\b[A-Z][a-z]/g, (start) => start.toLowerCase());

/** `a private DNS zone` for `Private DNS Zone`. */
export const oneInWords = (noun: string): string => `${/^[AEIOU]/.test(noun) ? "an" : "a"} ${inWords(noun)}`;

/** The response to the GET of a resource. @throws ArmError when there is none */
export async function respondWith<Document extends object>(
  shown: Shown<Document>,
  request: ArmRequest,
  found: StoredResource<Document> | undefined,
): Promise<ArmResponse> {
  const { dialect, showsMore } = shown;
  const { apiVersion } = request;
  if (found === undefined) throw shown.notFound(request);
  const known = showsMore === true ? undefined : dialect.keptBodies.get(found, apiVersion);
  if (known !== undefined) return known;
  const respond = (body: object): TextResponse => {
    const { body: _rendered, ...response } = dialect.readResponse(body);
    return { ...response, text: renderBody(body, response.speaker) };
  };
  const [made] = await makeResponses(shown, { resources: [found], form: apiVersion, apiVersion, respond });
  if (made === undefined) throw shown.notFound(request);
  return made;
}

/** The response to a list that is never paged: its whole body is kept. */
async function respondWithWholeList<Document extends object>(
  shown: Shown<Document>,
  request: BodyView,
  scope: ListScope,
  read: ReadPage<Document>,
): Promise<ArmResponse> {
  const { dialect, showsMore } = shown;
  const { store, keptBodies } = dialect;
  const form = itemForm(request);
  const kept = keptBodies.getList(store, scope, form);
  if (kept !== undefined) return { ...dialect.listResponse(kept.resources), text: kept.text };
  const resources = await read();
  const { response, items } = await makeList(shown, request, resources, {});
  const text = Buffer.from(response.text);
  if (showsMore !== true) keptBodies.keepList(store, scope, { resources, items, text, form });
  return { ...response, text };
}

const itemForm = ({ apiVersion }: BodyView): string => `item ${apiVersion}`;

/** The response to a list, joined from the texts of its items. */
export async function respondWithList<Document extends object>(
  ...list: Parameters<typeof makeList<Document>>
): Promise<TextResponse> {
  return (await makeList(...list)).response;
}

/** Makes the response to a list from those of its items. */
async function makeList<Document extends object>(
  shown: Shown<Document>,
  view: BodyView,
  resources: readonly StoredResource<Document>[],
  next: { readonly nextLink?: string },
): Promise<{ readonly response: TextResponse; readonly items: readonly (TextResponse | undefined)[] }> {
  const { dialect, showsMore, readsOnce } = shown;
  const { body: _none, ...response } = dialect.listResponse(resources);
  const { speaker } = response;
  const { apiVersion } = view;
  const form = itemForm(view);
  const known = resources.map((each) => (showsMore === true ? undefined : dialect.keptBodies.get(each, form)));
  const missing = resources.filter((_, index) => known[index] === undefined);
  const respond = (body: object): TextResponse => ({ status: 200, speaker, text: renderItem(body, speaker) });
  const made: (TextResponse | undefined)[] = [];
  for (const together of readsOnce === true || showsMore === true ? [missing] : missing.map((each) => [each])) {
    made.push(...(await makeResponses(shown, { resources: together, form, apiVersion, respond })));
  }
  const rest = made.values();
  const items = known.map((each) => each ?? rest.next().value);
  const texts = items.flatMap((each) => each?.text ?? []);
  return { response: { ...response, text: renderList({ items: texts, ...next }, speaker) }, items };
}

interface ToMake<Document extends object> extends BodyView {
  readonly resources: readonly StoredResource<Document>[];
  readonly form: string;
  readonly respond: (body: object) => TextResponse;
}

async function makeResponses<Document extends object>(
  shown: Shown<Document>,
  { resources, form, apiVersion, respond }: ToMake<Document>,
): Promise<readonly (TextResponse | undefined)[]> {
  const { dialect, showsMore } = shown;
  if (resources.length === 0) return [];
  const render = async (from: Queryable): Promise<readonly (TextResponse | undefined)[]> =>
    (await shown.bodies(from, resources, { apiVersion })).map(respond);
  if (showsMore === true) return await render(dialect.store);
  return await dialect.keptBodies.make(dialect.store, { resources, form }, render);
}
