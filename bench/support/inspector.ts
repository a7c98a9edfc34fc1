import { freePort } from "./program.ts";

/** Sends a command of the Chrome DevTools Protocol and resolves to its result. */
export type Inspect = (method: string, params?: object) => Promise<unknown>;

/** Node's arguments for a program that is to be inspected, and what connects to its inspector once it runs. */
export async function prepareInspector(): Promise<{
  nodeArgs: readonly string[];
  open: () => Promise<{ inspect: Inspect; close: () => void }>;
}> {
  const port = await freePort();
  // Without `stderr` among the places where it is published it is not announced in the program's output.
  const nodeArgs = [`--inspect=127.0.0.1:${port}`, "--inspect-publish-uid=http"];
  return { nodeArgs, open: () => openInspector(port) };
}

async function openInspector(port: number): Promise<{ inspect: Inspect; close: () => void }> {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
  const { promise: opened, resolve, reject } = Promise.withResolvers<unknown>();
  socket.addEventListener("open", resolve, { once: true });
  socket.addEventListener("error", () => reject(new Error("The inspector could not be reached.")), { once: true });
  await opened;
  return { inspect: asker(socket), close: () => socket.close() };
}

/** Reads what a Node program has in memory, through Node's inspector. */
export interface HeapProbe {
  /** What V8's heap still holds after a full garbage collection, in megabytes; without buffers, which come and go. */
  readonly liveMb: () => Promise<number>;
  readonly close: () => void;
}

/** Node's arguments for a program that is to be probed, and how to begin once it runs. */
export async function prepareHeapProbe(): Promise<{ nodeArgs: readonly string[]; open: () => Promise<HeapProbe> }> {
  const { nodeArgs, open } = await prepareInspector();
  return { nodeArgs, open: async () => probe(await open()) };
}

function probe({ inspect, close }: { inspect: Inspect; close: () => void }): HeapProbe {
  const liveMb = async (): Promise<number> => {
    await inspect("HeapProfiler.collectGarbage");
    const expression = "process.memoryUsage().heapUsed";
    const { result } = (await inspect("Runtime.evaluate", { expression, returnByValue: true })) as {
      result: Evaluated;
    };
    return result.value / 1_024 ** 2;
  };
  return { liveMb, close };
}

interface Evaluated {
  readonly value: number;
}

/** JSON over a WebSocket, one response for each command, by its id. */
function asker(socket: WebSocket): Inspect {
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
