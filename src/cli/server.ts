import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { readServerNote } from "../data-dir/server-file.ts";
import { isJsonObject } from "../kernel/json.ts";
import type { TokenNote } from "../management/data-plane-routes.ts";
import { exitCodes, type Call, type Command } from "./command.ts";
import { settingFields } from "./settings/fields.ts";
import { configFlag } from "./settings/resolve.ts";

/** The flags that say which server a command calls. */
export const serverFlags = [settingFields.dataDir.flag, configFlag] as const;

interface ReportCommand<Report> extends Pick<Command, "name" | "summary"> {
  /** The path of the report on the server. */
  readonly path: string;
  /** The lines to print. @throws an Error with one sentence */
  readonly linesOf: (report: Report, call: Call) => readonly string[];
  /** A report that takes the place of the server's when there is no server. */
  readonly readLast?: (call: Call) => Report | undefined;
}

/** A command that prints a report of the running server. */
export const serverCommand = <Report>({ name, summary, path, linesOf, readLast }: ReportCommand<Report>): Command => ({
  name,
  summary,
  flags: serverFlags,
  async run(call) {
    const report = await readReport();
    for (const line of linesOf(report, call)) call.terminal.print(line);
    return exitCodes.done;

    async function readReport(): Promise<Report> {
      try {
        return await (await findServer(call)).call<Report>({ method: "GET", path });
      } catch (cause) {
        const last = readLast?.(call);
        if (last === undefined) throw cause;
        return last;
      }
    }
  },
});

interface ServerCall {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
}

/** The server that runs on a data directory, called as its owner. */
export interface ServerClient {
  readonly caPemPath: string;
  /** Resolves to the parsed response. @throws an Error with one sentence when there is no response, or a refusal */
  call<Response>(call: ServerCall): Promise<Response>;
}

/** Finds the running server of a data directory. @throws an Error with one sentence when none runs there */
export async function findServer({ settings: { dataDir }, terminal: { clock } }: Call): Promise<ServerClient> {
  const origin = readServerNote(dataDir)?.origin;
  const notRunning = `No Cuprite runs on ${dataDir}: start one with \`npx cuprite start\`, or name another --data-dir.`;
  if (origin === undefined) throw new Error(notRunning);
  const caPemPath = join(dataDir, "ca.pem");
  const { mintAccessToken } = await import("../identity/tokens/mint.ts");
  const audience = "https://management.azure.com/";
  const token = await mintAccessToken({ dataDir, principal: "owner", audience, clock });
  const ca = await readFile(caPemPath, "utf8");
  return {
    caPemPath,
    async call<Response>({ method, path, body }: ServerCall) {
      const type = body && { "content-type": "application/json" };
      const headers = { authorization: `Bearer ${token}`, ...type };
      const outgoing = request(new URL(path, origin), { method, ca, headers, agent: false });
      outgoing.end(body === undefined ? "" : JSON.stringify(body));
      const [response] = (await once(outgoing, "response").catch((cause: unknown) => {
        throw new Error(notRunning, { cause });
      })) as [IncomingMessage];
      const content = await text(response);
      const status = response.statusCode ?? 0;
      if (status >= 300) throw new Error(refusalIn(content) ?? `${method} ${path} failed with ${status}: ${content}`);
      return (content === "" ? undefined : JSON.parse(content)) as Response;
    },
  };
}

/** The message of a refusal, Azure's or our own. */
function refusalIn(content: string): string | undefined {
  if (!content.startsWith("{")) return undefined;
  const body: unknown = JSON.parse(content);
  const error = isJsonObject(body) ? body["error"] : undefined;
  if (typeof error === "string") return error;
  return isJsonObject(error) && typeof error["message"] === "string" ? error["message"] : undefined;
}

/** Registers a token's hash with a server, so that its databases accept the token. Resolves to the token's object id. */
export async function registerRedisToken(accessToken: string, server: ServerClient): Promise<string> {
  const payload = Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString();
  const claims = JSON.parse(payload) as { oid: string; exp: number };
  const sha256 = createHash("sha256").update(accessToken).digest("hex");
  const body: TokenNote = { sha256, objectId: claims.oid, expiresAtMs: claims.exp * 1_000 };
  await server.call({ method: "POST", path: "/cuprite/redis-tokens", body });
  return claims.oid;
}
