import fc from "fast-check";
import { expect, test } from "vitest";
import { AnnouncedAddress, newPlaceholder } from "../../../src/data-plane/gateway/announced-address.ts";

const placeholder = newPlaceholder(14);
const as = { placeholder, address: "127.67.101.102", serverPort: 10_000, port: 10_000 };

/** What comes out of pieces that all lie in the same memory one after the other, as those of a connection do. */
function through(chunks: readonly Buffer[], options = as): string {
  const rewriter = new AnnouncedAddress(options);
  const memory = Buffer.alloc(Math.max(0, ...chunks.map(({ length }) => length)));
  const out = chunks.map((chunk) => {
    chunk.copy(memory);
    return Buffer.from(rewriter.rewrite(memory.subarray(0, chunk.length)));
  });
  return Buffer.concat([...out, rewriter.rest() ?? Buffer.alloc(0)]).toString();
}

test("however replies are cut into pieces, what was announced becomes the path's address and nothing else changes", () => {
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
      expect(through(chunks.filter(({ length }) => length > 0))).toBe(
        reply.toString().replaceAll(placeholder, as.address),
      );
    }),
  );
});

test("where paths have ports instead of addresses, the port is replaced with it", () => {
  const short = newPlaceholder(9);
  const reply = `$9\r\n${short}\r\n:10000\r\n${short}:10000@17000 :10000`;
  expect(through([Buffer.from(reply)], { ...as, placeholder: short, address: "127.0.0.1", port: 23_456 })).toBe(
    "$9\r\n127.0.0.1\r\n:23456\r\n127.0.0.1:23456@17000 :10000",
  );
});
