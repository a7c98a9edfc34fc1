import { expect, inject, vi } from "vitest";
import { armCaller, ownerToken } from "../support/arm-caller.ts";
import { testSubscriptionId } from "../support/arm-server.ts";
import { cacheRequests, startCacheServer, type CacheRequests } from "../support/cache-server.ts";
import { requestConnection } from "../support/connections.ts";
import type { Request } from "../support/inject.ts";
import {
  endpointBody,
  networkRequests,
  networkVersion,
  startNetworkServer,
  vnetBody,
  type NetworkRequests,
} from "../support/network-server.ts";
import type { ServedProgram } from "./start-programs.ts";

type TimingKind = "instant" | "azure";

/** What the suite needs of Microsoft.Cache, in this process or in a program. */
export interface ContractServer extends CacheRequests {
  readonly request: Request;
  /** Resolves when the work on a resource, which is in progress, has ended. */
  settle(id: string): Promise<void>;
  /** Creates a connection `pectest01` to a cluster, of the private endpoint `petest01`, that waits for its owner. */
  requestConnection(clusterId: string): Promise<void>;
}

/** Longer than anything takes in Azure. */
const longEnoughMs = 3_600_000;

/** Starts Microsoft.Cache with an empty group `rg1` for one test. */
export async function startCacheContract(timing: TimingKind = "instant"): Promise<ContractServer> {
  const programs = inject("programs");
  if (programs !== undefined) return cacheOf(await openGroup(programs[timing], "eastus"));
  const server = await startCacheServer({ timing: { kind: timing } });
  return {
    ...server,
    settle: () => server.clock.advance(longEnoughMs),
    requestConnection: async (clusterId) => void (await requestConnection(server, { clusterId })),
  };
}

/** Starts Microsoft.Cache and Microsoft.Network for one test, with what `NetworkRequests` names. */
export async function startNetworkContract(): Promise<NetworkRequests & { readonly request: Request }> {
  const programs = inject("programs");
  if (programs === undefined) return await startNetworkServer();
  const { request, group } = await openGroup(programs.instant, "westus2");
  return { request, ...(await networkRequests(request, group)) };
}

interface OpenGroup {
  readonly request: Request;
  readonly group: string;
}

function cacheOf({ request, group }: OpenGroup): ContractServer {
  const network = `${group}/providers/Microsoft.Network`;
  const put = async (id: string, body: object): Promise<void> => {
    const { status, text } = await request("PUT", `${id}?api-version=${networkVersion}`, body);
    if (status !== 201) throw new Error(`Not created: ${text}`);
  };
  return {
    ...cacheRequests(request, group),
    request,
    settle: (id) =>
      vi.waitFor(
        async () => {
          const { body } = await request("GET", `${id}?api-version=2025-07-01`);
          expect(body).toMatchObject({ properties: { provisioningState: "Succeeded" } });
        },
        { timeout: 30_000, interval: 20 },
      ),
    async requestConnection(clusterId) {
      const subnet = `${network}/virtualNetworks/vnet1/subnets/default`;
      const wish = { connection: "pectest01", approval: "manual", requestMessage: "Please approve." } as const;
      await put(`${network}/virtualNetworks/vnet1`, vnetBody);
      await put(
        `${network}/privateEndpoints/petest01`,
        endpointBody({ ...wish, location: "westus2" }, { cluster: clusterId, subnet }),
      );
    },
  };
}

/** Requests to a program, as its owner. */
async function requestTo(program: ServedProgram): Promise<Request> {
  const caller = await armCaller(program, await ownerToken(program, program.dataDir));
  return async (method, path, body) => {
    const payload = typeof body === "object" && body !== null ? { body } : {};
    const { headers, ...answer } = await caller.call({ method: methodOf(method), path, ...payload });
    const given = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    return { ...answer, headers: Object.fromEntries(given) as Record<string, string> };
  };
}

const methods = ["GET", "PUT", "PATCH", "POST", "DELETE"] as const;

function methodOf(name: string): (typeof methods)[number] {
  const found = methods.find((method) => method === name);
  if (found === undefined) throw new Error(`The suite sends no ${name}.`);
  return found;
}

/** Group `rg1` of a program without anything that an earlier test has left in it. */
async function openGroup(program: ServedProgram, location: string): Promise<OpenGroup> {
  const request = await requestTo(program);
  const group = `/subscriptions/${testSubscriptionId}/resourceGroups/rg1`;
  const groupUrl = `${group}?api-version=2024-11-01`;
  await request("DELETE", groupUrl);
  await vi.waitFor(async () => expect(await request("GET", groupUrl)).toMatchObject({ status: 404 }), {
    timeout: 30_000,
    interval: 20,
  });
  const { status, text } = await request("PUT", groupUrl, { location });
  if (status !== 201) throw new Error(`The group was not created: ${text}`);
  return { request, group };
}
