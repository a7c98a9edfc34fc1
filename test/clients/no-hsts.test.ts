import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openBrowser } from "./browser.ts";
import { startDemo } from "./demo.ts";

/** What a person may open: pages of the authority, Resource Manager without a token, metadata, health. */
const places = [
  "/common/oauth2/v2.0/authorize",
  "/common/oauth2/deviceauth",
  "/common/v2.0/.well-known/openid-configuration",
  "/metadata/endpoints?api-version=2022-09-01",
  "/subscriptions?api-version=2022-12-01",
  "/cuprite/paths",
  "/readyz",
  "/nothing/here",
];

test("a browser that was everywhere on Cuprite still opens a person's own http servers on localhost", async () => {
  const program = await startDemo();
  const page = await openBrowser(program);
  for (const place of places) await page.goto(`${program.origin}${place}`);
  await page.evaluate(
    async (url) => (await fetch(url)).text(),
    `${program.origin}/subscriptions?api-version=2022-12-01`,
  );
  const own = createServer((_request, response) => response.end("plain")).listen(0, "localhost");
  onTestFinished(() => void own.close());
  await once(own, "listening");
  const { port } = own.address() as AddressInfo;
  await page.goto(`http://localhost:${port}/`);
  expect(page.url()).toBe(`http://localhost:${port}/`);
  expect(await page.locator("body").textContent()).toBe("plain");
});
