import type { FastifyInstance } from "fastify";
import type { Clock } from "../kernel/clock.ts";
import { describeStoreFailure, tryWrite, type Store } from "../store/store.ts";

/** Requests within this time share one write, so that frequent probes do not cost a sync of the disk each. */
const sharedMs = 500;

/** A store that takes longer than this is reported as failed. */
const storeLimitMs = 3_000;

interface HealthServices {
  readonly store: Store;
  readonly clock: Clock;
  /** Why databases have no Redis although a server program was found, in one sentence; undefined otherwise. */
  readonly dataPlaneFailure: () => string | undefined;
}

/** `/healthz`: the process responds. `/readyz`: the store can be written, and the data plane has started. */
export function registerHealth(app: FastifyInstance, services: HealthServices): void {
  const { clock, dataPlaneFailure } = services;
  let last = { atMs: Number.NEGATIVE_INFINITY, reason: Promise.resolve<string | undefined>(undefined) };
  const storeFailure = (): Promise<string | undefined> => {
    const atMs = clock.steadyMs();
    if (atMs - last.atMs >= sharedMs) last = { atMs, reason: whyNotWritten(services) };
    return last.reason;
  };
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const reason = (await storeFailure()) ?? dataPlaneFailure();
    if (reason === undefined) return { status: "ready" };
    return reply.code(503).send({ status: "unavailable", reason });
  });
}

/** Writes to the store: only a write fails on a full or read-only disk, or a damaged file. */
async function whyNotWritten({ store, clock }: HealthServices): Promise<string | undefined> {
  const late = Promise.withResolvers<string>();
  const cancel = clock.wakeIn(storeLimitMs, () => late.resolve("The store does not answer."));
  try {
    const written = store.write((tx) => tryWrite(tx, clock.nowMs())).then(() => undefined);
    return await Promise.race([written, late.promise]);
  } catch (cause) {
    return describeStoreFailure(cause) ?? "The store does not answer.";
  } finally {
    cancel();
  }
}
