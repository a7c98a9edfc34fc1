import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { claimsOf, get, openAuthorityApp, origin, postForm, readForm, tokensOf } from "../../support/authority-app.ts";
import type { AuthorityApp } from "../../support/authority-app.ts";

interface DeviceAnswer {
  readonly user_code: string;
  readonly device_code: string;
  readonly [name: string]: unknown;
}

const wanted = { client_id: "app", scope: "https://management.azure.com/.default openid profile offline_access" };

let open: AuthorityApp;
beforeEach(async () => {
  open = await openAuthorityApp();
});
afterEach(() => open.close());

async function start(path = "/organizations/oauth2/v2.0/devicecode", fields = wanted): Promise<DeviceAnswer> {
  return (await postForm(open.app, path, fields)).json<DeviceAnswer>();
}

const poll = (deviceCode: string, fields: Record<string, string> = {}) =>
  postForm(open.app, "/organizations/oauth2/v2.0/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    client_id: "app",
    device_code: deviceCode,
    client_info: "1",
    ...fields,
  });

const enter = (userCode: string) => postForm(open.app, "/devicelogin", { user_code: userCode }, { origin });

async function choose(userCode: string, choice: Record<string, string> = {}) {
  const { action, fields } = readForm((await enter(userCode)).body);
  const made = { user: "owner@cuprite.local", decision: "accept", ...choice };
  return await postForm(open.app, action, { ...fields, ...made }, { origin });
}

describe("the device code flow", () => {
  test("the device endpoint returns a code, a page and a polling interval", async () => {
    const answer = await start();
    expect(answer).toEqual({
      user_code: expect.stringMatching(/^[B-Z2-9]{9}$/) as string,
      device_code: expect.stringMatching(/^[\w-]{43}$/) as string,
      verification_uri: `${origin}/devicelogin`,
      expires_in: 900,
      interval: 5,
      message: `To sign in, use a web browser to open the page ${origin}/devicelogin and enter the code ${answer.user_code} to authenticate.`,
    });
  });

  test("a device gets its tokens after the sign-in, with everything that Azure CLI needs", async () => {
    const { user_code: userCode, device_code: deviceCode } = await start();
    const pending = await poll(deviceCode);
    expect(pending.statusCode).toBe(400);
    expect(pending.json()).toMatchObject({ error: "authorization_pending", error_codes: [70016] });
    const done = await choose(userCode);
    expect(done.statusCode).toBe(200);
    expect(done.body).toContain("You are signed in.");
    const body = tokensOf(await poll(deviceCode));
    expect(body["expires_in"]).toBe(4500);
    expect(claimsOf(body.access_token)).toMatchObject({ upn: "owner@cuprite.local", appid: "app" });
    expect(claimsOf(body.id_token)).toMatchObject({ aud: "app" });
    expect(body.refresh_token).toMatch(/^[\w-]{43}$/);
  });

  test("a v1 device finds the page under v1's name and sends its code under v1's name", async () => {
    const answer = await start("/common/oauth2/devicecode");
    expect(answer["verification_url"]).toBe(`${origin}/devicelogin`);
    await choose(answer.user_code);
    const response = await postForm(open.app, "/common/oauth2/token", {
      grant_type: "device_code",
      client_id: "app",
      code: answer.device_code,
    });
    expect(claimsOf(tokensOf(response).access_token)).toMatchObject({ upn: "owner@cuprite.local" });
  });

  test("a device that polls too early must wait 5 seconds longer from then on", async () => {
    const { user_code: userCode, device_code: deviceCode } = await start();
    const answerAfter = async (seconds: number) => {
      await open.clock.advance(seconds * 1_000);
      const response = await poll(deviceCode);
      return [response.statusCode, response.json<{ error: string }>().error];
    };
    const pending = [400, "authorization_pending"];
    const slower = [400, "slow_down"];
    expect(await answerAfter(0)).toEqual(pending);
    expect(await answerAfter(5)).toEqual(pending);
    expect(await answerAfter(1)).toEqual(slower);
    expect(await answerAfter(5)).toEqual(slower);
    expect(await answerAfter(15)).toEqual(pending);
    expect(await answerAfter(10)).toEqual(slower);
    expect(await answerAfter(20)).toEqual(pending);
    await choose(userCode);
    // The wait is for a person; when that is over, so is the wait.
    expect((await poll(deviceCode)).statusCode).toBe(200);
  });

  test("polls of another device and invalid polls do not slow a device down", async () => {
    const [one, other] = [await start(), await start()];
    await poll(one.device_code);
    expect((await poll(other.device_code)).json()).toMatchObject({ error: "authorization_pending" });
    const third = await start();
    await poll(third.device_code, { client_id: "other" });
    expect((await poll(third.device_code)).json()).toMatchObject({ error: "authorization_pending" });
  });

  test("the refusal of an early poll says in words how long to wait", async () => {
    const { device_code: deviceCode } = await start();
    await poll(deviceCode);
    expect((await poll(deviceCode)).json<{ error_description: string }>().error_description).toMatch(
      /^AADSTS70016: OAuth 2\.0 device flow error\. Authorization is pending, and the device polls too often: wait 5 seconds longer\. Trace ID/,
    );
  });

  test("a device gets its tokens only once", async () => {
    const { user_code: userCode, device_code: deviceCode } = await start();
    await choose(userCode);
    await poll(deviceCode);
    expect((await poll(deviceCode)).json()).toMatchObject({ error: "invalid_grant", error_codes: [54005] });
  });

  test("a device learns that the person declined", async () => {
    const { user_code: userCode, device_code: deviceCode } = await start();
    expect((await choose(userCode, { decision: "decline" })).body).toContain("you declined");
    expect((await poll(deviceCode)).json()).toMatchObject({ error: "authorization_declined", error_codes: [70018] });
  });

  test("a device learns that its code expired", async () => {
    const { device_code: deviceCode } = await start();
    await open.clock.advance(15 * 60_000);
    expect((await poll(deviceCode)).json()).toMatchObject({ error: "expired_token", error_codes: [70020] });
  });

  test("the token endpoint refuses a made-up device code", async () => {
    expect((await poll("A".repeat(43))).json()).toMatchObject({ error: "bad_verification_code", error_codes: [70019] });
  });

  test("the token endpoint refuses the device code of another client", async () => {
    const { user_code: userCode, device_code: deviceCode } = await start();
    await choose(userCode);
    expect((await poll(deviceCode, { client_id: "other" })).json()).toMatchObject({ error: "invalid_grant" });
  });
});

