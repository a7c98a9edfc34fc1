import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A page whose script shows what the fragment of its address holds: all that an application of one page needs. */
const callbackPage = `<!doctype html>
<link rel="icon" href="data:,">
<title>Application</title>
<output></output>
<script>document.querySelector("output").textContent = location.hash.slice(1) || location.search.slice(1)</script>`;

/** A person's own web application, which sign-ins return to. */
export interface WebApplication {
  readonly redirectUri: string;
  /** The forms that were posted to the redirect URI, oldest first. */
  readonly posted: readonly URLSearchParams[];
}

/** Serves the application on loopback until the test is over. */
export async function startWebApplication(): Promise<WebApplication> {
  const posted: URLSearchParams[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    if (request.method === "POST") posted.push(new URLSearchParams(body));
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(callbackPage);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "localhost");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The application has no port.");
  return { redirectUri: `http://localhost:${address.port}/cb`, posted };
}
