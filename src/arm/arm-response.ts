import type { Speaker } from "./arm-error.ts";

/** What a handler answers. */
export interface ArmResponse {
  readonly status: number;
  /** Any JSON-able value; absent for an empty body. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly speaker: Speaker;
  /** Defaults to `application/json; charset=utf-8`. */
  readonly contentType?: string;
}

/** An answer of a resource provider. */
export const providerResponse = (
  status: number,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): ArmResponse => ({ status, ...(body === undefined ? {} : { body }), headers, speaker: "provider" });

/** An answer of ARM itself: Microsoft.Resources, and the lists that it merges. */
export const gatewayResponse = (
  status: number,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): ArmResponse => ({ status, ...(body === undefined ? {} : { body }), headers, speaker: "gateway" });

/** An answer of Microsoft.Network. */
export const networkResponse = (
  status: number,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): ArmResponse => ({ status, ...(body === undefined ? {} : { body }), headers, speaker: "network" });

/**
 * A body as its speaker lays it out: ARM and Microsoft.Network compact, other providers with two spaces and CRLF
 * (recorded content lengths, Microsoft.Network since 2025).
 */
export function renderBody(body: object, speaker: Speaker): string {
  return speaker === "provider" ? JSON.stringify(body, undefined, 2).replaceAll("\n", "\r\n") : JSON.stringify(body);
}
