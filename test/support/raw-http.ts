import { connect, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** What came back on a connection, up to its end. */
export interface RawAnswer {
  /** 0 when the server closed the connection without a word. */
  readonly status: number;
  /** Lower-case names; the last of several wins. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The status line and the headers as they came. */
  readonly head: string;
}

/** Sends bytes as they are, over a connection of their own; what clients would not let through gets through. */
export type SendRaw = (
  head: string,
  body?: Buffer | string,
  options?: { readonly hangUpAfterMs?: number },
) => Promise<RawAnswer>;

/** How long a response may take before it counts as missing. */
const answerWithinMs = 30_000;

/** Has the app listen on a free port of this machine, without TLS; the app's own `close` ends it. */
export async function listenRaw(app: FastifyInstance): Promise<SendRaw> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const { port } = address;
  return (head, body = "", { hangUpAfterMs } = {}) => {
    const socket = connect(port, "127.0.0.1");
    socket.write(Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]));
    if (hangUpAfterMs !== undefined) setTimeout(() => socket.destroy(), hangUpAfterMs);
    return answerOf(socket);
  };
}

function answerOf(socket: Socket): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.setTimeout(answerWithinMs, () => socket.destroy(new Error("There was no answer in time.")));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.once("error", reject);
    socket.once("close", () => resolve(parse(Buffer.concat(chunks).toString("latin1"))));
  });
}

function parse(answer: string): RawAnswer {
  const headEnd = answer.indexOf("\r\n\r\n");
  const head = answer.slice(0, Math.max(headEnd, 0));
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1] ?? 0);
  const text = Buffer.from(answer.slice(headEnd + 4), "latin1").toString("utf8");
  return { status, headers: Object.fromEntries(headers) as Record<string, string>, text, head };
}
