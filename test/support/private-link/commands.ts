import fc from "fast-check";
import { expect } from "vitest";
import type { Answer } from "../inject.ts";
import { faultsOf } from "./faults.ts";
import { connectedAs, dropCluster, endpointOf, endpointsOf, expectPut, forget, forgetGroup, happens } from "./model.ts";
import type { Model } from "./model.ts";
import { observe } from "./observe.ts";
import * as act from "./world.ts";
import type { Approval, Decision, EndpointName, SideName, Which, World } from "./world.ts";

/** A request, and what the model makes of it: the status that it should be answered with. */
interface Step {
  readonly title: string;
  readonly expected: (model: Model) => number;
  readonly send: (world: World) => Promise<Answer>;
}

const sides = fc.constantFrom(...act.sideNames);
/** Few endpoints, so that much happens to each, and yet more than a subnet has room for. */
const names = fc.oneof(
  fc.record({ side: fc.constant<SideName>("a"), name: fc.constantFrom(...act.endpointNames) }),
  fc.record({ side: fc.constant<SideName>("b"), name: fc.constantFrom<EndpointName>("pe1", "pe4") }),
);
/** Most endpoints are asked for, and decided about, where the same endpoint always leads to. */
const targets = fc.option(sides, { freq: 5 }).map((any) => (which: Which) => any ?? usualTarget(which));
const usualTarget = ({ side, name }: Which): SideName =>
  name === "pe2" || name === "pe3" ? side : side === "a" ? "b" : "a";
const approvals = fc.constantFrom<Approval>("automatic", "manual");
const decisions = fc.constantFrom<Decision["status"]>("Approved", "Approved", "Rejected");
const titleOf = (verb: string, { side, name }: Which, rest = "") => `${verb} ${side}/${name} ${rest}`.trim();

const putEndpoint = fc
  .tuple(names, targets, approvals)
  .map(([which, target, approval]) => ({ which, wish: { target: target(which), approval } }))
  .map(({ which, wish }) => ({
    title: titleOf("put", which, `${wish.approval} to ${wish.target}`),
    expected: (model: Model) => expectPut(model, which, wish),
    send: (world: World) => act.putEndpoint(world, which, wish),
  }));

const deleteEndpoint = names.map((which) => ({
  title: titleOf("delete", which),
  expected: (model: Model) => (forget(model, which) ? 200 : 204),
  send: (world: World) => act.deleteEndpoint(world, which),
}));

const putZoneGroup = names.map((which) => ({
  title: titleOf("name", which),
  expected(model: Model) {
    const endpoint = endpointOf(model, which);
    if (endpoint === undefined) return 404;
    if (endpoint.state === "Disconnected") return 400;
    const status = endpoint.hasZoneGroup ? 200 : 201;
    endpoint.hasZoneGroup = true;
    return status;
  },
  send: (world: World) => act.putZoneGroup(world, which),
}));

const deleteZoneGroup = names.map((which) => ({
  title: titleOf("unname", which),
  expected(model: Model) {
    const endpoint = endpointOf(model, which);
    if (endpoint === undefined) return 404;
    if (!endpoint.hasZoneGroup) return 204;
    endpoint.hasZoneGroup = false;
    return 200;
  },
  send: (world: World) => act.deleteZoneGroup(world, which),
}));

const decide = fc
  .tuple(names, targets, decisions)
  .map(([which, target, status]) => ({ which, decision: { target: target(which), status } }))
  .map(({ which, decision }) => ({
    title: titleOf(decision.status, which, `at ${decision.target}`),
    expected(model: Model) {
      const endpoint = connectedAs(model, which, decision.target);
      if (endpoint === undefined) return 404;
      return happens(endpoint, decision.status === "Approved" ? "ownerApproves" : "ownerRejects") ? 201 : 400;
    },
    send: (world: World) => act.decide(world, which, decision),
  }));

const removeConnection = fc
  .tuple(names, targets)
  .map(([which, target]) => ({ which, target: target(which) }))
  .map(({ which, target }) => ({
    title: titleOf("disconnect", which, `from ${target}`),
    expected(model: Model) {
      const endpoint = connectedAs(model, which, target);
      if (endpoint === undefined) return model.clusters.has(target) ? 204 : 404;
      happens(endpoint, "ownerRemoves");
      return 200;
    },
    send: (world: World) => act.removeConnection(world, which, target),
  }));

const putCluster = sides.map((side) => ({
  title: `put cluster ${side}`,
  expected(model: Model) {
    const status = model.clusters.has(side) ? 200 : 201;
    model.clusters.add(side);
    return status;
  },
  send: (world: World) => act.putCluster(world, side),
}));

const deleteCluster = sides.map((side) => ({
  title: `delete cluster ${side}`,
  expected: (model: Model) => (dropCluster(model, side) ? 200 : 204),
  send: (world: World) => act.deleteCluster(world, side),
}));

/** The subnet is in the way while it is in use. */
const removeSubnet = sides.map((side) => ({
  title: `remove subnet ${side}`,
  expected: (model: Model) => (endpointsOf(model, side).length > 0 ? 400 : 200),
  send: (world: World) => andBack(world, side, act.putWithoutSubnet(world, side)),
}));

/** Refused while endpoints of another group use the subnet; otherwise everything is deleted and created again. */
const deleteNetworkGroup = sides.map((side) => ({
  title: `delete network group ${side}`,
  expected(model: Model) {
    if (endpointsOf(model, side).some(({ which }) => act.isInOwnersGroup(which))) return 409;
    forgetGroup(model, side, false);
    return 200;
  },
  send: (world: World) => andBack(world, side, act.deleteGroup(world, world.sides[side].networkGroup)),
}));

const deleteOwnersGroup = sides.map((side) => ({
  title: `delete owners' group ${side}`,
  expected(model: Model) {
    forgetGroup(model, side, true);
    dropCluster(model, side);
    return 200;
  },
  send: (world: World) => andBack(world, side, act.deleteGroup(world, world.sides[side].ownersGroup)),
}));

async function andBack(world: World, side: SideName, sent: Promise<Answer>): Promise<Answer> {
  const answer = await sent;
  await act.putNetworkGroup(world, side);
  await act.putOwnersGroup(world, side);
  return answer;
}

const often = fc.oneof(putEndpoint, putEndpoint, putZoneGroup, decide);
const seldom = fc.oneof(deleteEndpoint, deleteZoneGroup, removeConnection, putCluster);
const rarely = fc.oneof(deleteCluster, removeSubnet, deleteNetworkGroup, deleteOwnersGroup);

/** Any request of any of the four parties. */
export const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: often },
  { weight: 3, arbitrary: seldom },
  { weight: 1, arbitrary: rarely },
);

/** Requests that are held against the model. */
export const commands = fc.commands([steps.map(commandOf)], { maxCommands: 40, size: "max" });

function commandOf({ title, expected, send }: Step): fc.AsyncCommand<Model, World> {
  return {
    check: () => true,
    async run(model, world) {
      const status = expected(model);
      const answer = await send(world);
      expect({ title, text: answer.text, status: answer.status }).toMatchObject({ title, status });
      const seen = await observe(world);
      expect(faultsOf(seen)).toEqual([]);
      expect(Object.fromEntries(seen.endpoints.map(({ id, status: state }) => [id, state]))).toEqual(
        Object.fromEntries(
          [...model.endpoints.values()].map((each) => [act.endpointId(world, each.which), each.state]),
        ),
      );
    },
    toString: () => title,
  };
}
