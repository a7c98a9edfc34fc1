import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** The body of a request; undefined when it is longer than `limitBytes`, and the rest is not read. @throws ClientGone */
export function readUpload(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  return receive(request, { limitBytes, onChunk: (chunk) => chunks.push(chunk) }).then((isWhole) => {
    if (!isWhole) return undefined;
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  });
}

/**
 * Receives the rest of a request, so that the connection can serve the next one. The result is false when that is more than
 * `limitBytes`: the rest is not read, and the connection has to be closed. Without a rest it is no promise.
 */
export function discardUpload(request: IncomingMessage, limitBytes: number): boolean | Promise<boolean> {
  if (request.readableEnded || !hasBody(request)) return true;
  if (request.isPaused()) return false;
  return receive(request, { limitBytes, onChunk: () => undefined }).catch(() => false);
}

/**
 * Receives what no handler reads of a request up to the limit of a body. When there is more, the connection closes after
 * the response. Otherwise Node.js would receive all of it.
 */
export function discardUnreadBodies(app: FastifyInstance, limitBytes: number): void {
  app.addHook("onSend", async (request, reply) => {
    if (await discardUpload(request.raw, limitBytes)) return;
    reply.header("connection", "close");
    closeLater(request.raw.socket);
  });
}

/** How long a client that is still sending has to read its response before the connection is destroyed. */
const lingerMs = 1_000;

/** Closes a connection a moment after its last response: a client that is still sending would not read it otherwise. */
export function closeLater(socket: Socket): void {
  socket.destroySoon = () => {
    const cut = setTimeout(() => socket.destroy(), lingerMs).unref();
    socket.once("close", () => clearTimeout(cut));
  };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** Uses events, since an async iterator over a small body costs more than parsing it. @throws ClientGone */
function receive(
  request: IncomingMessage,
  { limitBytes, onChunk }: { limitBytes: number; onChunk: (chunk: Buffer) => void },
): Promise<boolean> {
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) {
    // Otherwise Node.js would receive all of it once the response is sent.
    request.pause();
    return Promise.resolve(false);
  }
  if (request.destroyed) return Promise.reject(new ClientGone());
  return new Promise((resolve, reject) => {
    let size = 0;
    let isWhole = false;
    const receiveChunk = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limitBytes) return onChunk(chunk);
      request.off("data", receiveChunk);
      request.pause();
      resolve(false);
    };
    request.on("data", receiveChunk);
    request.on("end", () => {
      isWhole = true;
      resolve(true);
    });
    request.on("error", (cause) => reject(new ClientGone({ cause })));
    // It follows every end. An error with its stack costs a tenth of such a request.
    request.on("close", () => void (isWhole || reject(new ClientGone())));
  });
}

/** The client closed the connection: there is nobody to respond to, and nothing failed here. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";

  constructor(options?: ErrorOptions) {
    super("The client went away before its request was complete.", options);
  }
}

const hostPattern = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Whether text has the form of a Host header: a host name or an address, with an optional port. */
export const isHostAndPort = (text: string): boolean => hostPattern.test(text);

/** Path and query of a request target, which may be a whole URL, as for proxies (RFC 9112 §3.2.2). */
export function originForm(target: string): string {
  if (target.startsWith("/")) return target;
  const rest = target.replace(/^https?:\/\/[^/?]*/i, "");
  return rest === "" || rest.startsWith("?") ? `/${rest}` : rest;
}

/** The path of a request target: what may be logged, since the query can have a secret. */
export const pathOfTarget = (target: string): string => originForm(target).split("?", 1)[0] ?? "";

/**
 * Whether a request may be a browser's, by any sign of one: fetch metadata (not sent by old browsers, nor to origins that
 * they do not trust), an origin, a preference for pages, and the word that every browser's name begins with. A library
 * that shows such a sign counts as a browser too.
 */
export function mayBeBrowser(headers: IncomingHttpHeaders): boolean {
  const { origin, accept, "user-agent": name } = headers;
  if (headers["sec-fetch-site"] !== undefined || headers["sec-fetch-mode"] !== undefined) return true;
  if (headers["upgrade-insecure-requests"] !== undefined || headers["sec-ch-ua"] !== undefined) return true;
  if (origin !== undefined || headers.cookie !== undefined) return true;
  return accept?.includes("text/html") === true || name?.includes("Mozilla/") === true;
}
