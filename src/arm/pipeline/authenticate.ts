import { ArmError } from "../arm-error.ts";
import type { ErrorCode } from "../arm-error.ts";
import type { TokenVerdict } from "../caller.ts";
import type { Step } from "./pipeline.ts";

const scheme = "bearer ";

/** Lets only requests pass that carry a token of ours for one of ARM's audiences, in date. */
export const authenticate: Step = async (exchange, { verifyToken, tenantId }) => {
  const authority = `${exchange.origin}/${tenantId}`;
  const header = exchange.headers.authorization;
  if (header === undefined || header === "") {
    throw challenge(authority, {
      code: "AuthenticationFailed",
      message: "Authentication failed. The 'Authorization' header is missing.",
      description: "The authentication failed because of missing 'Authorization' header.",
    });
  }
  const token = header.slice(scheme.length).trim();
  if (header.slice(0, scheme.length).toLowerCase() !== scheme || token === "" || token.includes(" ")) {
    throw challenge(authority, {
      code: "AuthenticationFailed",
      message: "Authentication failed. The 'Authorization' header is provided in an invalid format.",
      description: "The authentication scheme of Bearer was expected.",
    });
  }
  const verdict = await verifyToken(token);
  if (!verdict.ok) throw challenge(authority, refusal(verdict, exchange.startedAtMs));
  exchange.caller = verdict.caller;
  return undefined;
};

interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly description: string;
}

function refusal(verdict: Extract<TokenVerdict, { ok: false }>, nowMs: number): Refusal {
  const code = "InvalidAuthenticationToken";
  switch (verdict.problem) {
    case "expired":
      return {
        code: "ExpiredAuthenticationToken",
        message:
          `The access token expiry UTC time '${dotNetTime(verdict.atMs ?? 0)}' is earlier than ` +
          `current UTC time '${dotNetTime(nowMs)}'.`,
        description: "The access token has expired.",
      };
    case "notYetValid":
      return {
        code,
        message: `The access token is not valid before UTC time '${dotNetTime(verdict.atMs ?? 0)}'.`,
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

function challenge(authority: string, { code, message, description }: Refusal): ArmError {
  return new ArmError({
    code,
    message,
    headers: {
      "www-authenticate": `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${description}"`,
    },
  });
}

/** `8/17/2020 3:46:33 AM`, as recorded. */
function dotNetTime(atMs: number): string {
  const at = new Date(atMs);
  const hours = at.getUTCHours();
  const pad = (value: number): string => String(value).padStart(2, "0");
  const clock = `${hours % 12 === 0 ? 12 : hours % 12}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
  return `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${clock} ${hours < 12 ? "AM" : "PM"}`;
}
