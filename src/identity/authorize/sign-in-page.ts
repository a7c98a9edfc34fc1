import { html } from "../html.ts";
import type { Page } from "../html.ts";
import { findLocalUser, localUsers } from "../local-principals.ts";

interface SignInChoice {
  readonly clientId: string;
  /** What the page is for, sealed. */
  readonly ticket: string;
  /** The path that the form is sent to. */
  readonly action: string;
  readonly loginHint: string | undefined;
  /** Where the answer may lead, as CSP sources: browsers hold a form to it through redirects. */
  readonly leadsTo: readonly string[];
}

/** Shows the test users to choose from. */
export function signInPage(page: SignInChoice): Page {
  return {
    status: 200,
    title: "Sign in",
    body: html`<p>The application <strong>${page.clientId}</strong> asks you to sign in.</p>
      <form method="post" action="${page.action}">
        <input type="hidden" name="ticket" value="${page.ticket}" />
        ${userChoice(page.loginHint)}
        <button type="submit" name="decision" value="accept">Sign in</button>
        <button type="submit" name="decision" value="decline">Cancel</button>
      </form>`,
    formAction: ["'self'", ...page.leadsTo],
  };
}

/** Radio buttons for the test users; the one that the client hints at is chosen, or else the first. */
export function userChoice(loginHint: string | undefined) {
  const chosen = findLocalUser(loginHint ?? "") ?? localUsers[0];
  const choices = localUsers.map(
    (user) =>
      html`<p>
        <input type="radio" name="user" id="${user.name}" value="${user.name}" required${checked(user === chosen)} />
        <label for="${user.name}">${user.displayName}</label>
        <small>${user.name}, may do ${user.access === "Owner" ? "everything" : "nothing"}</small>
      </p>`,
  );
  return html`<fieldset>
    <legend>Local test users</legend>
    ${choices}
  </fieldset>`;
}

const checked = (isChosen: boolean) => (isChosen ? html` checked` : html``);
