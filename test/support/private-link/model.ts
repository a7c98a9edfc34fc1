import { transition, type ConnectionEvent, type ConnectionState } from "../../../src/private-link/state-machine.ts";
import { connectionName, isInOwnersGroup, sideNames, subnetSize } from "./world.ts";
import type { Approval, SideName, Which } from "./world.ts";

/** What should be there, after all that was asked for. */
export interface Model {
  readonly endpoints: Map<string, ModelEndpoint>;
  readonly clusters: Set<SideName>;
}

export interface ModelEndpoint {
  readonly which: Which;
  readonly target: SideName;
  readonly approval: Approval;
  state: ConnectionState;
  hasZoneGroup: boolean;
}

export const newModel = (): Model => ({ endpoints: new Map(), clusters: new Set(sideNames) });

const keyOf = ({ side, name }: Which): string => `${side}/${name}`;

/** The endpoint of a name, if there is one. */
export const endpointOf = ({ endpoints }: Model, which: Which): ModelEndpoint | undefined =>
  endpoints.get(keyOf(which));

/** The endpoint whose connection the owner of a cluster sees under the name that this one's has. */
export const connectedAs = ({ endpoints }: Model, which: Which, target: SideName): ModelEndpoint | undefined =>
  [...endpoints.values()].find(
    (each) =>
      connectionName(each.which) === connectionName(which) && each.target === target && each.state !== "Disconnected",
  );

/** The endpoints in a side's subnet. */
export const endpointsOf = ({ endpoints }: Model, side: SideName): ModelEndpoint[] =>
  [...endpoints.values()].filter(({ which }) => which.side === side);

/** Writes an endpoint, and returns the status that the request should have. */
export function expectPut(model: Model, which: Which, wish: { target: SideName; approval: Approval }): number {
  const current = endpointOf(model, which);
  if (current !== undefined) {
    const isSame = current.target === wish.target && current.approval === wish.approval;
    return isSame && happens(current, "consumerUpdates") ? 200 : 400;
  }
  const isFull = endpointsOf(model, which.side).length === subnetSize;
  if (isFull || !model.clusters.has(wish.target) || connectedAs(model, which, wish.target) !== undefined) return 400;
  const endpoint: ModelEndpoint = { which, ...wish, state: "Absent", hasZoneGroup: false };
  happens(endpoint, wish.approval === "manual" ? "requestManually" : "requestAutomatically");
  model.endpoints.set(keyOf(which), endpoint);
  return 201;
}

/** Has something happen to an endpoint, unless the table refuses it. */
export function happens(endpoint: ModelEndpoint, event: ConnectionEvent): boolean {
  const outcome = transition(endpoint.state, event);
  if (!("to" in outcome)) return false;
  endpoint.state = outcome.to;
  return true;
}

/** Removes an endpoint, and returns whether it existed. */
export const forget = ({ endpoints }: Model, which: Which): boolean => endpoints.delete(keyOf(which));

/** Forgets a side's endpoints in one of its groups. */
export function forgetGroup(model: Model, side: SideName, owners: boolean): void {
  for (const { which } of endpointsOf(model, side)) if (isInOwnersGroup(which) === owners) forget(model, which);
}

/** Removes a cluster, and returns whether it existed. */
export function dropCluster(model: Model, side: SideName): boolean {
  for (const endpoint of model.endpoints.values()) if (endpoint.target === side) happens(endpoint, "ownerRemoves");
  return model.clusters.delete(side);
}
