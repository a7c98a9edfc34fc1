import type { Clock } from "../../kernel/clock.ts";
import type { Principal } from "../../store/principals.ts";
import {
  defaultTenantId,
  findLocalUser,
  findTenant,
  localDomain,
  namedUser,
  servicePrincipal,
} from "../principals/local-principals.ts";
import { openKeyRing } from "./keys.ts";
import { accessToResource, scopeNames } from "./requested-access.ts";
import { signAccessToken } from "./sign.ts";

interface MintRequest {
  readonly dataDir: string;
  /** A user's name, of a test user also without its domain, or any client id. */
  readonly principal: string;
  readonly audience: string;
  /** A GUID or one of the names of the default tenant, which is the default. */
  readonly tenant?: string;
  readonly clock: Clock;
}

/** The client id of Azure CLI, which users' tokens name as their client. */
const commandLineClientId = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/**
 * Makes an access token from a data directory's keys alone, whether or not a server runs on it.
 * @throws with one sentence for an invalid user, tenant or audience.
 */
export async function mintAccessToken(request: MintRequest): Promise<string> {
  const access = accessToResource(request.audience);
  const principal = findPrincipal(request.principal, findTenantId(request.tenant));
  const keys = await openKeyRing(request);
  const isUser = principal.kind === "User";
  const { token } = await signAccessToken(
    { keys, clock: request.clock },
    {
      principal,
      clientId: isUser ? commandLineClientId : principal.appId,
      authentication: isUser ? "public" : "secret",
      audience: access.resource,
      scope: scopeNames(access),
    },
  );
  return token;
}

function findTenantId(name: string | undefined): string {
  if (name === undefined) return defaultTenantId;
  const tenant = findTenant(name);
  if (tenant === undefined) throw new Error(`There is no tenant '${name}'; name one by its GUID.`);
  return tenant.tenantId;
}

function findPrincipal(name: string, tenantId: string): Principal {
  const testUser = findLocalUser(`${name}@${localDomain}`);
  if (testUser !== undefined) return namedUser(tenantId, testUser.name);
  if (/^[^@\s]+@[^@\s]+$/.test(name)) return namedUser(tenantId, name);
  if (/^[^@\s]+$/.test(name)) return servicePrincipal(tenantId, name);
  throw new Error(`'${name}' is neither a user's name, such as owner@${localDomain}, nor a client id.`);
}
