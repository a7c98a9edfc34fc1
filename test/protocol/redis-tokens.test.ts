import { expect, test, vi } from "vitest";
import { sha256 } from "../../src/data-plane/redis/acl-rules.ts";
import { clusterFacts, databaseFacts } from "../support/cluster-facts.ts";
import { startPlane } from "../support/running-plane.ts";
import type { RunningPlane } from "../support/running-plane.ts";

const hourMs = 3_600_000;
vi.setConfig({ testTimeout: 30_000 });
const waiting = { timeout: 10_000, interval: 10 };
const [username, other] = ["11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"];
const assignments = [username, other].map((objectId) => ({ objectId, accessString: "+@all ~*" }));
const cluster = clusterFacts({ database: databaseFacts({ assignments }) });

const addToken = ({ plane, clock }: RunningPlane, token: string, hours: number, objectId = username): Promise<void> =>
  plane.addToken({ hash: sha256(token), objectId, expiresAtMs: clock.nowMs() + hours * hourMs });

/** Answers once a token opens nothing any more. */
const isOver = (running: RunningPlane, password: string): Promise<void> =>
  vi.waitFor(
    () =>
      expect(
        running.dial({ username, password, enableReadyCheck: false }).then((client) => client.ping()),
      ).rejects.toThrow(/WRONGPASS|NOAUTH|closed/),
    waiting,
  );

test("the end of a user's last token cuts that user and nobody else", async () => {
  const running = await startPlane(cluster);
  await addToken(running, "short", 1);
  await addToken(running, "long", 2, other);
  const client = await running.dial({ username, password: "short" });
  const stranger = await running.dial({ username: other, password: "long" });
  const cut = new Promise((resolve) => client.once("end", resolve));
  await running.clock.advance(hourMs - 1);
  expect(await client.ping()).toBe("PONG");
  await running.clock.advance(1);
  await cut;
  await isOver(running, "short");
  expect(await stranger.ping()).toBe("PONG");
  expect(await (await running.dial({ password: "first" })).ping()).toBe("PONG");
});

test("who logs in again on a live connection outlives the first token, until the second ends", async () => {
  const running = await startPlane(cluster);
  await addToken(running, "first-token", 1);
  const client = await running.dial({ username, password: "first-token" });
  await addToken(running, "second-token", 2);
  expect(await client.auth(username, "second-token")).toBe("OK");
  await running.clock.advance(hourMs);
  await isOver(running, "first-token");
  expect(await client.ping()).toBe("PONG");
  const cut = new Promise((resolve) => client.once("end", resolve));
  await running.clock.advance(hourMs);
  await cut;
});

test("a user who is no longer assigned is cut at once, and let in again by the same token when assigned again", async () => {
  const running = await startPlane(cluster);
  await addToken(running, "token", 1);
  const client = await running.dial({ username, password: "token" });
  const cut = new Promise((resolve) => client.once("end", resolve));
  await running.change(clusterFacts());
  await cut;
  await isOver(running, "token");
  await running.change(cluster);
  const again = await vi.waitFor(() => running.dial({ username, password: "token" }), waiting);
  expect(await again.acl("WHOAMI")).toBe(username);
});

test("after a restart a token opens what it did if it is still valid, and nothing if it ended meanwhile", async () => {
  const running = await startPlane(cluster);
  await addToken(running, "short", 1);
  await addToken(running, "long", 2);
  await running.plane.close();
  await running.clock.advance(hourMs);
  await running.restart();
  expect(await (await running.dial({ username, password: "long" })).ping()).toBe("PONG");
  await isOver(running, "short");
});
