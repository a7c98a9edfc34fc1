import { freePort } from "./program.ts";

/** Tells what a program that runs on Node really holds, through Node's inspector. */
export interface HeapProbe {
  /** What V8's heap still holds after a full garbage collection, in megabytes; without buffers, which come and go. */
  readonly liveMb: () => Promise<number>;
  readonly close: () => void;
}

/** Node's arguments for a program that is to be probed, and how to begin once it runs. */
export async function prepareHeapProbe(): Promise<{ nodeArgs: readonly string[]; open: () => Promise<HeapProbe> }> {
  const port = await freePort();
  // Without `stderr` among the places where it is published it is not announced in the program's output.
  const nodeArgs = [`--inspect=127.0.0.1:${port}`, "--inspect-publish-uid=http"];
  return { nodeArgs, open: () => openHeapProbe(port) };
}

async function openHeapProbe(port: number): Promise<HeapProbe> {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
  const { promise: opened, resolve, reject } = Promise.withResolvers<unknown>();
  socket.addEventListener("open", resolve, { once: true });
  socket.addEventListener("error", () => reject(new Error("The inspector could not be reached.")), { once: true });
  await opened;
  const ask = asker(socket);
  const liveMb = async (): Promise<number> => {
    await ask("HeapProfiler.collectGarbage");
    const expression = "process.memoryUsage().heapUsed";
    const { result } = (await ask("Runtime.evaluate", { expression, returnByValue: true })) as { result: Evaluated };
    return result.value / 1_024 ** 2;
  };
  return { liveMb, close: () => socket.close() };
}

interface Evaluated {
  readonly value: number;
}

/** One question after the other of the Chrome DevTools Protocol, in JSON over a WebSocket. */
function asker(socket: WebSocket): (method: string, params?: object) => Promise<unknown> {
  const waiting = new Map<number, (result: unknown) => void>();
  let lastId = 0;
  socket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: unknown };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  return (method, params = {}) => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    lastId += 1;
    waiting.set(lastId, resolve);
    socket.send(JSON.stringify({ id: lastId, method, params }));
    return promise;
  };
}
