import type { FastifyInstance, FastifyRequest } from "fastify";
import { findDeviceGrant, findGrant, moveGrant, type Grant } from "../../store/grants.ts";
import type { Authority } from "../authority.ts";
import { endpointOf, issuingOriginOf } from "../endpoint.ts";
import { identityLimits, lifetimes } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { browserHandler, formOfOurPage, type Page } from "../pages/html.ts";
import { chosenUser, deviceCodePage, deviceSignInPage, donePage } from "../pages/sign-in-pages.ts";
import { openTicket, sealTicket } from "../pages/tickets.ts";
import { formOf, queryParameters, required } from "../parameters.ts";
import { isPasswordRefusal } from "../principals/passwords.ts";
import { hashSecret, newUserCode } from "../principals/secrets.ts";
import { requestedAccess, type EndpointVersion } from "../tokens/requested-access.ts";
import { checkClientId } from "./client.ts";
import { issueGrant, hasExpired, redeem, type GrantCheck, type GrantDocument, type Redeemed } from "./grants.ts";
import { answerUser } from "./token-answer.ts";
import { checkHolder, checkProof, signedInUser, type GrantType } from "./token-request.ts";

const codePath = "/devicelogin";
const choicePath = "/devicelogin/signin";

/** Adds the endpoint that issues device codes, and the pages on which a person enters a code and then signs in. */
export function addDeviceRoutes(scope: FastifyInstance, authority: Authority): void {
  scope.post("/:tenant/oauth2/devicecode", (request) => startSignIn(authority, "1.0", request));
  scope.post("/:tenant/oauth2/v2.0/devicecode", (request) => startSignIn(authority, "2.0", request));
  const { clock } = authority;
  scope.get(codePath, browserHandler(clock, askForCode));
  scope.post(
    codePath,
    browserHandler(clock, (request) => askForUser(authority, request)),
  );
  scope.post(
    choicePath,
    browserHandler(clock, (request) => takeChoice(authority, request)),
  );
}

/** RFC 8628 §3.2; v1 clients read `verification_url`. The grant has no user yet, so its `objectId` is "". */
async function startSignIn(authority: Authority, version: EndpointVersion, request: FastifyRequest): Promise<object> {
  const { store, clock } = authority;
  const origin = issuingOriginOf(authority.addresses, request);
  const { tenantId } = endpointOf(request, version).tenant;
  const parameters = formOf(request);
  const clientId = checkClientId(parameters.get("client_id"));
  const document = { clientId, tenantId, access: requestedAccess(parameters, version), objectId: "" };
  const userCode = newUserCode();
  const grant = { kind: "device", document, lifetimeSeconds: lifetimes.deviceCodeSeconds, userCode } as const;
  const code = await store.write((tx) => issueGrant(tx, grant, clock.nowMs()));
  const page = `${origin}${codePath}`;
  return {
    user_code: userCode,
    device_code: code,
    verification_uri: page,
    ...(version === "1.0" ? { verification_url: page } : {}),
    expires_in: lifetimes.deviceCodeSeconds,
    interval: identityLimits.devicePollSeconds,
    message: `To sign in, use a web browser to open the page ${page} and enter the code ${userCode} to authenticate.`,
  };
}

/** The link may contain the code (RFC 8628 §3.3.1); the person still has to send it. */
const askForCode = async (request: FastifyRequest): Promise<Page> => {
  const parameters = queryParameters(request.url);
  return deviceCodePage(codePath, parameters.get("user_code") ?? parameters.get("otc") ?? "");
};

async function askForUser(authority: Authority, request: FastifyRequest): Promise<Page> {
  const typed = formOfOurPage(request).get("user_code") ?? "";
  try {
    return await choicePage(authority, await pendingSignIn(authority, typed));
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause;
    return deviceCodePage(codePath, typed, cause.message);
  }
}

