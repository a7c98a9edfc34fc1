import { faultNote, userChoice } from "./sign-in-page.ts";
import type { UserChoice } from "./sign-in-page.ts";
import { html } from "./html.ts";
import type { Page } from "./html.ts";

const ownForms = ["'self'"] as const;

/** Asks for the code that a device shows; `fault` says what was wrong with the last one. */
export function codePage({ action, userCode, fault }: { action: string; userCode: string; fault?: string }): Page {
  return {
    status: fault === undefined ? 200 : 400,
    title: "Enter code",
    body: html`${faultNote(fault)}
      <form method="post" action="${action}">
        <label for="user_code">The code that your application or device shows</label>
        <input type="text" id="user_code" name="user_code" value="${userCode}" required autocomplete="off" autofocus />
        <button type="submit">Next</button>
      </form>`,
    formAction: ownForms,
  };
}

/** Shows the users, one of whom signs in on the device. */
export function userPage(
  choice: UserChoice & { action: string; clientId: string; userCode: string; ticket: string },
): Page {
  const { action, clientId, userCode, ticket, fault } = choice;
  return {
    status: fault === undefined ? 200 : 400,
    title: "Sign in on a device",
    body: html`<p>
        The application <strong>${clientId}</strong> shows the code <strong>${userCode}</strong> and asks you to sign
        in. Go on only if it is yours.
      </p>
      <form method="post" action="${action}">
        <input type="hidden" name="ticket" value="${ticket}" />
        ${userChoice(choice)}
      </form>`,
    formAction: ownForms,
  };
}

/** Says that the device goes on by itself. */
export const donePage = (sentence: string): Page => ({
  status: 200,
  title: "Done",
  body: html`<p>${sentence}</p>`,
  formAction: [],
});
