import { fastify } from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { createHealth, registerHealth } from "../../src/management/health.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { openTempStore } from "../support/temp-store.ts";

async function healthServer() {
  const temp = await openTempStore();
  const clock = new ManualClock();
  const plane: { failure: string | undefined } = { failure: undefined };
  const app = fastify();
  registerHealth(app, createHealth({ store: temp.store, clock, dataPlaneFailure: () => plane.failure }));
  onTestFinished(() => app.close());
  const ask = async (path: string) => {
    const answer = await app.inject(path);
    return { status: answer.statusCode, body: answer.json<object>() };
  };
  return { temp, clock, plane, ask };
}

test("a server whose store can be written is ready", async () => {
  const { temp, ask } = await healthServer();
  expect(await ask("/readyz")).toEqual({ status: 200, body: { status: "ready" } });
  expect(await ask("/healthz")).toEqual({ status: 200, body: { status: "ok" } });
  await temp.close();
});

test("a server whose store cannot be written is not ready, and still healthy", async () => {
  const { temp, clock, ask } = await healthServer();
  expect((await ask("/readyz")).status).toBe(200);
  await temp.close();
  await clock.advance(500);
  expect(await ask("/readyz")).toEqual({
    status: 503,
    body: { status: "unavailable", reason: "The store does not answer." },
  });
  expect((await ask("/healthz")).status).toBe(200);
});

test("readiness probes within half a second share one write", async () => {
  const { temp, clock, ask } = await healthServer();
  expect((await ask("/readyz")).status).toBe(200);
  await temp.close();
  await clock.advance(499);
  expect((await ask("/readyz")).status).toBe(200);
  await clock.advance(1);
  expect((await ask("/readyz")).status).toBe(503);
});

test("a server whose data plane did not start says why, and is ready again without that", async () => {
  const { temp, plane, ask } = await healthServer();
  plane.failure = "Databases have no Redis. The data plane could not be started.";
  expect(await ask("/readyz")).toEqual({ status: 503, body: { status: "unavailable", reason: plane.failure } });
  plane.failure = undefined;
  expect((await ask("/readyz")).status).toBe(200);
  await temp.close();
});
