import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Clock } from "../kernel/clock.ts";
import { isJsonObject } from "../kernel/json.ts";
import { readServerNote } from "../data-dir/server-file.ts";

interface ServerCall {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  /** Sent as JSON, or as a form where it is URLSearchParams. */
  readonly body?: object;
}

/** The server that runs on a data directory, called as its owner. */
export interface ServerClient {
  readonly caPemPath: string;
  /** What the server answers, parsed. @throws one sentence when it does not answer or refuses. */
  call(call: ServerCall): Promise<unknown>;
}

/** The sentence of a refusal, Azure's or our own. */
function refusalIn(content: string): string | undefined {
  if (!content.startsWith("{")) return undefined;
  const answer: unknown = JSON.parse(content);
  const error = isJsonObject(answer) ? answer["error"] : undefined;
  if (typeof error === "string") return error;
  return isJsonObject(error) && typeof error["message"] === "string" ? error["message"] : undefined;
}

/** Finds the running server of a data directory. @throws one sentence when none runs there. */
export async function findServer({ dataDir, clock }: { dataDir: string; clock: Clock }): Promise<ServerClient> {
  const origin = readServerNote(dataDir)?.origin;
  const notRunning = `No Cuprite runs on ${dataDir}: start one with \`npx cuprite start\`, or name another --data-dir.`;
  if (origin === undefined) throw new Error(notRunning);
  const caPemPath = join(dataDir, "ca.pem");
  const { mintAccessToken } = await import("../identity/tokens/mint.ts");
  const token = await mintAccessToken({
    dataDir,
    principal: "owner",
    audience: "https://management.azure.com/",
    clock,
  });
  const ca = await readFile(caPemPath, "utf8");
  return {
    caPemPath,
    async call({ method, path, body }) {
      const form = body instanceof URLSearchParams;
      const type = form ? "application/x-www-form-urlencoded" : "application/json";
      const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": type }) };
      const payload = form ? body.toString() : body && JSON.stringify(body);
      const outgoing = request(new URL(path, origin), { method, ca, headers, agent: false }).end(payload ?? "");
      const [response] = (await once(outgoing, "response").catch((cause: unknown) => {
        throw new Error(notRunning, { cause });
      })) as [IncomingMessage];
      const content = await text(response);
      const status = response.statusCode ?? 0;
      if (status >= 300)
        throw new Error(refusalIn(content) ?? `${method} ${path} was answered with ${status}: ${content}`);
      return content === "" ? undefined : (JSON.parse(content) as unknown);
    },
  };
}
