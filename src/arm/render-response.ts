import type { ArmError, Speaker } from "./arm-error.ts";
import type { ArmResponse } from "./resource-type.ts";

/**
 * A body as its speaker lays it out: ARM and Microsoft.Network compact, other providers with two spaces and CRLF
 * (recorded content lengths, Microsoft.Network since 2025).
 */
export function renderBody(body: object, speaker: Speaker): string {
  return speaker === "provider" ? JSON.stringify(body, undefined, 2).replaceAll("\n", "\r\n") : JSON.stringify(body);
}

/** The body of one item of a list, as it stands in the text of the list. */
export function renderItem(body: object, speaker: Speaker): string {
  const text = renderBody(body, speaker);
  return speaker === "provider" ? text.replaceAll("\n", `\n${itemIndent}`) : text;
}

const itemIndent = "    ";

/** The body of a list whose items are rendered. */
export function renderList(
  { items, nextLink }: { readonly items: readonly string[]; readonly nextLink?: string },
  speaker: Speaker,
): string {
  if (items.length === 0 || speaker !== "provider") {
    const text = renderBody({ value: [], nextLink }, speaker);
    const at = text.indexOf("[]") + 1;
    return text.slice(0, at) + items.join(",") + text.slice(at);
  }
  const link = nextLink === undefined ? "" : `,\r\n  "nextLink": ${JSON.stringify(nextLink)}`;
  return `{\r\n  "value": [\r\n${itemIndent}${items.join(`,\r\n${itemIndent}`)}\r\n  ]${link}\r\n}`;
}

/** The body of a response, also of one that is rendered. */
export function bodyOf({ body, text }: ArmResponse): object | undefined {
  return body ?? (typeof text === "string" ? (JSON.parse(text) as object) : undefined);
}

/** What a provider's error repeats of the request. */
interface RequestStamp {
  readonly correlationId: string;
  readonly requestId: string;
  readonly nowMs: number;
}

/**
 * An error as its speaker writes it: ARM names itself in a header, Microsoft.Network always has `details`, and
 * Microsoft.Cache ends every message with the ids and the time of the request, with a `target` that is null (recorded
 * 2026 of its 400 and 404).
 */
export function renderError(error: ArmError, stamp: RequestStamp): ArmResponse {
  const { status, code, message, target, details, speaker } = error;
  const optional = details === undefined ? {} : { details };
  if (speaker === "provider") {
    const body = { error: { code, message: `${message} ${tailOf(stamp)}`, target: null, ...optional } };
    return { status, body, speaker, headers: error.headers };
  }
  if (speaker === "network") {
    return { status, body: { error: { code, message, details: details ?? [] } }, speaker, headers: error.headers };
  }
  const body = { error: { code, message, ...(target === undefined ? {} : { target }), ...optional } };
  return { status, body, speaker, headers: { "x-ms-failure-cause": "gateway", ...error.headers } };
}

const tailOf = ({ correlationId, requestId, nowMs }: RequestStamp): string =>
  `CorrelationID=${correlationId} RequestID=${requestId} Timestamp=${timestamp(nowMs)}`;

let stamped = { second: -1, text: "" };

/** `07/21/2026 18:35:32 (UTC)`, as recorded; refusals of one second share it. */
function timestamp(nowMs: number): string {
  const second = Math.floor(nowMs / 1_000);
  if (second !== stamped.second) {
    const iso = new Date(nowMs).toISOString();
    stamped = { second, text: `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${iso.slice(11, 19)} (UTC)` };
  }
  return stamped.text;
}
