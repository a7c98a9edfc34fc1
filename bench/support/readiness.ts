import { request } from "node:https";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Resolves at the first 200 of /readyz. @throws when that takes longer. */
export async function untilReady(port: number, limitMs = 60_000): Promise<void> {
  const deadlineMs = performance.now() + limitMs;
  while (performance.now() < deadlineMs) {
    // A refused connection costs the machine less than a request that fails.
    if ((await listens(port)) && (await isReady(port))) return;
    await delay(2);
  }
  throw new Error(`The server was not ready within ${limitMs / 1_000} s.`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}

/** On a first start the authority that signs its certificate is made meanwhile, so that it cannot be known before. */
function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, path: "/readyz", agent: false, rejectUnauthorized: false };
    const get = request(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    get.once("error", () => resolve(false)).end();
  });
}
