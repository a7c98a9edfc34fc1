// Ways to a token that need no change in the SDK. Microsoft's libraries ask login.microsoftonline.com about an authority
// that they do not know ("instance discovery"), which ends badly for a local one; each of these avoids that.
import { ClientSecretCredential, DefaultAzureCredential } from "@azure/identity";

/** Any GUID: Cuprite has every tenant. */
const tenantId = "11111111-2222-3333-4444-555555555555";

/** By the name that goes after `--credential`. */
const credentials = {
  /** A service principal. Any client id and secret are accepted. */
  secret: (endpoint) =>
    new ClientSecretCredential(tenantId, "approver", "any-secret", {
      authorityHost: endpoint,
      disableInstanceDiscovery: true,
    }),

  /** What most programs have: the environment decides, and README.md has two sets of variables that work. */
  default: () => new DefaultAzureCredential(),
};

/** The credential with a name, for the Cuprite at an endpoint. */
export function credentialFor(name, endpoint) {
  const create = Object.hasOwn(credentials, name) ? credentials[name] : undefined;
  if (create === undefined) throw new Error(`--credential is ${Object.keys(credentials).join(" or ")}, not ${name}.`);
  return create(endpoint);
}
