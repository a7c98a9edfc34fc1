import { sideNames, type SideName, type World } from "./world.ts";

/** An endpoint as its consumer reads it. */
export interface SeenEndpoint {
  readonly id: string;
  readonly side: SideName;
  readonly isSettled: boolean;
  readonly target: string;
  readonly connection: string;
  readonly status: string;
  readonly description: string;
  readonly interfaces: readonly string[];
  readonly dnsNames: readonly string[];
  readonly hasZoneGroup: boolean;
}

/** A connection as the owner of its cluster reads it. */
export interface SeenConnection {
  readonly id: string;
  readonly endpoint: string;
  readonly status: string;
  readonly description: string;
}

export interface SeenInterface {
  readonly id: string;
  readonly side: SideName;
  readonly endpoint: string;
  readonly address: string;
}

export interface SeenRecord {
  readonly side: SideName;
  readonly name: string;
  readonly addresses: readonly string[];
}

/** All that both sides may read. */
export interface Seen {
  readonly endpoints: readonly SeenEndpoint[];
  readonly connections: readonly SeenConnection[];
  readonly interfaces: readonly SeenInterface[];
  readonly records: readonly SeenRecord[];
  readonly occupants: readonly string[];
}

interface State {
  readonly status: string;
  readonly description: string;
}
interface Reference {
  readonly id: string;
}

/** Reads everything, as clients do. */
export async function observe(world: World): Promise<Seen> {
  const each = await Promise.all(sideNames.map((side) => observeSide(world, side)));
  return {
    endpoints: each.flatMap(({ endpoints }) => endpoints),
    connections: each.flatMap(({ connections }) => connections),
    interfaces: each.flatMap(({ interfaces }) => interfaces),
    records: each.flatMap(({ records }) => records),
    occupants: each.flatMap(({ occupants }) => occupants),
  };
}

async function observeSide(world: World, side: SideName): Promise<Seen> {
  const { subscription, subnet } = world.sides[side];
  const network = `${subscription}/providers/Microsoft.Network`;
  const endpoints = await list<EndpointBody>(world, `${network}/privateEndpoints`);
  const interfaces = await list<InterfaceBody>(world, `${network}/networkInterfaces`);
  const { body } = await world.server.call("GET", subnet);
  const { properties } = body as { properties?: { privateEndpoints?: Reference[] } };
  return {
    endpoints: await Promise.all(endpoints.map((endpoint) => seenEndpoint(world, side, endpoint))),
    connections: await seenConnections(world, side),
    interfaces: interfaces.map((nic) => seenInterface(side, nic)),
    records: await seenRecords(world, side),
    occupants: (properties?.privateEndpoints ?? []).map(({ id }) => id),
  };
}

/** The `value` of a list; empty when what it is of is not there. */
async function list<Item>({ server }: World, path: string): Promise<readonly Item[]> {
  const { status, body } = await server.call("GET", path);
  return status === 404 ? [] : (body as { value: Item[] }).value;
}

interface EndpointBody extends Reference {
  readonly properties: {
    readonly provisioningState: string;
    readonly networkInterfaces: readonly Reference[];
    readonly customDnsConfigs: readonly { readonly fqdn: string }[];
    readonly privateLinkServiceConnections: readonly LinkBody[];
    readonly manualPrivateLinkServiceConnections: readonly LinkBody[];
  };
}
interface LinkBody {
  readonly name: string;
  readonly properties: { readonly privateLinkServiceId: string; readonly privateLinkServiceConnectionState: State };
}

async function seenEndpoint(world: World, side: SideName, { id, properties }: EndpointBody): Promise<SeenEndpoint> {
  const { privateLinkServiceConnections, manualPrivateLinkServiceConnections } = properties;
  const [link, ...more] = [...privateLinkServiceConnections, ...manualPrivateLinkServiceConnections];
  if (link === undefined || more.length > 0) throw new Error(`${id} has not just one connection.`);
  const zoneGroups = await list<Reference>(world, `${id}/privateDnsZoneGroups`);
  return {
    id,
    side,
    isSettled: properties.provisioningState === "Succeeded",
    target: link.properties.privateLinkServiceId,
    connection: link.name,
    status: link.properties.privateLinkServiceConnectionState.status,
    description: link.properties.privateLinkServiceConnectionState.description,
    interfaces: properties.networkInterfaces.map((nic) => nic.id),
    dnsNames: properties.customDnsConfigs.map(({ fqdn }) => fqdn),
    hasZoneGroup: zoneGroups.length > 0,
  };
}

interface InterfaceBody extends Reference {
  readonly properties: {
    readonly privateEndpoint: Reference;
    readonly ipConfigurations: readonly { readonly properties: { readonly privateIPAddress: string } }[];
  };
}

const seenInterface = (side: SideName, { id, properties }: InterfaceBody): SeenInterface => ({
  id,
  side,
  endpoint: properties.privateEndpoint.id,
  address: properties.ipConfigurations[0]?.properties.privateIPAddress ?? "",
});

interface ConnectionBody extends Reference {
  readonly properties: { readonly privateEndpoint: Reference; readonly privateLinkServiceConnectionState: State };
}

async function seenConnections({ server, sides }: World, side: SideName): Promise<SeenConnection[]> {
  const { status, body } = await server.callCache("GET", `${sides[side].cluster}/privateEndpointConnections`);
  const connections = status === 404 ? [] : (body as { value: ConnectionBody[] }).value;
  return connections.map(({ id, properties }) => ({
    id,
    endpoint: properties.privateEndpoint.id,
    status: properties.privateLinkServiceConnectionState.status,
    description: properties.privateLinkServiceConnectionState.description,
  }));
}

interface RecordBody {
  readonly name: string;
  readonly properties: { readonly aRecords: readonly { readonly ipv4Address: string }[] };
}

async function seenRecords({ server, sides }: World, side: SideName): Promise<SeenRecord[]> {
  const { status, body } = await server.request("GET", `${sides[side].zone}/A?api-version=2024-06-01`);
  const records = status === 404 ? [] : (body as { value: RecordBody[] }).value;
  return records.map(({ name, properties }) => ({
    side,
    name,
    addresses: properties.aRecords.map(({ ipv4Address }) => ipv4Address),
  }));
}
