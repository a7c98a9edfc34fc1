import { expect, test } from "vitest";
import { listActivities } from "../../support/list-activities.ts";
import { findResource, listBelow } from "../../../src/store/resources.ts";
import { startCacheServer } from "../../support/cache-server.ts";
import { clusterRequest } from "../../support/cluster-bodies.ts";
import type { Answer } from "../../support/inject.ts";

const statusesOf = (answers: readonly Answer[]): number[] =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

const newTags = (of: string) => ({ ...clusterRequest, tags: { of } });

test("one of two simultaneous PUTs creates the cluster, the other changes it, and both are recorded", async () => {
  const { send, store, idOf } = await startCacheServer();
  const answers = await Promise.all([send("PUT", "c1", newTags("a")), send("PUT", "c1", newTags("b"))]);
  expect(statusesOf(answers)).toEqual([200, 201]);
  const last = answers.find(({ status }) => status === 200);
  expect((await send("GET", "c1")).body).toEqual(last?.body);
  expect(await listActivities(store, idOf("c1"))).toHaveLength(2);
});

test("one of two simultaneous changes is accepted and the other refused", async () => {
  const { send, clock } = await startCacheServer({ timing: { kind: "azure" } });
  await send("PUT", "c1", clusterRequest);
  await clock.advance(300_000);
  const sizes = ["Balanced_B3", "Balanced_B5"];
  const answers = await Promise.all(sizes.map((name) => send("PATCH", "c1", { sku: { name } })));
  expect(statusesOf(answers)).toEqual([202, 409]);
});

test("one of two simultaneous DELETEs removes the cluster and the other finds none", async () => {
  const { send } = await startCacheServer();
  await send("PUT", "c1", clusterRequest);
  const answers = await Promise.all([send("DELETE", "c1"), send("DELETE", "c1")]);
  expect(statusesOf(answers)).toEqual([200, 204]);
});

test.each([0, 1, 2, 3])(
  "a cluster does not outlive a group that is deleted while it is created (%i)",
  async (turns) => {
    const { send, request, group, store } = await startCacheServer();
    const creation = send("PUT", "c1", clusterRequest);
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const [created, deleted] = await Promise.all([creation, request("DELETE", `${group}?api-version=2024-11-01`)]);
    expect([201, 404]).toContain(created.status);
    expect(deleted.status).toBe(200);
    expect(await findResource(store, group)).toBeUndefined();
    expect(await listBelow(store, group.toLowerCase())).toEqual([]);
  },
);
