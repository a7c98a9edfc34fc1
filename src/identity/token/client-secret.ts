import { timingSafeEqual } from "node:crypto";
import { findSecretHash } from "../../store/client-secrets.ts";
import type { Authority } from "../authority.ts";
import { servicePrincipal } from "../local-principals.ts";
import { OAuthError } from "../oauth-error.ts";
import { hashSecret } from "../secrets.ts";
import type { SentClient } from "./client.ts";

/** Refuses a client that says who it is with anything but the secret that it was given when it was added. */
export async function checkSecret(
  { store, directory }: Pick<Authority, "store" | "directory">,
  { client, secret }: SentClient,
  tenantId: string,
): Promise<void> {
  const { clientId, authentication } = client;
  if (authentication === "public") return;
  const { objectId } = servicePrincipal(tenantId, clientId);
  if (directory.find(objectId) === undefined) throw new OAuthError("unknownClient", clientId);
  if (secret === undefined) throw new OAuthError("unknownAssertionKey");
  const known = await findSecretHash(store, objectId);
  if (known === undefined || !isSame(hashSecret(secret), known)) throw new OAuthError("wrongSecret", clientId);
}

/** Compares hashes of one length, in a time that tells nothing of them. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other));
