import type { Principal } from "../../store/principals.ts";
import type { Authority } from "../authority.ts";
import { OAuthError } from "../oauth-error.ts";
import { required, type Parameters } from "../parameters.ts";
import { html, type Page } from "./html.ts";

/** The users of a sign-in page, and what is known from the last attempt. */
interface UserChoice {
  readonly authority: Authority;
  readonly tenantId: string;
  /** The name of the user who is selected. */
  readonly user?: string | undefined;
  /** What was wrong with the last choice. */
  readonly fault?: string | undefined;
}

interface SignInChoice extends UserChoice {
  readonly clientId: string;
  /** What the page is about, sealed. */
  readonly ticket: string;
  /** The path that the form is sent to. */
  readonly action: string;
}

/** Shows the users of a tenant; `leadsTo` is where the answer may go, as CSP sources: browsers check redirects of a form too. */
export const signInPage = (page: SignInChoice & { leadsTo: readonly string[] }): Page => ({
  status: statusFor(page.fault),
  title: "Sign in",
  body: html`<p>The application <strong>${page.clientId}</strong> asks you to sign in.</p>
    ${choiceForm(page)}`,
  formAction: ["'self'", ...page.leadsTo],
});

/** Asks for the code that a device shows; `fault` is what was wrong with the last one. */
export const deviceCodePage = (action: string, userCode: string, fault?: string): Page => ({
  status: statusFor(fault),
  title: "Enter code",
  body: html`${faultNote(fault)}
    <form method="post" action="${action}">
      <label for="user_code">The code that your application or device shows</label>
      <input type="text" id="user_code" name="user_code" value="${userCode}" required autocomplete="off" autofocus />
      <button type="submit">Next</button>
    </form>`,
  formAction: ["'self'"],
});

/** Shows the users, one of whom signs in on the device. */
export const deviceSignInPage = (page: SignInChoice & { userCode: string }): Page => ({
  status: statusFor(page.fault),
  title: "Sign in on a device",
  body: html`<p>
      The application <strong>${page.clientId}</strong> shows the code <strong>${page.userCode}</strong> and asks you to
      sign in. Go on only if it is yours.
    </p>
    ${choiceForm(page)}`,
  formAction: ["'self'"],
});

/** The last page of a sign-in on a device. */
export const donePage = (sentence: string): Page => ({
  status: 200,
  title: "Done",
  body: html`<p>${sentence}</p>`,
  formAction: [],
});

const statusFor = (fault: string | undefined): number => (fault === undefined ? 200 : 400);

/** An alert, so that screen readers read it first. */
const faultNote = (fault: string | undefined) => (fault === undefined ? html`` : html`<p role="alert">${fault}</p>`);

/** Radio buttons for the users, the first selected unless one is named; a password, if there are passwords; the decision. */
function choiceForm({ authority, tenantId, user: named, fault, action, ticket }: SignInChoice) {
  const users = authority.directory.usersOf(tenantId);
  const selected = users.find(({ name }) => name.toLowerCase() === named?.toLowerCase()) ?? users[0];
  const choices = users.map(
    (user) =>
      html`<p>
        <input type="radio" name="user" id="${user.name}" value="${user.name}" required${checked(user === selected)} />
        <label for="${user.name}">${user.displayName}</label>
        <small>${user.name}, may do ${user.access === "Owner" ? "everything" : "what is assigned"}</small>
      </p>`,
  );
  return html`<form method="post" action="${action}">
    <input type="hidden" name="ticket" value="${ticket}" />
    ${faultNote(fault)}
    <fieldset>
      <legend>Local test users</legend>
      ${choices}
    </fieldset>
    ${authority.isStrict ? passwordField : html``}
    <button type="submit" name="decision" value="accept">Sign in</button>
    <button type="submit" name="decision" value="decline" formnovalidate>Cancel</button>
  </form>`;
}

const checked = (isSelected: boolean) => (isSelected ? html` checked` : html``);

const passwordField = html`<p>
  <label for="password">Password</label>
  <input type="password" id="password" name="password" required autocomplete="current-password" />
</p>`;

/**
 * The user whom a page's form names. A token adds them to the directory, not this.
 * @throws OAuthError for an unknown name, and for a wrong password where there are passwords.
 */
export async function chosenUser(authority: Authority, form: Parameters, tenantId: string): Promise<Principal> {
  const name = required(form, "user");
  const user = authority.directory.findUser(tenantId, name);
  if (user === undefined) throw new OAuthError("badParameter", `there is no user '${name}'`);
  await authority.passwords?.check(user, form.get("password") ?? "");
  return user;
}
