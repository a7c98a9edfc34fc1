import { expect, onTestFinished, test } from "vitest";
import { removeResource, saveResource } from "../../src/store/resources.ts";
import { openTempStore } from "../support/temp-store.ts";

const resource = { typeKey: "t", parentKey: "/s", subscriptionKey: "s", document: {} };

test("a listener hears the keys of what a commit wrote and removed, and of nothing that was rolled back", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const heard: (readonly string[])[] = [];
  const forget = temp.store.onChange((keys) => heard.push(keys));

  await temp.store.write((tx) => saveResource(tx, { ...resource, id: "/S/One" }, 1));
  const failing = temp.store.write(async (tx) => {
    await saveResource(tx, { ...resource, id: "/S/Two" }, 2);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  await temp.store.write((tx) => removeResource(tx, { key: "/s/one", typeKey: "t" }, 3));
  forget();
  await temp.store.write((tx) => saveResource(tx, { ...resource, id: "/S/Three" }, 4));

  expect(heard).toEqual([["/s/one"], ["/s/one"]]);
});
