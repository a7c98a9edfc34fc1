import type { FastifyInstance } from "fastify";
import type { Clock } from "../kernel/clock.ts";
import { describeStoreFailure } from "../store/store-failure.ts";
import type { Store } from "../store/store.ts";
import { tryWrite } from "../store/write-trials.ts";

/** Answers within that are shared, so that asking often costs no more syncs of the disk than asking once. */
const sharedMs = 500;

/** A store that has not answered by then counts as one that does not. */
const patienceMs = 3_000;

interface HealthServices {
  readonly store: Store;
  readonly clock: Clock;
  /** Why databases have no Redis although they are to have one, in one sentence; undefined when they have. */
  readonly dataPlaneFailure: () => string | undefined;
}

/** `/healthz`: the process answers. `/readyz`: it can serve too, which takes a store that writes and a data plane. */
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

/** Does what every write does: a full or read-only disk and a damaged file show only then. */
async function whyNotWritten({ store, clock }: HealthServices): Promise<string | undefined> {
  const late = Promise.withResolvers<string>();
  const forget = clock.wakeIn(patienceMs, () => late.resolve("The store does not answer."));
  try {
    const written = store.write((tx) => tryWrite(tx, clock.nowMs())).then(() => undefined);
    return await Promise.race([written, late.promise]);
  } catch (cause) {
    return describeStoreFailure(cause) ?? "The store does not answer.";
  } finally {
    forget();
  }
}