async function choicePage(
  authority: Authority,
  { userCode, document: { clientId, tenantId } }: Grant<GrantDocument>,
  again: { user?: string; fault?: string } = {},
): Promise<Page> {
  const ticket = await sealTicket(authority, "device", { userCode });
  return deviceSignInPage({ authority, tenantId, clientId, userCode, ticket, action: choicePath, ...again });
}

async function takeChoice(authority: Authority, request: FastifyRequest): Promise<Page> {
  const form = formOfOurPage(request);
  const content = await openTicket(authority, "device", required(form, "ticket"));
  const grant = await pendingSignIn(authority, content.get("userCode") ?? "");
  if (form.get("decision") === "decline") {
    await decide(authority, grant, undefined);
    return donePage("The application is notified that you declined. You may close this page.");
  }
  try {
    const user = await chosenUser(authority, form, grant.document.tenantId);
    const proof = await authority.passwords?.proofOf(user);
    await decide(authority, grant, { objectId: user.objectId, proof });
    return donePage("You are signed in. Your application goes on by itself; you may close this page.");
  } catch (cause) {
    if (!isPasswordRefusal(cause)) throw cause;
    return await choicePage(authority, grant, { user: required(form, "user"), fault: cause.message });
  }
}

/** The sign-in that waits for the person with this code, typed in any case, with or without blanks and hyphens. */
async function pendingSignIn({ store, clock }: Authority, typed: string): Promise<Grant<GrantDocument>> {
  const userCode = typed.toUpperCase().replaceAll(/[\s-]/g, "");
  const grant = await findDeviceGrant<GrantDocument>(store, userCode);
  if (grant?.status !== "open" || hasExpired(grant, clock.nowMs())) throw new OAuthError("unknownUserCode");
  return grant;
}

/** Ends the waiting: with the user who signed in, or undefined for a refusal. */
async function decide(
  { store }: Authority,
  grant: Grant<GrantDocument>,
  user: Pick<GrantDocument, "objectId" | "proof"> | undefined,
): Promise<void> {
  const to = user === undefined ? "declined" : "approved";
  const document = { ...grant.document, ...user };
  const isDecided = await store.write((tx) => moveGrant(tx, { ...grant, from: "open", to, document }));
  if (!isDecided) throw new OAuthError("unknownUserCode");
}

/** RFC 8628 §3.4. */
export const deviceCode: GrantType = async (request) => {
  const { authority, parameters } = request;
  const code = parameters.get("device_code") ?? parameters.get("code") ?? required(parameters, "device_code");
  const { document, refreshToken } = await poll(authority, code, async (given, from) => {
    checkHolder(request, given);
    // Until somebody has signed in there is nothing to prove.
    if (given.objectId !== "") await checkProof(request, given, from);
  });
  const principal = await signedInUser(request, document);
  return await answerUser(request, { principal, access: document.access, refreshToken });
};

/** Redeems a device code once the person has signed in, and only once. */
async function poll({ store, clock, devicePolls }: Authority, code: string, check: GrantCheck): Promise<Redeemed> {
  const grant = await findGrant<GrantDocument>(store, { kind: "device", secretHash: hashSecret(code) });
  if (grant === undefined) throw new OAuthError("badDeviceCode");
  await check(grant.document, store);
  const isExpired = hasExpired(grant, clock.nowMs());
  if (grant.status === "open" && !isExpired) {
    throw new OAuthError(devicePolls.isTooEarly(grant.secretHash) ? "slowDown" : "authorizationPending");
  }
  devicePolls.forget(grant.secretHash);
  if (grant.status === "declined") throw new OAuthError("authorizationDeclined");
  if (isExpired) throw new OAuthError("expiredDeviceCode");
  return await store.write(async (tx) => {
    if (!(await moveGrant(tx, { ...grant, from: "approved", to: "used" }))) throw new OAuthError("redeemedGrant");
    return await redeem(tx, grant, clock.nowMs());
  });
}
