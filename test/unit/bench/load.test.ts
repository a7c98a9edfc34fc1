import { expect, test } from "vitest";
import { responseReader } from "../../../bench/support/load.ts";
import { requestMaker } from "../../../bench/support/requests.ts";

const response = (body: string, status = 200): Buffer =>
  Buffer.from(`HTTP/1.1 ${status} OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

/** The statuses of the responses that these chunks hold. */
function statusesOf(chunks: readonly Buffer[]): number[] {
  const statuses: number[] = [];
  const read = responseReader((status) => statuses.push(status));
  for (const chunk of chunks) read(chunk);
  return statuses;
}

test("responses are told apart wherever they are cut", () => {
  const whole = response("x".repeat(40), 201);
  for (let cut = 1; cut < whole.length; cut += 1) {
    expect(statusesOf([whole.subarray(0, cut), whole.subarray(cut), response("")])).toEqual([201, 200]);
  }
});

test("a response in three chunks is one response", () => {
  const whole = response("x".repeat(40));
  expect(statusesOf([whole.subarray(0, 45), whole.subarray(45, 50), whole.subarray(50)])).toEqual([200]);
});

test("each PUT has the next body with its own number, and its length", () => {
  const next = requestMaker(
    { method: "PUT", path: "/a?api-version=1", bodies: ['{"a":"{n}"}', '{"bb":"{n}"}'] },
    { port: 8443, token: "t" },
  );
  const requests = [next(), next(), next()].map(String);
  expect(requests.map((request) => request.split("\r\n\r\n")[1])).toEqual([
    '{"bb":"00000001"}',
    '{"a":"00000002"}',
    '{"bb":"00000003"}',
  ]);
  expect(requests[0]).toContain("\r\nContent-Length: 17\r\n");
  expect(requests[0]).toMatch(
    /^PUT \/a\?api-version=1 HTTP\/1\.1\r\nHost: localhost:8443\r\nAuthorization: Bearer t\r\n/,
  );
});

test("random paths are of resources that a store of so many cells has", () => {
  const next = requestMaker({ method: "GET", path: { random: "any", cells: 3 } }, { port: 1, token: "t" });
  for (let index = 0; index < 200; index += 1) {
    expect(String(next())).toMatch(
      /^GET \/subscriptions\/e7b5a9d2-[^/]+\/resourceGroups\/cell0000[0-2]\/providers\/\S+ HTTP/,
    );
  }
});
