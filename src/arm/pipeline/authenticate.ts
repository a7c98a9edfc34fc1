import type { TokenVerdict } from "../caller.ts";
import { tokenRefused, type TokenRefusal } from "../errors.ts";
import type { Step } from "./exchange.ts";

const scheme = "bearer ";

/** The request must have a valid token of ours for one of ARM's audiences. */
export const authenticate: Step = (exchange, { verifyToken, tenantId }) => {
  const authority = `${exchange.origin}/${tenantId}`;
  const token = tokenOf(exchange.headers.authorization, authority);
  const accept = (verdict: TokenVerdict): undefined => {
    if (!verdict.ok) throw tokenRefused(authority, refusal(verdict, exchange.startedAtMs));
    exchange.caller = verdict.caller;
  };
  const verdict = verifyToken(token);
  return verdict instanceof Promise ? verdict.then(accept) : accept(verdict);
};

/** The token of the last header that was read: to compare a header takes less time than to cut and hash its token. */
let last = { header: "", token: "" };

/** The token of an Authorization header. @throws ArmError when there is none in it */
function tokenOf(header: string | undefined, authority: string): string {
  if (header === undefined || header === "") {
    throw tokenRefused(authority, {
      code: "AuthenticationFailed",
      message: "Authentication failed. The 'Authorization' header is missing.",
      description: "The authentication failed because of missing 'Authorization' header.",
    });
  }
  if (header === last.header) return last.token;
  const token = header.slice(scheme.length).trim();
  if (header.slice(0, scheme.length).toLowerCase() !== scheme || token === "" || token.includes(" ")) {
    throw tokenRefused(authority, {
      code: "AuthenticationFailed",
      message: "Authentication failed. The 'Authorization' header is provided in an invalid format.",
      description: "The authentication scheme of Bearer was expected.",
    });
  }
  last = { header, token };
  return token;
}

function refusal(verdict: Extract<TokenVerdict, { ok: false }>, nowMs: number): TokenRefusal {
  const code = "InvalidAuthenticationToken";
  switch (verdict.problem) {
    case "expired":
      return {
        code: "ExpiredAuthenticationToken",
        message:
          `The access token expiry UTC time '${twelveHourTime(verdict.atMs ?? 0)}' is earlier than ` +
          `current UTC time '${twelveHourTime(nowMs)}'.`,
        description: "The access token has expired.",
      };
    case "notYetValid":
      return {
        code,
        message: `The access token is not valid before UTC time '${twelveHourTime(verdict.atMs ?? 0)}'.`,
        description: "The access token is not yet valid.",
      };
    case "wrongAudience":
      return {
        code,
        message: `The access token has been obtained for wrong audience or resource '${verdict.audience ?? ""}'.`,
        description: "The access token has been obtained for a wrong audience.",
      };
    case "unknownIssuer":
      return {
        code,
        message: `The access token is from the wrong issuer '${verdict.issuer ?? ""}'.`,
        description: "The access token is from the wrong issuer.",
      };
    case "malformed":
    case "badSignature":
      break;
  }
  return { code, message: "The access token is invalid.", description: "The access token is invalid." };
}

/** `8/17/2020 3:46:33 AM`, as recorded. */
function twelveHourTime(atMs: number): string {
  const at = new Date(atMs);
  const hours = at.getUTCHours();
  const pad = (value: number): string => String(value).padStart(2, "0");
  const clock = `${hours % 12 === 0 ? 12 : hours % 12}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
  return `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${clock} ${hours < 12 ? "AM" : "PM"}`;
}
