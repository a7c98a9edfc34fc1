import type { Clock } from "../kernel/clock.ts";

type Kind = "reads" | "writes" | "deletes";

/** Sizes as recorded in 2026: the first response after a pause shows one less. Buckets refill at a tenth a second. */
const bucketSizes: Readonly<Record<Kind, { own: number; global: number }>> = {
  reads: { own: 1_100, global: 16_500 },
  writes: { own: 800, global: 12_000 },
  deletes: { own: 800, global: 12_000 },
};
const refillShare = 0.1;

const headerNames: Readonly<Record<Kind, { own: string; global: string }>> = {
  reads: namesFor("reads"),
  writes: namesFor("writes"),
  deletes: namesFor("deletes"),
};

function namesFor(kind: Kind): { own: string; global: string } {
  const start = "x-ms-ratelimit-remaining-subscription";
  return { own: `${start}-${kind}`, global: `${start}-global-${kind}` };
}

/**
 * How many requests private DNS accepts in five minutes: the documented number of reads, and as many writes as the
 * global counter has.
 */
const privateDnsSizes: Readonly<Record<Kind, number>> = { reads: 500, writes: 12_000, deletes: 12_000 };
const privateDnsRefillShare = 1 / 300;

/** The most counters that are kept. Beyond it the oldest is removed, and its next request starts a full one. */
const maxBuckets = 10_000;

interface Request {
  readonly method: string;
  readonly subscriptionId: string;
  readonly objectId: string;
}

interface Bucket {
  own: number;
  global: number;
  atMs: number;
}

const kinds: Readonly<Record<string, Kind>> = { GET: "reads", HEAD: "reads", DELETE: "deletes" };

/** Counts requests per principal, subscription and kind for the remaining-quota headers. It never refuses. */
export class QuotaCounters {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();
  /** The bucket of the last request of each kind: the next one is mostly of the same principal and subscription. */
  readonly #last = new Map<
    Kind,
    { readonly objectId: string; readonly subscriptionId: string; readonly bucket: Bucket }
  >();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one request and returns the two headers that show what is left, names and values in turn: own, then global. */
  take(request: Request): readonly string[] {
    const kind = kindOf(request);
    const bucket = this.#takeOne(this.#bucketOf(request, kind), bucketSizes[kind], refillShare);
    const { own, global } = headerNames[kind];
    return [own, String(Math.floor(bucket.own)), global, String(Math.floor(bucket.global))];
  }

  /** Counts one request to private DNS, which has a limit of its own, and returns the header with what is left of it. */
  takeOfPrivateDns(request: Request): readonly string[] {
    const kind = kindOf(request);
    const size = privateDnsSizes[kind];
    const key = `${keyOf(request, kind)}/privatedns`;
    const sizes = { own: size, global: size };
    const { own } = this.#takeOne(this.#bucket(key, sizes), sizes, privateDnsRefillShare);
    return ["x-ms-ratelimit-remaining-subscription-resource-requests", String(Math.floor(own))];
  }

  /** Refills a bucket by the time that has passed, and takes one. */
  #takeOne(bucket: Bucket, sizes: { own: number; global: number }, share: number): Bucket {
    const steadyMs = this.#clock.steadyMs();
    const seconds = (steadyMs - bucket.atMs) / 1_000;
    bucket.own = Math.max(0, Math.min(sizes.own, bucket.own + seconds * sizes.own * share) - 1);
    bucket.global = Math.max(0, Math.min(sizes.global, bucket.global + seconds * sizes.global * share) - 1);
    bucket.atMs = steadyMs;
    return bucket;
  }

  #bucketOf(request: Request, kind: Kind): Bucket {
    const { objectId, subscriptionId } = request;
    const last = this.#last.get(kind);
    if (last?.objectId === objectId && last.subscriptionId === subscriptionId) return last.bucket;
    const bucket = this.#bucket(keyOf(request, kind), bucketSizes[kind]);
    this.#last.set(kind, { objectId, subscriptionId, bucket });
    return bucket;
  }

  #bucket(key: string, sizes: { own: number; global: number }): Bucket {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) return bucket;
    const full = { ...sizes, atMs: this.#clock.steadyMs() };
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size >= maxBuckets && oldest.done !== true) {
      this.#buckets.delete(oldest.value);
      // One of these may be what was removed.
      this.#last.clear();
    }
    this.#buckets.set(key, full);
    return full;
  }
}

const kindOf = ({ method }: Request): Kind => kinds[method] ?? "writes";

const keyOf = ({ objectId, subscriptionId }: Request, kind: Kind): string =>
  `${objectId}/${subscriptionId}/${kind}`.toLowerCase();
