import type { FastifyInstance } from "fastify";
import type { Authority } from "../authority.ts";
import { chosenUser } from "../pages/chosen-user.ts";
import { browserHandler } from "../pages/browser-handler.ts";
import type { BrowserStep } from "../pages/browser-handler.ts";
import { formOfOurPage } from "../form.ts";
import type { GrantDocument } from "./grants.ts";
import type { Page } from "../pages/html.ts";
import type { Grant } from "../../store/grants.ts";
import { decideDevice, pendingDevice } from "./device.ts";
import { OAuthError } from "../oauth-error.ts";
import { isPasswordRefusal } from "../principals/passwords.ts";
import { queryParameters, required } from "../parameters.ts";
import { openTicket, sealTicket } from "../pages/tickets.ts";
import { usersOf } from "../principals/users.ts";
import { codePage, donePage, userPage } from "../pages/device-pages.ts";

const codePath = "/devicelogin";
const choicePath = "/devicelogin/signin";

/** The pages on which a person signs in for a device: first its code, then who they are. */
export function addDeviceRoutes(scope: FastifyInstance, authority: Authority): void {
  scope.get(codePath, browserHandler(authority, askForCode));
  scope.post(codePath, browserHandler(authority, askForUser));
  scope.post(choicePath, browserHandler(authority, takeChoice));
}

/** The code may stand in the link (RFC 8628 §3.3.1); the person still has to send it. */
const askForCode: BrowserStep = async (_authority, request) => {
  const parameters = queryParameters(request.url);
  return codePage({ action: codePath, userCode: parameters.get("user_code") ?? parameters.get("otc") ?? "" });
};

const askForUser: BrowserStep = async (authority, request) => {
  const typed = formOfOurPage(request).get("user_code") ?? "";
  try {
    return await choicePage(authority, await pendingDevice(authority, typed));
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause;
    return codePage({ action: codePath, userCode: typed, fault: cause.message });
  }
};

async function choicePage(
  authority: Authority,
  { userCode, document: { clientId, tenantId } }: Grant<GrantDocument>,
  again: { user?: string; fault?: string } = {},
): Promise<Page> {
  const ticket = await sealTicket(authority, "device", { userCode });
  const users = usersOf(authority.directory, tenantId);
  const asksForPassword = authority.isStrict;
  return userPage({ action: choicePath, clientId, userCode, ticket, users, asksForPassword, ...again });
}

const takeChoice: BrowserStep = async (authority, request) => {
  const form = formOfOurPage(request);
  const content = await openTicket(authority, "device", required(form, "ticket"));
  const grant = await pendingDevice(authority, content.get("userCode") ?? "");
  const { userCode, document } = grant;
  if (form.get("decision") === "decline") {
    await decideDevice(authority, userCode, undefined);
    return donePage("The application is told that you declined. You may close this page.");
  }
  try {
    const user = await chosenUser(authority, form, document.tenantId);
    const proof = await authority.passwords?.proofOf(user);
    await decideDevice(authority, userCode, { objectId: user.objectId, proof });
    return donePage("You are signed in. Your application goes on by itself; you may close this page.");
  } catch (cause) {
    if (!isPasswordRefusal(cause)) throw cause;
    return await choicePage(authority, grant, { user: required(form, "user"), fault: cause.message });
  }
};
