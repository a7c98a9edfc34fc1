import { html } from "./html.ts";
import type { Page } from "./html.ts";
import type { Principal } from "../../store/principals.ts";

/** Who may be chosen, and with what. */
export interface UserChoice {
  readonly users: readonly Principal[];
  /** The name of the user who is chosen already. */
  readonly user?: string | undefined;
  readonly asksForPassword: boolean;
  /** What was wrong with the last choice. */
  readonly fault?: string | undefined;
}

interface SignInChoice extends UserChoice {
  readonly clientId: string;
  /** What the page is for, sealed. */
  readonly ticket: string;
  /** The path that the form is sent to. */
  readonly action: string;
  /** Where the answer may lead, as CSP sources: browsers hold a form to it through redirects. */
  readonly leadsTo: readonly string[];
}

/** Shows the users to choose from. */
export function signInPage(page: SignInChoice): Page {
  return {
    status: page.fault === undefined ? 200 : 400,
    title: "Sign in",
    body: html`<p>The application <strong>${page.clientId}</strong> asks you to sign in.</p>
      <form method="post" action="${page.action}">
        <input type="hidden" name="ticket" value="${page.ticket}" />
        ${userChoice(page)}
      </form>`,
    formAction: ["'self'", ...page.leadsTo],
  };
}

/** What was wrong, for screen readers to tell at once. */
export const faultNote = (fault: string | undefined) =>
  fault === undefined ? html`` : html`<p role="alert">${fault}</p>`;

/** Radio buttons for users, the first chosen unless one was named; the password, where there is one; and the decision. */
export function userChoice({ users, user: named, asksForPassword, fault }: UserChoice) {
  const chosen = users.find(({ name }) => name.toLowerCase() === named?.toLowerCase()) ?? users[0];
  const choices = users.map(
    (user) =>
      html`<p>
        <input type="radio" name="user" id="${user.name}" value="${user.name}" required${checked(user === chosen)} />
        <label for="${user.name}">${user.displayName}</label>
        <small>${user.name}, may do ${user.access === "Owner" ? "everything" : "what is assigned"}</small>
      </p>`,
  );
  return html`${faultNote(fault)}
    <fieldset>
      <legend>Local test users</legend>
      ${choices}
    </fieldset>
    ${asksForPassword ? passwordField : html``}
    <button type="submit" name="decision" value="accept">Sign in</button>
    <button type="submit" name="decision" value="decline" formnovalidate>Cancel</button>`;
}

const passwordField = html`<p>
  <label for="password">Password</label>
  <input type="password" id="password" name="password" required autocomplete="current-password" />
</p>`;

const checked = (isChosen: boolean) => (isChosen ? html` checked` : html``);
