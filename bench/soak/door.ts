import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";

/** Where a database is dialled, and how one logs in. */
export interface Door {
  readonly address: string;
  readonly port: number;
  readonly hostName: string;
  readonly ca: string;
  readonly password: () => Promise<string>;
}

/** A client that has logged in, and never comes back by itself. @throws when it is not let in. */
export async function enter({ address, port, hostName, ca, password }: Door): Promise<Redis> {
  const client = new Redis({
    host: address,
    port,
    password: await password(),
    tls: { ca, servername: hostName },
    lazyConnect: true,
    retryStrategy: () => null,
  });
  let reason: unknown;
  client.on("error", (cause) => (reason = cause)); // Once connected, the command that waits for a reply rejects.
  try {
    await client.connect();
  } catch (cause) {
    client.disconnect();
    throw reason ?? cause;
  }
  return client;
}

/** A client that has got in, however often it had to try. @throws when it could not within 10 s, with why. */
export async function getIn(door: Door): Promise<Redis> {
  const deadlineMs = performance.now() + 10_000;
  for (;;) {
    try {
      return await enter(door);
    } catch (cause) {
      if (performance.now() > deadlineMs)
        throw new Error(`nobody got in at ${door.address}: ${String(cause)}`, { cause });
      await delay(5); // The key was regenerated in between, or the server is starting.
    }
  }
}