describe("the device page", () => {
  test("the device page shows the code of a link as text, and the person still sends it", async () => {
    const page = await get(open.app, "/devicelogin?user_code=%22%3E%3Cscript%3E");
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(readForm(page.body).action).toBe("/devicelogin");
  });

  test("the device page names the application and accepts the code in any spelling", async () => {
    const { user_code: code } = await start(undefined, { ...wanted, client_id: "<b>app" });
    const spelled = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
    const page = await enter(spelled);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(
      `The application <strong>&lt;b&gt;app</strong> shows the code <strong>${code}</strong>`,
    );
  });

  test.each(["", "WRONG", "<script>"])("the device page asks again for the wrong code '%s'", async (code) => {
    const page = await enter(code);
    expect(page.statusCode).toBe(400);
    expect(page.body).toContain('<p role="alert">AADSTS70019: That code is unknown, expired or used.');
    expect(page.body).not.toContain("<script>");
  });

  test("the device page asks again for an expired code", async () => {
    const { user_code: code } = await start();
    await open.clock.advance(15 * 60_000);
    expect((await enter(code)).statusCode).toBe(400);
  });

  test("the device page refuses a choice in a form of another site (a device signed in without the person's knowledge)", async () => {
    const { user_code: code, device_code: deviceCode } = await start();
    const { action, fields } = readForm((await enter(code)).body);
    const choice = { ...fields, user: "owner@cuprite.local", decision: "accept" };
    const foreign = await postForm(open.app, action, choice, { origin: "https://evil.example" });
    expect(foreign.statusCode).toBe(400);
    const bare = await postForm(open.app, action, { user_code: code, user: "owner@cuprite.local" }, { origin });
    expect(bare.statusCode).toBe(400);
    expect((await poll(deviceCode)).json()).toMatchObject({ error: "authorization_pending" });
  });

  test("the sign-in page refuses a ticket of the device page", async () => {
    const { user_code: code } = await start();
    const { fields } = readForm((await enter(code)).body);
    const choice = { ...fields, user: "owner@cuprite.local", decision: "accept" };
    const response = await postForm(open.app, "/signin", choice, { origin });
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain("AADSTS165000");
  });

  test("the device page accepts only one of two simultaneous choices", async () => {
    const { user_code: code } = await start();
    const { action, fields } = readForm((await enter(code)).body);
    const send = (user: string) => postForm(open.app, action, { ...fields, user, decision: "accept" }, { origin });
    const both = await Promise.all([send("owner@cuprite.local"), send("guest@cuprite.local")]);
    expect(both.map((response) => response.statusCode).toSorted((a, b) => a - b)).toEqual([200, 400]);
  });
});
