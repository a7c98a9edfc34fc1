import type { Duplex, Transform } from "node:stream";
import type { Socket } from "node:net";

interface Joined {
  readonly client: Duplex;
  readonly server: Socket;
  /** What the server's replies go through; undefined for nothing. */
  readonly rewriter: Transform | undefined;
  /** How long one side may stay open after the other has ended. */
  readonly halfOpenMs: number;
}

/**
 * Carries bytes between a client and its server until both have ended. Each waits for the other's buffers; what one
 * has sent before its end still arrives; a side that stays open alone is given up after a while.
 */
export function joinSockets({ client, server, rewriter, halfOpenMs }: Joined): void {
  client.pipe(server);
  if (rewriter === undefined) server.pipe(client);
  else server.pipe(rewriter).pipe(client);
  const giveUpSoon = (): void => {
    const timer = setTimeout(() => {
      client.destroy();
      server.destroy();
    }, halfOpenMs);
    timer.unref();
    server.once("close", () => client.destroyed && clearTimeout(timer));
    client.once("close", () => server.destroyed && clearTimeout(timer));
  };
  client.once("end", giveUpSoon);
  server.once("end", giveUpSoon);
  client.once("close", () => server.destroy());
  server.once("close", () => {
    if (!server.readableEnded) client.destroy();
  });
  for (const side of [client, server]) side.on("error", () => side.destroy());
}
