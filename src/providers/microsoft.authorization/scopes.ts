import { withoutEnd } from "../../kernel/text.ts";

/** The id that an extension resource, or a collection of them, is on; "" for the tenant. */
export const scopeOf = (extensionId: string): string => extensionId.slice(0, extensionId.lastIndexOf("/providers/"));

/** A scope as Azure writes it. */
export const scopeText = (scope: string): string => (scope === "" ? "/" : scope);

/** The key of a scope: its id in lower case, without a slash at the end. */
export const scopeKey = (scope: string): string => withoutEnd(scope.toLowerCase(), "/");

/** Whether a grant or lock at one scope holds at another, the same or below; by their keys. */
export const covers = (outer: string, inner: string): boolean =>
  inner.startsWith(outer) && (outer === "" || inner.length === outer.length || inner[outer.length] === "/");
