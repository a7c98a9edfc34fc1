import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** The body of a request that has no more than `limitBytes`; undefined when the client sends more, of which no more is read. */
export function readUpload(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  return receive(request, { limitBytes, onChunk: (chunk) => chunks.push(chunk) }).then((isWhole) => {
    if (!isWhole) return undefined;
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  });
}

/**
 * Receives what nobody reads of a request, so that the connection can serve the next one. Answers false when that is
 * more than `limitBytes`: the rest stays with the client, and the connection has to be closed.
 */
export function discardUpload(request: IncomingMessage, limitBytes: number): Promise<boolean> {
  if (!hasBody(request) || request.readableEnded) return Promise.resolve(true);
  if (request.isPaused()) return Promise.resolve(false);
  return receive(request, { limitBytes, onChunk: () => undefined }).catch(() => false);
}

/**
 * Has what no handler reads of a request received as far as a body may go; beyond, the connection closes with the answer.
 * Left alone, Node.js receives all of it.
 */
export function receiveRests(app: FastifyInstance, limitBytes: number): void {
  app.addHook("onSend", async (request, reply) => {
    if (await discardUpload(request.raw, limitBytes)) return;
    reply.header("connection", "close");
    closeLater(request.raw.socket);
  });
}

/** How long a client that goes on sending may take to hear its answer before the connection is cut. */
const lingerMs = 1_000;

/** Lets a connection stay for a moment after its last answer: closed at once, a client in the middle of sending hears only that. */
export function closeLater(socket: Socket): void {
  socket.destroySoon = () => {
    const cut = setTimeout(() => socket.destroy(), lingerMs).unref();
    socket.once("close", () => clearTimeout(cut));
  };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** By events: an async iterator over a small body costs more than parsing it. @throws ClientGone */
function receive(
  request: IncomingMessage,
  { limitBytes, onChunk }: { limitBytes: number; onChunk: (chunk: Buffer) => void },
): Promise<boolean> {
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) {
    // Otherwise Node.js would receive all of it by itself once the answer is out.
    request.pause();
    return Promise.resolve(false);
  }
  if (request.destroyed) return Promise.reject(new ClientGone());
  return new Promise((resolve, reject) => {
    let size = 0;
    const receiveChunk = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limitBytes) return onChunk(chunk);
      request.off("data", receiveChunk);
      request.pause();
      resolve(false);
    };
    request.on("data", receiveChunk);
    request.once("end", () => resolve(true));
    request.once("error", (cause) => reject(new ClientGone({ cause })));
    request.once("close", () => reject(new ClientGone()));
  });
}

/** An answer to it reaches nobody, and it is no failure of ours. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";

  constructor(options?: ErrorOptions) {
    super("The client went away before its request was complete.", options);
  }
}
