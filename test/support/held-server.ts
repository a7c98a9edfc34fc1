import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

/** A request to which the test responds when and how it likes. */
export interface HeldRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An HTTP server that receives one request and leaves it to the test. */
export async function startHeldServer(): Promise<{ readonly url: string; readonly held: Promise<HeldRequest> }> {
  const held = Promise.withResolvers<HeldRequest>();
  const server = createServer((request, response) => held.resolve({ request, response }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, held: held.promise };
}

/** What a promise rejects with; undefined when it resolves. Has to be called before the server responds. */
export const failureOf = (promise: Promise<void>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
