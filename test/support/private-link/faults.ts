import type { Seen, SeenEndpoint, SeenInterface } from "./observe.ts";

/** What both sides must always agree on; the faults, in words. */
export function faultsOf(seen: Seen): string[] {
  return [...linkFaults(seen), ...interfaceFaults(seen), ...dnsFaults(seen)];
}

/** Every connection has its endpoint, and every endpoint that is not disconnected its connection. */
function linkFaults({ endpoints, connections }: Seen): string[] {
  const expected = endpoints
    .filter(({ status }) => status !== "Disconnected")
    .map((endpoint) => ({
      id: `${endpoint.target}/privateEndpointConnections/${endpoint.connection}`,
      endpoint: endpoint.id,
      status: endpoint.status,
      ...(endpoint.isSettled ? { description: endpoint.description } : {}),
    }));
  const isSettled = new Map(endpoints.map(({ id, isSettled: settled }) => [id, settled]));
  const found = connections.map(({ description, ...rest }) =>
    isSettled.get(rest.endpoint) === true ? { ...rest, description } : rest,
  );
  return difference("connections", texts(expected), texts(found));
}

/** Every endpoint has one interface, whose address is in the subnet and no other's. */
function interfaceFaults({ endpoints, interfaces, occupants }: Seen): string[] {
  const expected = endpoints.flatMap(({ id, interfaces: [first = "none"] }) => `${id} ${first}`);
  const found = interfaces.map(({ id, endpoint }) => `${endpoint} ${id}`);
  const taken = interfaces.map(({ side, address }) => `${side} ${address}`);
  const wrong = interfaces.filter(({ address }) => !["10.0.0.4", "10.0.0.5", "10.0.0.6"].includes(address));
  return [
    ...difference("interfaces", expected, found),
    ...difference(
      "the subnets' endpoints",
      endpoints.map(({ id }) => id),
      occupants,
    ),
    ...(new Set(taken).size === taken.length ? [] : [`An address is used twice: ${taken.join()}`]),
    ...wrong.map(({ address }) => `${address} is not for use`),
  ];
}

/** Names stand in zones, or in the endpoint, for approved endpoints only. */
function dnsFaults({ endpoints, interfaces, records }: Seen): string[] {
  const live = endpoints.filter(({ status }) => status === "Approved");
  const named = live.filter(({ hasZoneGroup }) => hasZoneGroup);
  const expected = named.map(
    (endpoint) => `${endpoint.side} ${recordName(endpoint)} ${addressOf(endpoint, interfaces)}`,
  );
  const found = records.flatMap(({ side, name, addresses }) =>
    addresses.map((address) => `${side} ${name} ${address}`),
  );
  const shown = endpoints.filter(({ isSettled, dnsNames }) => isSettled && dnsNames.length > 0).map(({ id }) => id);
  const unnamed = live.filter(({ isSettled, hasZoneGroup }) => isSettled && !hasZoneGroup).map(({ id }) => id);
  return [
    ...difference("records", expected, found),
    ...difference("the endpoints that show names", unnamed, shown),
    ...records.filter(({ addresses }) => addresses.length === 0).map(({ name }) => `The record ${name} is empty`),
  ];
}

const recordName = ({ target }: SeenEndpoint): string => `${target.split("/").at(-1) ?? ""}.westus2`;

const addressOf = (endpoint: SeenEndpoint, interfaces: readonly SeenInterface[]): string =>
  interfaces.find(({ id }) => endpoint.interfaces.includes(id))?.address ?? "none";

const texts = (items: readonly object[]): string[] =>
  items.map((item) => JSON.stringify(item, Object.keys(item).toSorted()));

function difference(of: string, expected: readonly string[], found: readonly string[]): string[] {
  const [first, second] = [expected.toSorted().join("\n"), found.toSorted().join("\n")];
  return first === second ? [] : [`Of ${of}, there should be\n${first}\nand there are\n${second}`];
}
