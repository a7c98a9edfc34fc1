import { expect, onTestFinished, test } from "vitest";
import { buildManagedIdentity } from "../../../src/identity/flows/managed-identity.ts";
import { get, openAuthorityApp, postForm, tokensOf } from "../../support/authority-app.ts";
import { keepingLog } from "../../support/keeping-log.ts";

test("the authority logs a line for every request, and no secret at any level", async () => {
  const { log, lines } = keepingLog("trace");
  const open = await openAuthorityApp({ log });
  onTestFinished(() => open.close());
  const fields = {
    grant_type: "client_credentials",
    client_id: "app1",
    client_secret: "hunter2",
    resource: "https://management.azure.com/",
  };
  const answer = await postForm(open.app, "/common/oauth2/token?code=hunter2", fields);
  await get(open.app, "/common/discovery/keys?code=hunter2");
  expect(lines()).toMatchObject([
    { method: "POST", path: "/common/oauth2/token", status: 200, msg: "Answered." },
    { method: "GET", path: "/common/discovery/keys", status: 200 },
  ]);
  const text = JSON.stringify(lines());
  expect(text).not.toContain("hunter2");
  expect(text).not.toContain(tokensOf(answer).access_token);
});

test("the managed identity endpoint logs a line for every request, and no secret at any level", async () => {
  const { log, lines } = keepingLog("trace");
  const open = await openAuthorityApp();
  onTestFinished(() => open.close());
  const app = buildManagedIdentity({ authority: open.authority, log });
  onTestFinished(() => app.close());
  const url = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/";
  const answer = await app.inject({
    url,
    headers: { host: "127.0.0.1", metadata: "true", "x-identity-header": "hunter2" },
  });
  expect(answer.statusCode).toBe(200);
  expect(lines()).toMatchObject([{ method: "GET", path: "/metadata/identity/oauth2/token", status: 200 }]);
  expect(JSON.stringify(lines())).not.toMatch(/hunter2|resource|eyJ/);
});
