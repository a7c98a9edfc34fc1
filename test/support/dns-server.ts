import type { OperationKind } from "../../src/operations/operation-kind.ts";
import type { Timing } from "../../src/operations/timing.ts";
import { privateDnsTypes } from "../../src/providers/microsoft.network/private-dns/private-dns.ts";
import { saveResource } from "../../src/store/resources.ts";
import { startArmServer, type ArmServer } from "./arm-server.ts";
import type { Answer } from "./inject.ts";

export const dnsVersion = "2024-06-01";

/** The body of a refusal by Microsoft.Network. */
export const networkError = (code: string, message: string): object => ({ error: { code, message, details: [] } });

/** The parts of a response that tests compare as a whole. */
export const outcomeOf = ({ status, body }: Answer): Pick<Answer, "status" | "body"> => ({ status, body });

/** ARM with private DNS and a resource group `rg1`. */
export interface DnsServer extends ArmServer {
  /** The id of `rg1`. */
  readonly group: string;
  /** The kinds of its operations. */
  readonly kinds: readonly OperationKind[];
  /** The id of a zone in `rg1`, or of a resource below it: `contoso.com/A/www`. */
  readonly idOf: (path: string) => string;
  /** Sends a request to a zone in `rg1`, or to a resource below it. */
  readonly send: (
    method: "GET" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  /** Creates a zone in `rg1` and resolves to its id. */
  readonly addZone: (name?: string) => Promise<string>;
  /** Saves a virtual network as its own provider would and resolves to its id. */
  readonly addNetwork: (name?: string, scope?: string) => Promise<string>;
  /** Links a zone to a network. */
  readonly link: (path: string, virtualNetworkId: string, properties?: object) => Promise<Answer>;
}

/** Starts ARM with private DNS for one test; `denied` are the actions that nobody may do on linked resources. */
export async function startDnsServer(
  options: { timing?: Timing; denied?: readonly string[] } = {},
): Promise<DnsServer> {
  const { timing = { kind: "instant" }, denied = [] } = options;
  const mayDo = async ({ action }: { action: string }): Promise<boolean> => !denied.includes(action);
  const kinds: OperationKind[] = [];
  const server = await startArmServer({
    timing,
    providers: [
      (services) => {
        const types = privateDnsTypes({ ...services, mayDo });
        for (const { work = [] } of types) kinds.push(...work);
        return types;
      },
    ],
  });
  const group = await server.addGroup("rg1");
  const idOf = (path: string): string => `${group}/providers/Microsoft.Network/privateDnsZones/${path}`;
  const send: DnsServer["send"] = (method, path, body, headers) => {
    const separator = path.includes("?") ? "&" : "?";
    return server.request(method, `${idOf(path)}${separator}api-version=${dnsVersion}`, body, headers);
  };
  const link: DnsServer["link"] = (path, virtualNetworkId, properties = {}) =>
    send("PUT", path, { location: "global", properties: { virtualNetwork: { id: virtualNetworkId }, ...properties } });
  return { ...server, group, kinds, idOf, send, link, addZone, addNetwork };

  async function addZone(name = "contoso.com"): Promise<string> {
    const { status, text } = await send("PUT", name, { location: "global" });
    if (status > 202) throw new Error(`The zone '${name}' was not created: ${text}`);
    if (status === 202) await server.clock.advance(60_000);
    return idOf(name);
  }

  async function addNetwork(name = "vnet1", scope = group): Promise<string> {
    const id = `${scope}/providers/Microsoft.Network/virtualNetworks/${name}`;
    const subscriptionKey = id.split("/")[2]?.toLowerCase() ?? "";
    const row = { id, typeKey: "microsoft.network/virtualnetworks", parentKey: scope.toLowerCase(), subscriptionKey };
    const nowMs = server.clock.nowMs();
    await server.store.write((tx) => saveResource(tx, { ...row, document: { name, location: "eastus" } }, nowMs));
    return id;
  }
}
