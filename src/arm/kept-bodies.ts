import { SecondChanceMap } from "../kernel/second-chance-map.ts";
import { ReadTrace } from "../store/memory/read-trace.ts";
import { traced } from "../store/memory/traced.ts";
import type { ListScope, Queryable, StoredResource } from "../store/store.ts";
import type { ArmResponse } from "./resource-type.ts";

/** A response with its body as text. */
export type TextResponse = ArmResponse & { readonly text: string };

interface Kept {
  /** What the response is besides that of its resource: its api-version, and whether it is part of a list. */
  readonly form: string;
  readonly response: TextResponse;
  readonly trace: ReadTrace;
  readonly bytes: number;
}

/** A response that was made, alone or with others, and what was read for all of them. */
interface ToKeep extends Pick<Kept, "form" | "response"> {
  readonly shared: ReadTrace;
  /** Its part of the bytes of `shared`. */
  readonly sharedBytes: number;
}

/** A whole list: the resources that it shows, and its body in bytes. */
export interface ListText {
  readonly resources: readonly StoredResource<object>[];
  readonly text: Uint8Array;
}

/** A list that was made of the responses of its items. */
interface MadeList extends ListText {
  readonly form: string;
  readonly items: readonly (TextResponse | undefined)[];
}

interface KeptList extends ListText {
  readonly form: string;
  /** Of the list's keys, and of the response of each of its items. */
  readonly traces: readonly ReadTrace[];
}

/**
 * Responses that show one resource, as text, as long as nothing has changed that was read of the store to make them. What a
 * response depends on is not declared but noted while it is made: it must depend on nothing else than its form and what it
 * reads through the `Queryable` that it is given.
 */
export class KeptBodies {
  readonly #kept: SecondChanceMap<object, readonly Kept[]>;
  /** By the keys of the lists, which memory keeps. */
  readonly #lists: SecondChanceMap<readonly string[], KeptList>;
  readonly #isVerified: boolean;

  /** @param isVerified Makes every response again, and throws when one that was kept differs: for tests. */
  constructor({ maxBytes, isVerified = false }: { maxBytes: number; isVerified?: boolean }) {
    this.#lists = new SecondChanceMap({ maxBytes: maxBytes * listShare });
    this.#kept = new SecondChanceMap({ maxBytes: maxBytes * (1 - listShare) });
    this.#isVerified = isVerified;
  }

  /** The response of a form that was kept for a resource, if it would be made the same now. */
  get(resource: StoredResource<object>, form: string): TextResponse | undefined {
    return this.#isVerified ? undefined : this.#find(resource, form)?.response;
  }

  /**
   * Makes the responses of several resources together, and keeps them; undefined stays undefined. What is read to make them
   * is taken as read for each.
   */
  async make<Resource extends StoredResource<object>>(
    store: Queryable,
    { resources, form }: { resources: readonly Resource[]; form: string },
    render: (from: Queryable) => Promise<readonly (TextResponse | undefined)[]>,
  ): Promise<readonly (TextResponse | undefined)[]> {
    const earlier = this.#isVerified ? resources.map((resource) => this.#find(resource, form)) : [];
    const shared = new ReadTrace();
    const responses = await render(traced(store, shared));
    const sharedBytes = (bytesPerReading * shared.size) / resources.length;
    for (const [index, resource] of resources.entries()) {
      const response = responses[index];
      verify(earlier[index], response, resource);
      if (response !== undefined) this.#keep(store, resource, { form, response, shared, sharedBytes });
    }
    return resources.map((_, index) => responses[index]);
  }

  /** The whole list of a scope in a form, if it was kept and would be the same now. */
  getList(store: Queryable, scope: ListScope, form: string): ListText | undefined {
    const keys = this.#isVerified ? undefined : store.cache.keysOf(scope);
    return keys === undefined ? undefined : this.#findList(keys, form);
  }

  /** Keeps a whole list, if the responses that its text was made of are all kept. */
  keepList(store: Queryable, scope: ListScope, { resources, items, text, form }: MadeList): void {
    const ofKeys = new ReadTrace();
    const keys = store.cache.keysOf(scope, ofKeys);
    if (keys?.length !== resources.length || !resources.every(({ key }, index) => key === keys[index])) return;
    const earlier = this.#isVerified ? this.#findList(keys, form) : undefined;
    if (earlier !== undefined && Buffer.compare(earlier.text, text) !== 0) {
      throw new Error(`The list that was kept is outdated: ${Buffer.from(earlier.text).toString()}`);
    }
    const ofItems = resources.flatMap((resource, index) => {
      const item = this.#find(resource, form);
      // While the list was made, another reader may have made an item's response again.
      return item === undefined || item.response !== items[index] ? [] : item.trace;
    });
    if (ofItems.length < resources.length) return;
    const bytes = bytesOfKept * (1 + resources.length) + text.byteLength;
    this.#lists.set(keys, { form, resources, text, traces: [ofKeys, ...ofItems] }, bytes);
  }

  #findList(keys: readonly string[], form: string): KeptList | undefined {
    const kept = this.#lists.get(keys);
    return kept?.form === form && kept.traces.every((trace) => trace.isCurrent) ? kept : undefined;
  }

  #find(resource: StoredResource<object>, form: string): Kept | undefined {
    for (const kept of this.#kept.get(resource) ?? []) {
      if (kept.form === form) return kept.trace.isCurrent ? kept : undefined;
    }
    return undefined;
  }

  #keep(store: Queryable, resource: StoredResource<object>, { form, response, shared, sharedBytes }: ToKeep): void {
    const trace = new ReadTrace(shared);
    // Only what memory keeps too can be asked for again as the same object.
    if (store.cache.get(resource.key, trace) !== resource || !trace.isCurrent) return;
    const others = (this.#kept.get(resource) ?? []).filter((kept) => kept.form !== form);
    const bytes = bytesOfKept + response.text.length + sharedBytes;
    const all = [...others, { form, response, trace, bytes }].slice(-maxForms);
    const bytesOfAll = all.reduce((sum, kept) => sum + kept.bytes, 0);
    this.#kept.set(resource, all, bytesOfAll);
  }
}

/** Of the bytes that all may take. */
const listShare = 0.25;

/** Clients of one resource rarely use more api-versions, each for reads and for lists. */
const maxForms = 6;

/** An estimate of what is kept besides the text, for each resource. */
const bytesOfKept = 500;

/** A response may be made of all subnets of a subscription, and shows only some of them. */
const bytesPerReading = 8;

function verify(kept: Kept | undefined, made: TextResponse | undefined, { id }: { readonly id: string }): void {
  // What was read may have changed while the response was made.
  if (kept === undefined || !kept.trace.isCurrent) return;
  const { response } = kept;
  const isSame = response.text === made?.text && JSON.stringify(response.headers) === JSON.stringify(made.headers);
  if (!isSame) throw new Error(`The response that was kept for ${id} is outdated:\n${response.text}\n${made?.text}`);
}
