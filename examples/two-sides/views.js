// What each side sees of the connection.
import { isRefused, sees } from "./report.js";
import { cluster, consumer, consumerGroup, owner, ownerGroup, recordName, zone } from "./scene.js";

const readEndpoint = () => consumer.endpoints.get(consumerGroup, "orders");
const readRecord = () => consumer.records.get(consumerGroup, zone, "A", recordName);
const count = async (pages) => (await Array.fromAsync(pages)).length;

/** A status and what is said about it, as printed. */
const stateText = (status, description) => `${status.padEnd(12)} ${description}`;

/** The state that a connection shows, or the only connection inside an endpoint. */
function stateOf({ privateLinkServiceConnectionState, ...endpoint }) {
  const { privateLinkServiceConnections = [], manualPrivateLinkServiceConnections = [] } = endpoint;
  const [inside] = [...privateLinkServiceConnections, ...manualPrivateLinkServiceConnections];
  const { status, description } = privateLinkServiceConnectionState ?? inside.privateLinkServiceConnectionState;
  return stateText(status, description);
}

/** Both sides say the same of the connection. */
export async function bothSee(status, description) {
  const connection = await owner.connections.get(ownerGroup, cluster, "orders");
  sees("owner", "connection orders", stateOf(connection), stateText(status, description));
  await consumerSees(status, description);
}

/** The endpoint's state. */
export async function consumerSees(status, description) {
  sees("consumer", "endpoint orders", stateOf(await readEndpoint()), stateText(status, description));
}

/** The names that the endpoint has addresses for: some while it is approved, none otherwise. */
export async function consumerSeesNames(expected) {
  const { customDnsConfigs = [] } = await readEndpoint();
  const names = customDnsConfigs.map(({ fqdn, ipAddresses }) => `${fqdn} ${ipAddresses.join(" ")}`);
  sees("consumer", "names of the endpoint", names.join(", ") || "none", expected);
}

/** The record in the private DNS zone. */
export async function consumerSeesRecord(expected) {
  const { ttl, aRecords } = await readRecord();
  const addresses = aRecords.map(({ ipv4Address }) => ipv4Address).join(" ");
  sees("consumer", `record ${recordName}`, `A ${addresses}, ttl ${ttl}`, expected);
}

export const consumerSeesNoRecord = () => isRefused("consumer", `record ${recordName}`, readRecord(), "404 NotFound");

/** The owner has no connection any more. */
export async function ownerSeesNoConnection() {
  const connections = await count(owner.connections.list(ownerGroup, cluster));
  sees("owner", "connections of the cluster", connections, 0);
}

/** No endpoint, no interface, no address in use, no record, and no connection. */
export async function nothingIsLeft() {
  await isRefused("consumer", "endpoint orders", readEndpoint(), "404 ResourceNotFound");
  sees("consumer", "network interfaces", await count(consumer.interfaces.list(consumerGroup)), 0);
  const { ipConfigurations = [] } = await consumer.subnets.get(consumerGroup, "app", "endpoints");
  sees("consumer", "addresses in use", ipConfigurations.length, 0);
  await consumerSeesNoRecord();
  await ownerSeesNoConnection();
}
