import { isUuid } from "../../kernel/ids.ts";

/** The tenant of everything that names none. */
export const defaultTenantId = "5d3c1f0a-7a43-4c8e-9f6b-2e1c0d9b8a71";

/** The domain that the local users' names end in. */
export const localDomain = "cuprite.local";

/** Names that stand for "whichever tenant the user is of"; `adfs` is what makes clients skip instance discovery. */
const aliases: ReadonlySet<string> = new Set(["common", "organizations", "consumers", "adfs", localDomain]);

/** A tenant as a URL names it. */
export interface NamedTenant {
  readonly tenantId: string;
  /** Whether the URL left the tenant open, so that a grant may decide. */
  readonly isAlias: boolean;
  /** ADFS has one tenant and an issuer of its own. */
  readonly isAdfs: boolean;
}

/** The tenant that a path segment names: any GUID is one; undefined for names that nobody knows. */
export function findTenant(segment: string): NamedTenant | undefined {
  const name = segment.toLowerCase();
  if (isUuid(name)) return { tenantId: name, isAlias: false, isAdfs: false };
  if (!aliases.has(name)) return undefined;
  return { tenantId: defaultTenantId, isAlias: name !== localDomain, isAdfs: name === "adfs" };
}
