import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { clusterId, endpointId, subnetId, type ToldPath } from "../support/server.ts";
import { ping } from "./ping.ts";
import type { ScenarioClient } from "./scenario.ts";

/** A script that calls Resource Manager with curl: a process for each request. */
export function curlClient(server: { origin: string; ca: string; caFile: string; token: string }): ScenarioClient {
  let sent = 0;
  const call = async (method: string, target: string, body?: object): Promise<Answer> => {
    sent += 1;
    return await curl({ ...server, method, url: new URL(target, server.origin).href, body });
  };
  const change = async (method: string, target: string, body?: object): Promise<void> => {
    const { status, headers, content } = await call(method, target, body);
    if (status >= 300) throw new Error(`${method} ${target}: ${status} ${content}`);
    const operation = headers.get("azure-asyncoperation");
    if (operation !== undefined) await untilDone(() => call("GET", operation));
  };
  const read = async (method: string, target: string): Promise<unknown> =>
    JSON.parse((await call(method, target)).content);
  return {
    createCluster: (name) =>
      change("PUT", `${clusterId(name)}${cacheVersion}`, {
        location: "eastus",
        sku: { name: "Balanced_B1" },
        properties: { publicNetworkAccess: "Enabled" },
      }),
    createDatabase: (name) =>
      change("PUT", `${clusterId(name)}/databases/default${cacheVersion}`, {
        properties: { accessKeysAuthentication: "Enabled", clusteringPolicy: "EnterpriseCluster" },
      }),
    requestEndpoint: (name) =>
      change("PUT", `${endpointId(name)}${networkVersion}`, endpointBody({ name, cluster: clusterId(name) })),
    approve: (name) =>
      change("PUT", `${clusterId(name)}/privateEndpointConnections/${name}${cacheVersion}`, {
        properties: { privateLinkServiceConnectionState: { status: "Approved", description: "Approved" } },
      }),
    async ping(name) {
      const { primaryKey: key } = (await read(
        "POST",
        `${clusterId(name)}/databases/default/listKeys${cacheVersion}`,
      )) as {
        primaryKey: string;
      };
      const readPaths = async (): Promise<readonly ToldPath[]> =>
        ((await read("GET", "/cuprite/paths")) as { paths: readonly ToldPath[] }).paths;
      await ping({ ...(await untilPath(readPaths, name)), ca: server.ca, key });
    },
    deleteEndpoint: (name) => change("DELETE", `${endpointId(name)}${networkVersion}`),
    deleteCluster: (name) => change("DELETE", `${clusterId(name)}${cacheVersion}`),
    requestCount: () => sent,
  };
}

const cacheVersion = "?api-version=2025-07-01";
const networkVersion = "?api-version=2025-03-01";

/** A private endpoint whose connection waits for the owner. */
export function endpointBody({ name, cluster }: { name: string; cluster: string }) {
  const connection = { privateLinkServiceId: cluster, groupIds: ["redisEnterprise"], requestMessage: "Please." };
  return {
    location: "eastus",
    properties: {
      subnet: { id: subnetId },
      manualPrivateLinkServiceConnections: [{ name, properties: connection }],
    },
  };
}

/** The path of a private endpoint, which the data plane makes a few milliseconds behind the response. @throws when there is none. */
export async function untilPath(
  readPaths: () => Promise<readonly ToldPath[]>,
  name: string,
): Promise<{ host: string; port: number }> {
  const deadlineMs = performance.now() + 10_000;
  while (performance.now() < deadlineMs) {
    const path = (await readPaths()).find((each) => each.clusterName === name && each.name === name);
    if (path !== undefined) return { host: path.address, port: path.port };
    await delay(5);
  }
  throw new Error(`The private endpoint ${name} has no path.`);
}

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly content: string;
}

async function curl(options: {
  caFile: string;
  token: string;
  method: string;
  url: string;
  body: object | undefined;
}): Promise<Answer> {
  const { caFile, token, method, url, body } = options;
  const args = ["--silent", "--show-error", "--include", "--cacert", caFile, "--request", method];
  args.push("--header", `Authorization: Bearer ${token}`, url);
  if (body !== undefined) args.push("--header", "Content-Type: application/json", "--data", JSON.stringify(body));
  const program = spawn("curl", args, { stdio: ["ignore", "pipe", "inherit"] });
  const [output, [code]] = await Promise.all([text(program.stdout), once(program, "close") as Promise<[number]>]);
  if (code !== 0) throw new Error(`curl ended with ${code} at ${method} ${url}.`);
  const [head = "", content = ""] = output.split(/\r\n\r\n(.*)/s);
  const headers = new Map(
    head
      .split("\r\n")
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
  );
  return { status: Number(head.split(" ")[1]), headers, content };
}

/** Follows an operation as its responses say, in whole seconds. */
async function untilDone(readOperation: () => Promise<Answer>): Promise<void> {
  for (;;) {
    const { headers, content } = await readOperation();
    const { status } = JSON.parse(content) as { status: string };
    if (status === "Succeeded") return;
    if (status === "Failed" || status === "Canceled") throw new Error(content);
    await delay(Number(headers.get("retry-after") ?? 1) * 1_000);
  }
}
