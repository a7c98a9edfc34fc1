import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import { quantile } from "./figures.ts";
import { cpuSeconds } from "./kernel-accounting.ts";

/** A load: every connection sends its next request as soon as it has its response. */
export interface Load {
  readonly port: number;
  readonly ca: string;
  /** The next whole HTTP/1.1 request, head and body. */
  readonly nextRequest: () => Buffer;
  readonly connections: number;
  readonly seconds: number;
  readonly expectedStatus: number;
  /** The server's process, whose processor time is measured. */
  readonly serverPid: number;
}

/** What a load measured. Processor time is in microseconds for each response. */
export interface Measured {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly serverUs: number;
  readonly generatorUs: number;
  /** The share of the time in which the generator worked: near 1 it is what limits the rate. */
  readonly generatorShare: number;
}

/** Sends requests for so many seconds over connections that are open before. @throws when a response has another status. */
export async function measure(load: Load): Promise<Measured> {
  const sockets = await Promise.all(Array.from({ length: load.connections }, () => openSocket(load)));
  const latenciesMs: number[] = [];
  const before = { server: cpuSeconds(load.serverPid), own: process.cpuUsage() };
  const startedMs = performance.now();
  const endMs = startedMs + load.seconds * 1_000;
  await Promise.all(sockets.map((socket) => useSocket(socket, { load, endMs, latenciesMs })));
  const seconds = (performance.now() - startedMs) / 1_000;
  const own = process.cpuUsage(before.own);
  const serverSeconds = cpuSeconds(load.serverPid) - before.server;
  for (const socket of sockets) socket.destroy();
  const count = latenciesMs.length;
  return {
    perSecond: count / seconds,
    medianMs: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    serverUs: (serverSeconds * 1_000_000) / count,
    generatorUs: (own.user + own.system) / count,
    generatorShare: (own.user + own.system) / 1_000_000 / seconds,
  };
}

async function openSocket({ port, ca }: Load): Promise<TLSSocket> {
  const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca });
  socket.setNoDelay(true);
  await once(socket, "secureConnect");
  return socket;
}

/** Resolves with the first response after the end. */
function useSocket(
  socket: TLSSocket,
  { load, endMs, latenciesMs }: { load: Load; endMs: number; latenciesMs: number[] },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentMs = performance.now();
    const onResponse = (status: number, head: string): void => {
      const nowMs = performance.now();
      latenciesMs.push(nowMs - sentMs);
      if (status !== load.expectedStatus) return reject(new Error(`Unexpected response: ${head}`));
      if (nowMs >= endMs) return resolve();
      sentMs = nowMs;
      socket.write(load.nextRequest());
    };
    socket.on("data", responseReader(onResponse));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("The server closed a connection.")));
    socket.write(load.nextRequest());
  });
}

/** Finds where each response ends by its Content-Length. A response comes only after the one before has ended. */
export function responseReader(onResponse: (status: number, head: string) => void): (chunk: Buffer) => void {
  let head = "";
  let headBytes: Buffer | undefined;
  let missingBytes = 0;
  return (chunk) => {
    if (missingBytes > 0) {
      missingBytes -= chunk.length;
    } else {
      const piece = headBytes === undefined ? chunk : Buffer.concat([headBytes, chunk]);
      const headEnd = piece.indexOf("\r\n\r\n");
      headBytes = headEnd === -1 ? piece : undefined;
      if (headEnd === -1) return;
      head = piece.toString("latin1", 0, headEnd);
      missingBytes = headEnd + 4 + contentLengthOf(head) - piece.length;
    }
    if (missingBytes <= 0) onResponse(Number(head.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length)), head);
  };
}

const contentLengthOf = (head: string): number => Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
