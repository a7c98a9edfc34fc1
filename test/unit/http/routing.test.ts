import { fastify } from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { httpRouting } from "../../../src/http/routing.ts";
import { listenRaw } from "../../support/raw-http.ts";

async function begin() {
  const app = fastify(httpRouting);
  app.get("/", (request) => ({ url: request.url }));
  app.get("/common/keys", (request) => ({ url: request.url }));
  onTestFinished(() => app.close());
  return await listenRaw(app);
}

test.each([
  ["/common/keys?a=1", "/common/keys?a=1"],
  ["https://localhost:8443/common/keys?a=1", "/common/keys?a=1"],
  ["HTTP://other.example/common/keys", "/common/keys"],
  ["https://localhost:8443", "/"],
  ["https://localhost:8443?a=https://b", "/?a=https://b"],
])("the request target %s is served as its path", async (target, url) => {
  const send = await begin();
  const answer = await send(`GET ${target} HTTP/1.1\r\nHost: localhost:8443\r\nConnection: close\r\n\r\n`);
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toEqual({ url });
});
