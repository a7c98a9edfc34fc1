import { html } from "../html.ts";
import type { Page } from "../html.ts";
import type { Principal } from "../../store/principals.ts";

interface SignInChoice {
  readonly users: readonly Principal[];
  readonly clientId: string;
  /** What the page is for, sealed. */
  readonly ticket: string;
  /** The path that the form is sent to. */
  readonly action: string;
  readonly loginHint: string | undefined;
  /** Where the answer may lead, as CSP sources: browsers hold a form to it through redirects. */
  readonly leadsTo: readonly string[];
}

/** Shows the users to choose from. */
export function signInPage(page: SignInChoice): Page {
  return {
    status: 200,
    title: "Sign in",
    body: html`<p>The application <strong>${page.clientId}</strong> asks you to sign in.</p>
      <form method="post" action="${page.action}">
        <input type="hidden" name="ticket" value="${page.ticket}" />
        ${userChoice(page.users, page.loginHint)}
        <button type="submit" name="decision" value="accept">Sign in</button>
        <button type="submit" name="decision" value="decline">Cancel</button>
      </form>`,
    formAction: ["'self'", ...page.leadsTo],
  };
}

/** Radio buttons for users; the one that the client hints at is chosen, or else the first. */
export function userChoice(users: readonly Principal[], loginHint: string | undefined) {
  const hinted = users.find(({ name }) => name.toLowerCase() === loginHint?.toLowerCase());
  const chosen = hinted ?? users[0];
  const choices = users.map(
    (user) =>
      html`<p>
        <input type="radio" name="user" id="${user.name}" value="${user.name}" required${checked(user === chosen)} />
        <label for="${user.name}">${user.displayName}</label>
        <small>${user.name}, may do ${user.access === "Owner" ? "everything" : "what is assigned"}</small>
      </p>`,
  );
  return html`<fieldset>
    <legend>Local test users</legend>
    ${choices}
  </fieldset>`;
}

const checked = (isChosen: boolean) => (isChosen ? html` checked` : html``);
