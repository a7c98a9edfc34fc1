import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { BareAnswer } from "./bare.ts";

/*
 * What Cuprite is measured against: a node:https server that reads and parses the same body and returns the same bytes, and
 * does nothing else. Arguments: a JSON file with cert, key and the answer to each method and path.
 */
const [file = ""] = process.argv.slice(2);
const { cert, key, answers } = JSON.parse(readFileSync(file, "utf8")) as {
  cert: string;
  key: string;
  answers: Record<string, BareAnswer>;
};

const server = createServer({ cert, key }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    if (chunks.length > 0) JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const answer = answers[`${request.method} ${request.url}`];
    if (answer === undefined) return response.writeHead(404).end();
    const { status, headers, body } = answer;
    response.writeHead(status, headers ?? fewHeaders(body));
    return response.end(body);
  });
});

/** With Date and Connection, which Node adds, these are four. */
const fewHeaders = (body: string): Record<string, string | number> => ({
  "content-type": "application/json; charset=utf-8",
  "content-length": Buffer.byteLength(body),
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === "object" ? address?.port : undefined })}\n`);
});
process.on("SIGTERM", () => process.exit(0));
