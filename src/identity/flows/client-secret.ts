import { findSecretHash } from "../../store/client-secrets.ts";
import type { Authority } from "../authority.ts";
import { servicePrincipal } from "../principals/local-principals.ts";
import { OAuthError } from "../oauth-error.ts";
import { hashSecret, isSameHash } from "../principals/secrets.ts";
import type { SentClient } from "./client.ts";

/**
 * Refuses a client that says who it is with anything but the secret that it was given when it was added, and one that
 * was given a secret and sends none.
 */
export async function checkSecret(
  { store, directory }: Pick<Authority, "store" | "directory">,
  { client, secret }: SentClient,
  tenantId: string,
): Promise<void> {
  const { clientId, authentication } = client;
  const { objectId } = servicePrincipal(tenantId, clientId);
  if (authentication === "public") {
    if ((await findSecretHash(store, objectId)) !== undefined) throw new OAuthError("missingCredential");
    return;
  }
  if (directory.find(objectId) === undefined) throw new OAuthError("unknownClient", clientId);
  if (secret === undefined) throw new OAuthError("unknownAssertionKey");
  const known = await findSecretHash(store, objectId);
  if (known === undefined || !isSameHash(hashSecret(secret), known)) throw new OAuthError("wrongSecret", clientId);
}
