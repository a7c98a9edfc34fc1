/** A directory that principals and subscriptions belong to. */
export interface Tenant {
  readonly tenantId: string;
  readonly displayName: string;
  /** The domain that its users' names end in. */
  readonly defaultDomain: string;
}
