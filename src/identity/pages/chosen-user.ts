import type { Principal } from "../../store/principals.ts";
import type { Authority } from "../authority.ts";
import { OAuthError } from "../oauth-error.ts";
import { required } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";
import { findUser } from "../principals/users.ts";

/**
 * The user whom a page's form names; noted in the directory once they get a token.
 * @throws OAuthError for nobody's name, and for a wrong password where there are passwords.
 */
export async function chosenUser(authority: Authority, form: Parameters, tenantId: string): Promise<Principal> {
  const name = required(form, "user");
  const user = findUser(authority.directory, tenantId, name);
  if (user === undefined) throw new OAuthError("badParameter", `there is no user '${name}'`);
  await authority.passwords?.check(user, form.get("password") ?? "");
  return user;
}
