import { readFileSync } from "node:fs";
import { createServer } from "node:https";

/*
 * What the approving PUT is measured against: a node:https server that reads and parses the same body and returns the
 * same bytes, and does nothing else. Arguments: a JSON file with cert, key and the response's body.
 */
const [file = ""] = process.argv.slice(2);
const { cert, key, body } = JSON.parse(readFileSync(file, "utf8")) as { cert: string; key: string; body: string };

const server = createServer({ cert, key }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    JSON.parse(Buffer.concat(chunks).toString("utf8"));
    response.writeHead(201, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === "object" ? address?.port : undefined })}\n`);
});
process.on("SIGTERM", () => process.exit(0));
