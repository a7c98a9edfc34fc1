import { expect, test, vi } from "vitest";
import { sha256 } from "../../src/data-plane/redis/redis-admin.ts";
import { clusterFacts, databaseFacts } from "../support/cluster-facts.ts";
import { dialPath } from "../support/data-plane.ts";
import { startPlane, type RunningPlane } from "../support/running-plane.ts";

const hourMs = 3_600_000;
vi.setConfig({ testTimeout: 30_000 });
const waiting = { timeout: 30_000, interval: 10 };
const [username, other] = ["11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"];
const assignments = [username, other].map((objectId) => ({ objectId, accessString: "+@all ~*" }));
const cluster = clusterFacts({ database: databaseFacts({ assignments }) });

const addToken = ({ plane, clock }: RunningPlane, token: string, hours: number, objectId = username): Promise<void> =>
  plane.addToken({ hash: sha256(token), objectId, expiresAtMs: clock.nowMs() + hours * hourMs });

/** Resolves once a token is refused. */
const isOver = (running: RunningPlane, password: string): Promise<void> =>
  vi.waitFor(
    () =>
      expect(
        running.dial({ username, password, enableReadyCheck: false }).then((client) => client.ping()),
      ).rejects.toThrow(/WRONGPASS|NOAUTH|closed/),
    waiting,
  );

test("the expiry of a user's last token disconnects that user and no other", async () => {
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

test("a connection that logs in again stays open past its first token, until the second one expires", async () => {
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

test("a removed assignment disconnects its user at once, and a new one accepts the same token", async () => {
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

test("after a restart a token is accepted if it is still valid, and refused if it expired meanwhile", async () => {
  const running = await startPlane(cluster);
  await addToken(running, "short", 1);
  await addToken(running, "long", 2);
  await running.plane.close();
  await running.clock.advance(hourMs);
  await running.restart();
  expect(await (await running.dial({ username, password: "long" })).ping()).toBe("PONG");
  await isOver(running, "short");
});

const ended = (client: { once(event: "end", heard: () => void): unknown }): Promise<void> =>
  new Promise((resolve) => client.once("end", resolve));

test.each(["off", "on"])("switching access keys %s disconnects all clients, with keys and with tokens", async (way) => {
  const withKeys = databaseFacts({ assignments });
  const withoutKeys = databaseFacts({ assignments, accessKeys: undefined });
  const [first, second] = way === "off" ? [withKeys, withoutKeys] : [withoutKeys, withKeys];
  const running = await startPlane(clusterFacts({ database: first }));
  await addToken(running, "token", 1);
  const client = await running.dial({ username, password: "token" });
  const subscriber = await running.dial({ username, password: "token" });
  await subscriber.subscribe("news");
  const keyed = way === "off" ? [await running.dial({ password: "first" })] : [];
  const all = Promise.all([client, subscriber, ...keyed].map(ended));
  await running.change(clusterFacts({ database: second }));
  await all;
  const again = await running.dial({ username, password: "token" });
  expect(await again.ping()).toBe("PONG");

  // Another change of the database disconnects no client.
  await running.change(clusterFacts({ database: { ...second, evictionPolicy: "noeviction" } }));
  await vi.waitFor(async () => {
    expect(await again.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
  }, waiting);
});

test("a new access string applies to open connections, and a removed assignment leaves other users connected", async () => {
  const running = await startPlane(cluster);
  await addToken(running, "token", 1);
  await addToken(running, "long", 1, other);
  const client = await running.dial({ username, password: "token" });
  const stranger = await running.dial({ username: other, password: "long" });
  expect(await client.set("a", "1")).toBe("OK");
  const strings = (accessString: string) =>
    clusterFacts({
      database: databaseFacts({ assignments: [{ objectId: username, accessString }, ...assignments.slice(1)] }),
    });
  await running.change(strings("+@read ~a"));
  await vi.waitFor(async () => expect(client.set("a", "2")).rejects.toThrow("NOPERM"), waiting);
  expect(await client.get("a")).toBe("1");
  await expect(client.get("A")).rejects.toThrow("NOPERM");
  await running.change(strings("+@all ~*"));
  await vi.waitFor(async () => expect(await client.set("b", "2")).toBe("OK"), waiting);
  const cut = ended(client);
  await running.change(clusterFacts({ database: databaseFacts({ assignments: assignments.slice(1) }) }));
  await cut;
  expect(await stranger.ping()).toBe("PONG");
});

test("a connection can log in as another user, with that user's permissions and expiry", async () => {
  const running = await startPlane(cluster);
  await addToken(running, "token", 1);
  await addToken(running, "long", 2, other);
  const client = await running.dial({ username, password: "token" });
  expect(await client.auth(other, "long")).toBe("OK");
  expect(await client.acl("WHOAMI")).toBe(other);
  await running.clock.advance(hourMs);
  await isOver(running, "token");
  expect(await client.ping()).toBe("PONG");
  const cut = ended(client);
  await running.clock.advance(hourMs);
  await cut;
});

test("a token is refused under another user's object id, and on a database without an assignment for its bearer", async () => {
  const only = clusterFacts({ database: databaseFacts({ assignments: assignments.slice(1) }) });
  const running = await startPlane(only);
  await addToken(running, "token", 1);
  await addToken(running, "long", 1, other);
  const refused = (name: string, password: string): Promise<unknown> =>
    running.dial({ username: name, password, enableReadyCheck: false }).then((client) => client.ping());
  await expect(refused(username, "token")).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
  await expect(refused(other, "token")).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
  await expect(refused("default", "long")).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
});

test("without TLS, tokens are refused and access keys are accepted", async () => {
  const running = await startPlane(
    clusterFacts({ database: databaseFacts({ assignments, clientProtocol: "Plaintext" }) }),
  );
  await addToken(running, "token", 1);
  const dial = (login: { username?: string; password: string }) =>
    dialPath(running.path("public"), { ...login, enableReadyCheck: false }).then((client) => client.ping());
  await expect(dial({ username, password: "token" })).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
  expect(await dial({ password: "first" })).toBe("PONG");
});

test("an expired token disconnects its own connections although its user has another, but none that logged in again", async () => {
  const running = await startPlane(cluster);
  await addToken(running, "short", 1);
  await addToken(running, "longer", 2);
  const [stale, renewed, keyed, greeted] = await Promise.all(
    ["short", "short", "short", "short"].map((password) => running.dial({ username, password })),
  );
  const fresh = await running.dial({ username, password: "longer" });
  await renewed?.auth(username, "longer");
  await keyed?.auth("first");
  await greeted?.call("HELLO", "2", "AUTH", username, "longer");
  // A refused login changes nothing.
  await expect(stale?.auth(username, "unknown")).rejects.toThrow("WRONGPASS");
  const cut = stale === undefined ? undefined : ended(stale);
  await running.clock.advance(hourMs - 1);
  expect(await stale?.ping()).toBe("PONG");
  await running.clock.advance(1);
  await cut;
  for (const client of [renewed, keyed, greeted, fresh]) expect(await client?.ping()).toBe("PONG");
  await running.clock.advance(hourMs);
  for (const client of [renewed, greeted, fresh]) await vi.waitFor(() => expect(client?.status).toBe("end"), waiting);
  expect(await keyed?.ping()).toBe("PONG");
});
