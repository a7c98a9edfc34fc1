import { DeviceCodeCredential, type DeviceCodeInfo } from "@azure/identity";
import { createHash, randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Program } from "../support/program.ts";
import { openBrowser } from "./browser.ts";
import { startDemo } from "./demo.ts";
import { anyTenantId, approveAs, localAuthority, subscriptionId } from "./sdk.ts";
import { startWebApplication, type WebApplication } from "./web-application.ts";

const clientId = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const armResource = "https://management.azure.com/";

/** Everything that an encoding on the way could lose or turn into something else. */
const oddState = `a+b c&state=d#e%20%2B?f="<script>alert(1)</script>'\\é😀;,/@ `;

interface Stage {
  readonly program: Program;
  readonly application: WebApplication;
  readonly page: Page;
  /** What the browser complained about: a policy that it held to, a script that failed. */
  readonly complaints: readonly string[];
}

async function setStage(): Promise<Stage> {
  const program = await startDemo();
  const page = await openBrowser(program);
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  return { program, application: await startWebApplication(), page, complaints };
}

/** Sends the browser to an authorization endpoint, where the person chooses who to be and presses a button. */
async function signIn(
  { program, application, page }: Stage,
  path: string,
  parameters: Readonly<Record<string, string>>,
  { user = "Olivia Owner", button = "Sign in" } = {},
): Promise<void> {
  const all = { client_id: clientId, redirect_uri: application.redirectUri, state: oddState, ...parameters };
  await page.goto(`${program.origin}${path}?${new URLSearchParams(all)}`);
  await page.getByLabel(user).check();
  await page.getByRole("button", { name: button }).click();
  await page.waitForURL((url) => url.href.startsWith(application.redirectUri));
}

/** What the application's own script found in its address. */
const found = async ({ page }: Stage): Promise<URLSearchParams> =>
  new URLSearchParams((await page.locator("output").textContent()) ?? "");

const group = `/subscriptions/${subscriptionId}/resourceGroups/rg1`;
const connectionPath = `${group}/providers/Microsoft.Cache/redisEnterprise/cache1/privateEndpointConnections/pectest01`;

/** The approving PUT, as any program that found the token would send it. */
async function approve({ program }: Stage, accessToken: string | null | undefined) {
  const response = await fetch(`${program.origin}${connectionPath}?api-version=2025-07-01`, {
    method: "PUT",
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
    body: '{"properties":{"privateLinkServiceConnectionState":{"status":"Approved","description":"Auto-Approved"}}}',
  });
  return { status: response.status, body: await response.json() };
}

const approved = {
  status: 201,
  body: {
    id: connectionPath,
    name: "pectest01",
    type: "Microsoft.Cache/redisEnterprise/privateEndpointConnections",
    properties: {
      provisioningState: "Succeeded",
      privateEndpoint: { id: `${group}/providers/Microsoft.Network/privateEndpoints/petest01` },
      privateLinkServiceConnectionState: {
        status: "Approved",
        description: "Auto-Approved",
        actionsRequired: "None",
      },
    },
  },
};

test("the implicit flow of v1 gives a page a token that approves, and its state as it was", async () => {
  const stage = await setStage();
  await signIn(stage, "/common/oauth2/authorize", { response_type: "token", resource: armResource });
  const answer = await found(stage);
  expect(Object.fromEntries(answer)).toEqual({
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    token_type: "Bearer",
    expires_in: expect.stringMatching(/^\d+$/),
    scope: "user_impersonation",
    state: oddState,
  });
  expect(await approve(stage, answer.get("access_token"))).toEqual(approved);
  expect(stage.complaints).toEqual([]);
});

test("the implicit flow of v2 gives a page a token for user_impersonation that approves", async () => {
  const stage = await setStage();
  const scope = `${armResource}user_impersonation`;
  await signIn(stage, `/${anyTenantId}/oauth2/v2.0/authorize`, { response_type: "token", scope });
  const answer = await found(stage);
  expect(Object.fromEntries(answer)).toMatchObject({ token_type: "Bearer", scope, state: oddState });
  expect(await approve(stage, answer.get("access_token"))).toEqual(approved);
  expect(stage.complaints).toEqual([]);
});

