import { connect, type TLSSocket } from "node:tls";

/** A load: every connection sends its next request as soon as it has its response. */
export interface Load {
  readonly port: number;
  readonly ca: string;
  /** The next whole HTTP/1.1 request, head and body. */
  readonly nextRequest: () => Buffer;
  readonly connections: number;
  readonly seconds: number;
  readonly expectedStatus: number;
}

export interface Measured {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** Sends requests for so many seconds. Resolves to rate and latencies. @throws when any response has another status. */
export async function measure(load: Load): Promise<Measured> {
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  const endMs = startedMs + load.seconds * 1_000;
  await Promise.all(Array.from({ length: load.connections }, () => runConnection(load, endMs, latenciesMs)));
  const seconds = (performance.now() - startedMs) / 1_000;
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { perSecond: sorted.length / seconds, medianMs: at(0.5), p99Ms: at(0.99) };
}

function runConnection(load: Load, endMs: number, latenciesMs: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: load.port, host: "127.0.0.1", servername: "localhost", ca: load.ca });
    socket.setNoDelay(true);
    let sentMs = 0;
    const send = (): void => {
      sentMs = performance.now();
      socket.write(load.nextRequest());
    };
    socket.once("secureConnect", send);
    socket.once("error", reject);
    onResponses(socket, (status, head) => {
      latenciesMs.push(performance.now() - sentMs);
      if (status !== load.expectedStatus) return reject(new Error(`Unexpected answer: ${head}`));
      if (performance.now() < endMs) return send();
      socket.end();
      return resolve();
    });
  });
}

/** Finds where each response ends by its Content-Length. */
function onResponses(socket: TLSSocket, onResponse: (status: number, head: string) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const headEnd = pending.indexOf("\r\n\r\n");
    if (headEnd === -1) return;
    const head = pending.toString("latin1", 0, headEnd);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (pending.length < headEnd + 4 + length) return;
    pending = pending.subarray(headEnd + 4 + length);
    onResponse(Number(head.slice(9, 12)), head);
  });
}
