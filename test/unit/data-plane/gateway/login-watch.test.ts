import fc from "fast-check";
import { expect, test } from "vitest";
import { LoginWatch } from "../../../../src/data-plane/gateway/login-watch.ts";
import { sha256 } from "../../../../src/data-plane/redis/redis-admin.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const user = "11111111-1111-1111-1111-111111111111";
const expiries = new Map([
  [sha256("token-1"), 1_000],
  [sha256("token-2"), 2_000],
]);

const keys = new Map([[`default ${sha256("key")}`, Infinity]]);

const request = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;

/** When a connection that sends this is disconnected; undefined for never. */
async function endOf(chunks: readonly string[]): Promise<number | undefined> {
  const clock = new ManualClock(0);
  let endedAtMs: number | undefined;
  const watch = new LoginWatch({
    clock,
    expiryOf: (name, hash) => (name === user ? expiries.get(hash) : keys.get(`${name} ${hash}`)),
    onExpired: () => (endedAtMs = clock.nowMs()),
  });
  for (const chunk of chunks) watch.observe(Buffer.from(chunk));
  for (const ms of [1_000, 1_000]) await clock.advance(ms);
  return endedAtMs;
}

const [first, second] = [request("AUTH", user, "token-1"), request("auth", user, "token-2")];

test.each([
  ["a token", [first], 1_000],
  ["a newer token", [first, second], 2_000],
  ["an older token", [second, first], 1_000],
  ["HELLO", [request("HELLO", "3", "AUTH", user, "token-1", "SETNAME", "me")], 1_000],
  ["what is refused", [first, request("AUTH", user, "unknown")], 1_000],
  ["another's token", [request("AUTH", "somebody", "token-1")], undefined],
  ["the default user's password", [first, request("AUTH", "key")], undefined],
  ["the default user and its password", [first, request("AUTH", "default", "key")], undefined],
  ["a wrong password of the default user", [first, request("AUTH", "wrong")], 1_000],
  ["a wrong password of the default user by name", [first, request("AUTH", "default", "wrong")], 1_000],
  ["data that holds a request to log in", [first, request("SET", "a", request("AUTH", "wrong"))], 1_000],
  ["data that looks like it", [request("SET", "a", "AUTH"), request("GET", "a"), first], 1_000],
  ["data alone", [request("SET", "AUTH", "token-1")], undefined],
])("after %s a login ends when its token expires", async (_what, chunks, expected) => {
  expect(await endOf(chunks)).toBe(expected);
});

test("a login is recognized in pieces, unless the word AUTH is split", async () => {
  const sent = request("PING") + first + request("PING");
  const word = sent.indexOf("\r\nAUTH\r\n");
  const cut = fc.nat(sent.length - 1).filter((at) => at <= word || at >= word + 8);
  await fc.assert(
    fc.asyncProperty(fc.array(cut), async (cuts) => {
      const marks = [0, ...cuts.toSorted((a, b) => a - b), sent.length];
      const chunks = marks.slice(1).map((end, index) => sent.slice(marks[index], end));
      expect(await endOf(chunks.filter((chunk) => chunk !== ""))).toBe(1_000);
    }),
  );
});