test("the token of a user who may do nothing approves nothing", async () => {
  const stage = await setStage();
  const implicit = { response_type: "token", resource: armResource };
  await signIn(stage, "/common/oauth2/authorize", implicit, { user: "Gus Guest" });
  const answer = await found(stage);
  expect(await approve(stage, answer.get("access_token"))).toMatchObject({
    status: 403,
    body: { error: { code: "AuthorizationFailed" } },
  });
});

test("an application's id that is as long as can be does not widen the sign-in page", async () => {
  const { program, application, page } = await setStage();
  await page.setViewportSize({ width: 360, height: 640 });
  const query = { response_type: "token", client_id: "x".repeat(200), redirect_uri: application.redirectUri };
  await page.goto(`${program.origin}/common/oauth2/authorize?${new URLSearchParams(query)}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test("a person who cancels brings the application an error and its state", async () => {
  const stage = await setStage();
  const implicit = { response_type: "token", resource: armResource };
  await signIn(stage, "/common/oauth2/authorize", implicit, { button: "Cancel" });
  expect(Object.fromEntries(await found(stage))).toEqual({
    error: "access_denied",
    error_description: expect.stringContaining("AADSTS65004"),
    state: oddState,
  });
  expect(stage.complaints).toEqual([]);
});

const codeVerifier = randomBytes(32).toString("base64url");
const codeRequest = {
  response_type: "code",
  scope: `${armResource}.default`,
  code_challenge: createHash("sha256").update(codeVerifier).digest("base64url"),
  code_challenge_method: "S256",
};

const redemption = ({ application }: Stage, code: string | null | undefined): string =>
  new URLSearchParams({
    grant_type: "authorization_code",
    client_id: clientId,
    redirect_uri: application.redirectUri,
    code: code ?? "",
    code_verifier: codeVerifier,
  }).toString();

test("form_post brings a server a code, which it redeems with PKCE for a token that approves", async () => {
  const stage = await setStage();
  const { program, application } = stage;
  await signIn(stage, "/organizations/oauth2/v2.0/authorize", { ...codeRequest, response_mode: "form_post" });
  expect(application.posted.map((form) => Object.fromEntries(form))).toEqual([
    { code: expect.any(String), state: oddState },
  ]);
  const response = await fetch(`${program.origin}/organizations/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: redemption(stage, application.posted[0]?.get("code")),
  });
  const { access_token: accessToken } = (await response.json()) as { access_token: string };
  expect(await approve(stage, accessToken)).toEqual(approved);
  expect(stage.complaints).toEqual([]);
});

test("a page redeems its code itself, across origins", async () => {
  const stage = await setStage();
  const { program, page } = stage;
  await signIn(stage, "/organizations/oauth2/v2.0/authorize", { ...codeRequest, response_mode: "fragment" });
  const answer = await found(stage);
  expect(answer.get("state")).toBe(oddState);
  const accessToken = await page.evaluate(
    async ([url, form]) => {
      const response = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
      const { access_token: token } = (await response.json()) as { access_token: string };
      return token;
    },
    [`${program.origin}/organizations/oauth2/v2.0/token`, redemption(stage, answer.get("code"))] as const,
  );
  expect(await approve(stage, accessToken)).toEqual(approved);
  expect(stage.complaints).toEqual([]);
});

async function signInForDevice({ page }: Stage, { verificationUri, userCode }: DeviceCodeInfo): Promise<void> {
  await page.goto(verificationUri);
  await page.getByRole("textbox").fill(userCode.toLowerCase());
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Olivia Owner").check();
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a person signs in for a device by its code", async () => {
  const stage = await setStage();
  const shown = Promise.withResolvers<DeviceCodeInfo>();
  const credential = new DeviceCodeCredential({
    ...localAuthority(stage.program),
    tenantId: anyTenantId,
    clientId,
    userPromptCallback: shown.resolve,
  });
  const approving = approveAs(stage.program, credential);
  await signInForDevice(stage, await shown.promise);
  expect(await approving).toBe("Approved");
  expect(await stage.page.getByRole("heading").textContent()).toBe("Done");
  expect(stage.complaints).toEqual([]);
});
