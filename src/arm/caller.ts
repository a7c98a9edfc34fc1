/** Who makes a request, from their token and the directory. */
export interface Caller {
  readonly objectId: string;
  readonly tenantId: string;
  readonly kind: "User" | "ServicePrincipal" | "ManagedIdentity";
  /** User principal name, or application id: what Azure's messages call the client. */
  readonly name: string;
  readonly appId: string;
  /** What the principal may do, everywhere. */
  readonly access: "Owner" | "None";
}

/** The result of checking a bearer token. */
export type TokenVerdict =
  | { readonly ok: true; readonly caller: Caller }
  | {
      readonly ok: false;
      readonly problem: "malformed" | "badSignature" | "unknownIssuer" | "wrongAudience" | "expired" | "notYetValid";
      /** For `expired` and `notYetValid`: the time in the token, milliseconds since the epoch. */
      readonly atMs?: number;
      readonly audience?: string;
      readonly issuer?: string;
    };

/** Checks a bearer token. */
export type VerifyToken = (token: string) => TokenVerdict | Promise<TokenVerdict>;

/** Decides whether a caller may do something. */
export type MayDo = (request: { caller: Caller; action: string; scope: string }) => boolean | Promise<boolean>;

/** Whether a caller has any right at all to a scope ("" for the tenant), to what is above it or to what is in it. */
export type HasAnyRole = (request: { caller: Caller; scope: string }) => Promise<boolean>;
