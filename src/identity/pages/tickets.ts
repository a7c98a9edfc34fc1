import { JOSEError } from "jose/errors";
import { jwtVerify } from "jose/jwt/verify";
import { isJsonObject } from "../../kernel/json.ts";
import { signingAlgorithm } from "../tokens/keys.ts";
import { lifetimes } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { sign } from "../tokens/sign.ts";
import type { Signer } from "../tokens/sign.ts";

/** What a ticket is good for; one for the one page is refused by the other. */
export type TicketPurpose = "sign-in" | "device";

/** Never the issuer of an access token, so that a ticket cannot be presented as one. */
const ticketIssuer = "cuprite:ticket";

/**
 * Seals what a page was shown for, to be sent back by its form. Another site can neither make a ticket nor read one,
 * so a form that brings it was sent from our page.
 */
export async function sealTicket(
  signer: Signer,
  purpose: TicketPurpose,
  content: Readonly<Record<string, string>>,
): Promise<string> {
  const { token } = await sign(signer, {
    claims: { content },
    issuer: ticketIssuer,
    audience: purpose,
    lifetimeSeconds: lifetimes.signInSeconds,
  });
  return token;
}

/** What a ticket holds. */
export async function openTicket(
  signer: Signer,
  purpose: TicketPurpose,
  ticket: string,
): Promise<ReadonlyMap<string, string>> {
  const content = await readContent(signer, purpose, ticket);
  if (!isJsonObject(content)) throw new OAuthError("expiredPage");
  return new Map(Object.entries(content).map(([name, value]) => [name, typeof value === "string" ? value : ""]));
}

async function readContent(signer: Signer, purpose: TicketPurpose, ticket: string): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(ticket, (header) => signer.keys.keyFor(header), {
      algorithms: [signingAlgorithm],
      issuer: ticketIssuer,
      audience: purpose,
      currentDate: new Date(signer.clock.nowMs()),
    });
    return payload["content"];
  } catch (cause) {
    // Forged, too old, or by a key that is gone: all the same to the person at the page.
    if (cause instanceof JOSEError) throw new OAuthError("expiredPage");
    throw cause;
  }
}
