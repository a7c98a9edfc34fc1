import { expect, test } from "vitest";
import { sharesOf } from "../../../bench/support/profile.ts";

const frame = (url: string, functionName = "f") => ({ functionName, url });

test("a profile's time is shared out by room, package and module of Node, without idle time", () => {
  const callFrames = [
    frame("", "(idle)"),
    frame("file:///c/src/store/resources.ts"),
    frame("file:///c/src/store/sqlite/sqlite-store.ts"),
    frame("file:///c/node_modules/@peculiar/x509/src/index.js"),
    frame("node:internal/streams/readable"),
    frame("", "(garbage collector)"),
  ];
  const nodes = callFrames.map((callFrame, id) => ({ id, callFrame }));
  const timeDeltas = [1_000, 30, 20, 25, 15, 10];
  expect(sharesOf({ nodes, samples: [0, 1, 2, 3, 4, 5], timeDeltas })).toEqual([
    ["src/store", 0.5],
    ["@peculiar/x509", 0.25],
    ["node: streams", 0.15],
    ["garbage collection", 0.1],
  ]);
});
