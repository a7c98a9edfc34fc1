import { newUuid } from "../../kernel/ids.ts";
import { findDeviceGrant, findGrant, moveGrant } from "../../store/grants.ts";
import type { Grant } from "../../store/grants.ts";
import { lifetimes } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { hashSecret, newSecret, newUserCode } from "../principals/secrets.ts";
import type { DevicePolls } from "./device-polls.ts";
import { giveRefreshToken, hasExpired, keepGrant } from "./grants.ts";
import type { GrantCheck, GrantDocument, GrantSource, Redeemed } from "./grants.ts";

/** The two names of one sign-in on a device: the device's, and the person's. */
export interface DeviceCodes {
  readonly deviceCode: string;
  readonly userCode: string;
}

/** Starts a sign-in for a device; nobody has signed in yet, so `objectId` is "". */
export async function giveDeviceCode(
  { store, clock }: GrantSource,
  wanted: Omit<GrantDocument, "objectId">,
): Promise<DeviceCodes> {
  const codes = { deviceCode: newSecret(), userCode: newUserCode() };
  const nowMs = clock.nowMs();
  const grant = {
    secretHash: hashSecret(codes.deviceCode),
    kind: "device",
    status: "open",
    family: newUuid(),
    userCode: codes.userCode,
    document: { ...wanted, objectId: "" },
    expiresAtMs: nowMs + lifetimes.deviceCodeSeconds * 1000,
  } as const;
  await store.write((tx) => keepGrant(tx, grant, nowMs));
  return codes;
}

/** The sign-in that waits for the person with this code, typed in whatever way. */
export async function pendingDevice({ store, clock }: GrantSource, typed: string): Promise<Grant<GrantDocument>> {
  const grant = await findDeviceGrant<GrantDocument>(store, normalUserCode(typed));
  if (grant?.status !== "open" || hasExpired(grant, clock.nowMs())) throw new OAuthError("unknownUserCode");
  return grant;
}

/** Letters in any case, with or without blanks and hyphens. */
const normalUserCode = (typed: string): string => typed.toUpperCase().replaceAll(/[\s-]/g, "");

/** Who signed in for a device, and with which password. */
export type DeviceUser = Pick<GrantDocument, "objectId" | "proof">;

/** Ends the waiting: with the user who signed in, or undefined for a refusal. */
export async function decideDevice(source: GrantSource, userCode: string, user: DeviceUser | undefined): Promise<void> {
  const { secretHash, expiresAtMs, ...grant } = await pendingDevice(source, userCode);
  const to = user === undefined ? "declined" : "approved";
  const document = { ...grant.document, ...user };
  const decided = await source.store.write((tx) =>
    moveGrant(tx, { secretHash, from: "open", to, document, expiresAtMs }),
  );
  if (!decided) throw new OAuthError("unknownUserCode");
}

/**
 * Answers a device's poll: with the sign-in, once it is there, and only once. While it is not, a device that asks more
 * often than it was told to is told to slow down.
 */
export async function redeemDeviceCode(
  { store, clock, devicePolls }: GrantSource & { readonly devicePolls: DevicePolls },
  deviceCode: string,
  check: GrantCheck,
): Promise<Redeemed> {
  const grant = await findGrant<GrantDocument>(store, { kind: "device", secretHash: hashSecret(deviceCode) });
  if (grant === undefined) throw new OAuthError("badDeviceCode");
  await check(grant.document, store);
  const isPending = grant.status === "open" && !hasExpired(grant, clock.nowMs());
  if (isPending) throw new OAuthError(devicePolls.isTooEarly(grant.secretHash) ? "slowDown" : "authorizationPending");
  devicePolls.forget(grant.secretHash);
  if (grant.status === "declined") throw new OAuthError("authorizationDeclined");
  if (hasExpired(grant, clock.nowMs())) throw new OAuthError("expiredDeviceCode");
  return await store.write(async (tx) => {
    if (!(await moveGrant(tx, { ...grant, from: "approved", to: "used" }))) throw new OAuthError("redeemedGrant");
    const { document, family } = grant;
    return { document, refreshToken: await giveRefreshToken(tx, { document, family, nowMs: clock.nowMs() }) };
  });
}
