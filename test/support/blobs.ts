import { createServer, type IncomingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A minimal storage account: it keeps what is PUT and returns it, whatever the signature. */
export interface Blobs {
  readonly url: string;
  /** Contents by path, without the query. */
  readonly byPath: Map<string, Buffer>;
  /** Of every request so far. */
  readonly headers: IncomingHttpHeaders[];
}

/** Starts one for a test, on plain http. */
export async function startBlobs(): Promise<Blobs> {
  const byPath = new Map<string, Buffer>();
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const answer = async (): Promise<void> => {
      headers.push(request.headers);
      if (request.method === "PUT") byPath.set(path, await buffer(request));
      const found = byPath.get(path);
      response.writeHead(found === undefined ? 404 : request.method === "PUT" ? 201 : 200).end(found);
    };
    void answer();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { url: `http://127.0.0.1:${port}`, byPath, headers };
}
