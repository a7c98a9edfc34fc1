import type { PrincipalKind } from "../store/principals.ts";

/** Kinds of principals as a person calls them. */
export const kindNames = ["user", "service-principal", "managed-identity"] as const;

type KindName = (typeof kindNames)[number];

const kinds: Readonly<Record<KindName, PrincipalKind>> = {
  user: "User",
  "service-principal": "ServicePrincipal",
  "managed-identity": "ManagedIdentity",
};

/** The kind that a word means; undefined for other words. */
export const kindOf = (word: string): PrincipalKind | undefined => {
  const name = kindNames.find((known) => known === word);
  return name === undefined ? undefined : kinds[name];
};

/** How a person calls a kind. */
export const nameOfKind = (kind: PrincipalKind): string => kindNames.find((name) => kinds[name] === kind) ?? kind;
