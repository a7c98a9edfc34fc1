import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Store } from "../store/store.ts";
import { RedirectUris } from "./flows/destination.ts";
import { DevicePolls } from "./flows/device-polls.ts";
import { openDirectory, type Directory, type IsKept } from "./principals/directory.ts";
import { accessPolicy, defaultTenantId, localUsers, userPrincipal } from "./principals/local-principals.ts";
import type { AccessPolicy } from "./principals/local-principals.ts";
import { Passwords } from "./principals/passwords.ts";
import { addressCheck, graphAudienceCheck, type AddressCheck, type OwnAddresses } from "./tokens/audiences.ts";
import { openKeyRing } from "./tokens/keys.ts";
import type { Signer } from "./tokens/sign.ts";
import { TokenVerifier, type TokenVerdict } from "./tokens/verify.ts";

/** The Entra-compatible authority: what its endpoints need, and the check of the tokens that it issued. */
export interface Authority extends Signer {
  readonly store: Store;
  readonly log: Log;
  readonly directory: Directory;
  readonly redirectUris: RedirectUris;
  readonly devicePolls: DevicePolls;
  /** Whether a client must have been added, and must send the secret that it was given then. */
  readonly isStrict: boolean;
  /** The passwords of users; undefined where any password is accepted. */
  readonly passwords: Passwords | undefined;
  /** What a principal may do without a role assignment. */
  readonly accessOf: AccessPolicy;
  /** Which addresses are this server's own. */
  readonly addresses: AddressCheck;
  /** Checks an access token that was sent to Azure Resource Manager. */
  verifyAccessToken(token: string): TokenVerdict | Promise<TokenVerdict>;
  /** Checks an access token that was sent to Microsoft Graph. */
  verifyGraphToken(token: string): TokenVerdict | Promise<TokenVerdict>;
}

interface AuthorityOptions {
  readonly store: Store;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Where answers may be sent besides loopback addresses, compared exactly. */
  readonly registeredRedirectUris: readonly string[];
  /** The addresses at which this server is an audience of its own; none without this. */
  readonly own?: OwnAddresses;
  /** Gives all rights to the administrator alone, who has this password, and accepts only secrets that were issued here. */
  readonly strict?: { readonly administratorPassword: string } | undefined;
  /** Whether a principal has a role assignment, so that it must stay in the directory. */
  readonly isAssigned?: IsKept;
  readonly onAccessToken?: Signer["onAccessToken"];
}

/** Opens the authority of a data directory. */
export async function createAuthority(options: AuthorityOptions): Promise<Authority> {
  const { store, clock, log, strict, isAssigned = async () => false } = options;
  const isStrict = strict !== undefined;
  const redirectUris = new RedirectUris(options.registeredRedirectUris);
  const [keys, directory] = await Promise.all([
    openKeyRing(options),
    openDirectory({ store, clock, isKept: isAssigned }),
  ]);
  for (const user of localUsers) await directory.ensure(userPrincipal(defaultTenantId, user));
  const accessOf = accessPolicy({ isStrict });
  const addresses = addressCheck(options.own ?? { hosts: [], origins: [], port: () => undefined });
  const { isForUs } = addresses;
  const verifier = new TokenVerifier({ keys, directory, clock, accessOf, isForUs });
  const graph = new TokenVerifier({ keys, directory, clock, accessOf, isForUs: graphAudienceCheck(isForUs) });
  return {
    store,
    clock,
    log,
    keys,
    directory,
    redirectUris,
    devicePolls: new DevicePolls(clock),
    isStrict,
    passwords: strict && new Passwords({ store, clock, ...strict }),
    accessOf,
    onAccessToken: options.onAccessToken,
    addresses,
    verifyAccessToken: (token) => verifier.verify(token),
    verifyGraphToken: (token) => graph.verify(token),
  };
}
