import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Program } from "./program.ts";

/** The demonstration's resource group. */
export const demoGroup = "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f/resourceGroups/rg1";

export interface ArmAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed; undefined where there was none. */
  readonly body: unknown;
  readonly text: string;
}

export interface ArmCall {
  readonly method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE";
  /** A path, to which the api-version is added, or the URL of an operation, of which the origin does not count. */
  readonly path: string;
  readonly body?: object;
}

/** Where a program is served. */
export type ProgramPlace = Pick<Program, "origin" | "caPemPath">;

/** Calls Resource Manager as a real client does, over kept connections. */
export interface ArmCaller {
  /** @throws when the connection ends before the whole response has arrived. */
  call(call: ArmCall): Promise<ArmAnswer>;
  get(path: string): Promise<ArmAnswer>;
}

const apiVersion = "2025-07-01";

/** The Azure CLI, which anybody may sign in through. */
const publicClientId = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/** A token of the owner, who may do everything. It outlives the program. `cuprite token` would be another process. */
export async function ownerToken({ origin, caPemPath }: ProgramPlace, dataDir: string): Promise<string> {
  const password = await readFile(join(dataDir, "owner-password"), "utf8").catch(() => "any without --strict");
  const form = new URLSearchParams({
    grant_type: "password",
    client_id: publicClientId,
    username: "owner@cuprite.local",
    password: password.trim(),
    scope: "https://management.azure.com/.default",
  });
  const outgoing = request(new URL("/organizations/oauth2/v2.0/token", origin), {
    method: "POST",
    ca: await readFile(caPemPath, "utf8"),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    agent: false,
  }).end(form.toString());
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(`The owner could not sign in: ${answer}`);
  return (JSON.parse(answer) as { access_token: string }).access_token;
}

/** A caller of a program, with a token. */
export async function armCaller({ origin, caPemPath }: ProgramPlace, token: string): Promise<ArmCaller> {
  const authorization = `Bearer ${token}`;
  const agent = new Agent({ keepAlive: true, maxSockets: 64, ca: await readFile(caPemPath, "utf8") });
  onTestFinished(() => agent.destroy());

  const call = async ({ method, path, body }: ArmCall): Promise<ArmAnswer> => {
    const url = new URL(path, origin);
    const target = new URL(url.pathname + url.search, origin);
    if (!target.searchParams.has("api-version")) target.searchParams.set("api-version", apiVersion);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const type = payload === undefined ? {} : { "content-type": "application/json" };
    const outgoing = request(target, { method, agent, headers: { authorization, ...type } }).end(payload);
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    const content = await text(response);
    const parsed: unknown = content === "" ? undefined : JSON.parse(content);
    return { status: response.statusCode ?? 0, headers: response.headers, body: parsed, text: content };
  };
  return { call, get: (path) => call({ method: "GET", path }) };
}
