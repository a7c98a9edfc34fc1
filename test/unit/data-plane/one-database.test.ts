import fc from "fast-check";
import { expect, test } from "vitest";
import { OneDatabase } from "../../../src/data-plane/gateway/one-database.ts";

const outOfRange = "-ERR DB index is out of range\r\n";
const ofCluster = (command = "SELECT"): string => `-ERR ${command} is not allowed in cluster mode\r\n`;
const request = (...words: string[]): Buffer =>
  Buffer.from(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`);

/** What becomes of replies, cut into pieces, after requests. */
function through(requests: readonly Buffer[], replies: readonly string[]): string {
  const one = new OneDatabase();
  for (const each of requests) one.hear(each);
  const out = replies.map((piece) => one.rewrite(Buffer.from(piece)));
  return Buffer.concat([...out, one.rest() ?? Buffer.alloc(0)]).toString();
}

test.each([
  ["SELECT", "1"],
  ["select", "15"],
  ["SELECT", "-1"],
  ["SWAPDB", "0", "1"],
  ["swapdb", "3", "0"],
  ["MOVE", "some key\r\n$1\r\n0", "1"],
])("the answer to %s %s is that of one database", (command, ...args) => {
  const reply = `+OK\r\n${ofCluster(command.toUpperCase())}:1\r\n`;
  expect(through([request(command, ...args)], [reply])).toBe(`+OK\r\n${outOfRange}:1\r\n`);
});

test.each([
  ["SELECT", "0"],
  ["SELECT", "one"],
  ["SWAPDB", "0", "0"],
  ["SWAPDB", "a", "1"],
  ["MOVE", "1", "0"],
  ["GET", "SELECT"],
])("no reply changes after %s %s", (...words) => {
  expect(through([request(...words)], [ofCluster()])).toBe(ofCluster());
});

test("no more answers change than there were requests, and none in the middle of a line", () => {
  const requests = [request("SELECT", "1"), request("SELECT", "2")];
  const inside = `$44\r\n.${ofCluster()}`;
  expect(through(requests, [inside + ofCluster() + ofCluster() + ofCluster()])).toBe(
    inside + outOfRange + outOfRange + ofCluster(),
  );
});

test("however replies are cut into pieces, the answers change and nothing else", () => {
  const piece = fc.oneof(
    fc.constant(ofCluster()),
    fc.constant("-ERR SELECT is\r\n"),
    fc.constant("-"),
    fc.constant("-ERR other\r\n"),
    fc.constant("$3\r\na-b\r\n"),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(300)), (pieces, cuts) => {
      const reply = pieces.join("");
      const requests = pieces.map(() => request("SELECT", "1"));
      const marks = [0, ...cuts.filter((at) => at < reply.length).toSorted((a, b) => a - b), reply.length];
      const chunks = marks.slice(1).map((end, index) => reply.slice(marks[index], end));
      expect(
        through(
          requests,
          chunks.filter((each) => each !== ""),
        ),
      ).toBe(through(requests, [reply]));
    }),
  );
});
