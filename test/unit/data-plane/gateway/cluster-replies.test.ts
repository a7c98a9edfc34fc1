import fc from "fast-check";
import { expect, test } from "vitest";
import { AnnouncedAddress, OneDatabase, newPlaceholder } from "../../../../src/data-plane/gateway/cluster-replies.ts";

const placeholder = newPlaceholder(14);
const as = { placeholder, address: "127.67.101.102", serverPort: 10_000, port: 10_000 };

/** The result of rewriting chunks that are read into the same memory one after the other, as a connection's are. */
function withAddress(chunks: readonly Buffer[], options = as): string {
  const rewriter = new AnnouncedAddress(options);
  const memory = Buffer.alloc(Math.max(0, ...chunks.map(({ length }) => length)));
  const out = chunks.map((chunk) => {
    chunk.copy(memory);
    return Buffer.from(rewriter.rewrite(memory.subarray(0, chunk.length)));
  });
  return Buffer.concat([...out, rewriter.rest()]).toString();
}

test("the announced address becomes the path's address, however replies are cut into pieces, and nothing else changes", () => {
  const piece = fc.oneof(
    fc.constant(placeholder),
    fc.constant(placeholder.slice(0, 5)),
    fc.constant(placeholder.slice(0, 1)),
    fc.string({ unit: "grapheme-ascii" }),
  );
  const cut = fc.tuple(fc.array(piece), fc.array(fc.nat(200)));
  fc.assert(
    fc.property(cut, ([pieces, cuts]) => {
      const reply = Buffer.from(pieces.join(""));
      const marks = [0, ...cuts.filter((at) => at < reply.length).toSorted((a, b) => a - b), reply.length];
      const chunks = marks.slice(1).map((end, index) => Buffer.from(reply.subarray(marks[index], end)));
      expect(withAddress(chunks.filter(({ length }) => length > 0))).toBe(
        reply.toString().replaceAll(placeholder, as.address),
      );
    }),
  );
});

test("the announced port is replaced with the address where paths have ports", () => {
  const short = newPlaceholder(9);
  const reply = `$9\r\n${short}\r\n:10000\r\n${short}:10000@17000 :10000`;
  expect(withAddress([Buffer.from(reply)], { ...as, placeholder: short, address: "127.0.0.1", port: 23_456 })).toBe(
    "$9\r\n127.0.0.1\r\n:23456\r\n127.0.0.1:23456@17000 :10000",
  );
});

const outOfRange = "-ERR DB index is out of range\r\n";
const ofCluster = (command = "SELECT"): string => `-ERR ${command} is not allowed in cluster mode\r\n`;
const request = (...words: string[]): Buffer =>
  Buffer.from(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`);

/** The result of rewriting chunks of replies after requests. */
function withOneDatabase(requests: readonly Buffer[], replies: readonly string[]): string {
  const one = new OneDatabase();
  for (const each of requests) one.observe(each);
  const out = replies.map((piece) => one.rewrite(Buffer.from(piece)));
  return Buffer.concat([...out, one.rest()]).toString();
}

test.each([
  ["SELECT", "1"],
  ["select", "15"],
  ["SELECT", "-1"],
  ["SWAPDB", "0", "1"],
  ["swapdb", "3", "0"],
  ["MOVE", "some key\r\n$1\r\n0", "1"],
])("the answer to %s %s says that the DB index is out of range", (command, ...args) => {
  const reply = `+OK\r\n${ofCluster(command.toUpperCase())}:1\r\n`;
  expect(withOneDatabase([request(command, ...args)], [reply])).toBe(`+OK\r\n${outOfRange}:1\r\n`);
});

test.each([
  ["SELECT", "0"],
  ["SELECT", "one"],
  ["SWAPDB", "0", "0"],
  ["SWAPDB", "a", "1"],
  ["MOVE", "1", "0"],
  ["GET", "SELECT"],
])("no reply changes after %s %s", (...words) => {
  expect(withOneDatabase([request(...words)], [ofCluster()])).toBe(ofCluster());
});

test("only as many answers change as there were requests, and none in the middle of a line", () => {
  const requests = [request("SELECT", "1"), request("SELECT", "2")];
  const inside = `$44\r\n.${ofCluster()}`;
  expect(withOneDatabase(requests, [inside + ofCluster() + ofCluster() + ofCluster()])).toBe(
    inside + outOfRange + outOfRange + ofCluster(),
  );
});

test("an answer in the middle of a line does not change where a piece of the reply begins with it", () => {
  const requests = [request("SELECT", "1")];
  expect(withOneDatabase(requests, ["$46\r\n...", ofCluster()])).toBe(`$46\r\n...${ofCluster()}`);
});

test("answers of cluster mode change, however replies are cut into pieces, and nothing else changes", () => {
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
        withOneDatabase(
          requests,
          chunks.filter((each) => each !== ""),
        ),
      ).toBe(withOneDatabase(requests, [reply]));
    }),
  );
});
