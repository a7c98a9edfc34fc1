import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect } from "node:tls";
import { setTimeout as delay } from "node:timers/promises";

/** Signs in to a database with an access key, once its path has opened. @throws when it does not reply to a PING. */
export async function ping(options: { host: string; port: number; ca: string; key: string }): Promise<void> {
  const { host, port, ca, key } = options;
  const socket = connect({ socket: await dial(host, port), ca, servername: "localhost" });
  socket.write(`AUTH default ${key}\r\nPING\r\n`);
  let reply = "";
  while (!/PONG|-/.test(reply)) reply += String((await once(socket, "data"))[0]);
  socket.destroy();
  if (!reply.includes("+PONG")) throw new Error(`${host}:${port} replied ${reply}`);
}

const longestDialMs = 10_000;

/** A path opens a few milliseconds behind the approval's response. */
async function dial(host: string, port: number): Promise<Socket> {
  const deadlineMs = performance.now() + longestDialMs;
  for (;;) {
    const socket = connectTcp({ host, port });
    try {
      await once(socket, "connect");
      return socket;
    } catch (cause) {
      if (performance.now() > deadlineMs) throw cause;
      await delay(1);
    }
  }
}
