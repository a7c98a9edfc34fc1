import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Store } from "../store/store.ts";
import { audienceCheck } from "./audiences.ts";
import { openDirectory } from "./directory.ts";
import type { Directory } from "./directory.ts";
import { openKeyRing } from "./keys.ts";
import type { KeyRing } from "./keys.ts";
import { RedirectUris } from "./redirect-uris.ts";
import type { Signer } from "./tokens.ts";
import { TokenVerifier } from "./verify.ts";
import type { TokenVerdict } from "./verify.ts";

/** The Entra-compatible authority: what its endpoints need, and the check of the tokens that it gave. */
export interface Authority {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly keys: KeyRing;
  readonly directory: Directory;
  readonly redirectUris: RedirectUris;
  readonly onAccessToken?: Signer["onAccessToken"];
  /** Checks an access token that was sent to Azure Resource Manager at `origin`. */
  verifyAccessToken(token: string, origin: string): Promise<TokenVerdict>;
}

interface AuthorityOptions {
  readonly store: Store;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Where answers may be sent besides loopback addresses, compared exactly. */
  readonly registeredRedirectUris: readonly string[];
  /** Host names, without port, under which this server is an audience of its own; loopback names always are. */
  readonly ownHosts?: readonly string[];
  readonly onAccessToken?: Signer["onAccessToken"];
}

/** Opens the authority of a data directory. */
export async function createAuthority(options: AuthorityOptions): Promise<Authority> {
  const { store, clock, log } = options;
  const redirectUris = new RedirectUris(options.registeredRedirectUris);
  const [keys, directory] = await Promise.all([openKeyRing(options), openDirectory(options)]);
  const isForUs = audienceCheck(options.ownHosts ?? []);
  const verifier = new TokenVerifier({ keys, directory, clock, isForUs });
  return {
    store,
    clock,
    log,
    keys,
    directory,
    redirectUris,
    onAccessToken: options.onAccessToken,
    verifyAccessToken: (token, origin) => verifier.verify(token, origin),
  };
}
