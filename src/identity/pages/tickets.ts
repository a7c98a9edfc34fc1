import { JOSEError } from "jose/errors";
import { jwtVerify } from "jose/jwt/verify";
import { isJsonObject } from "../../kernel/json.ts";
import { lifetimes } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { signingAlgorithm } from "../tokens/keys.ts";
import { sign, type Signer } from "../tokens/sign.ts";

/** The page that a ticket is for; the other page refuses it. */
type TicketPurpose = "sign-in" | "device";

/** Never the issuer of an access token, so that a ticket cannot be used as one. */
const ticketIssuer = "cuprite:ticket";

/**
 * Seals what a page is about, to be sent back by its form. Another site can neither make nor read a ticket, so a form
 * with one was sent from our page.
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

/** Reads the content of a ticket. @throws OAuthError where it is forged, too old, for another page, or its key is gone. */
export async function openTicket(
  { keys, clock }: Signer,
  purpose: TicketPurpose,
  ticket: string,
): Promise<ReadonlyMap<string, string>> {
  try {
    const { payload } = await jwtVerify(ticket, (header) => keys.keyFor(header), {
      algorithms: [signingAlgorithm],
      issuer: ticketIssuer,
      audience: purpose,
      currentDate: new Date(clock.nowMs()),
    });
    const content = isJsonObject(payload["content"]) ? payload["content"] : {};
    return new Map(Object.entries(content).map(([name, value]) => [name, typeof value === "string" ? value : ""]));
  } catch (cause) {
    if (cause instanceof JOSEError) throw new OAuthError("expiredPage");
    throw cause;
  }
}
