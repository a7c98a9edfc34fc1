import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ArmError } from "../arm/arm-error.ts";
import { renderBody, renderError } from "../arm/render-response.ts";
import { systemClock } from "../kernel/clock.ts";
import { newUuid } from "../kernel/ids.ts";
import { connectNotAllowed, expectationFailed, headTooLarge, invalidHttp, requestTimedOut } from "./http-errors.ts";

/*
 * Node.js itself answers what it cannot parse, with text of its own or by closing the connection. Here such input is
 * refused in Resource Manager's form on every path, because most of it has no path that can be read.
 */

/** Refuses input that is not HTTP/1.1, has too large a head, or did not arrive in time. */
export function refuseUnreadable(cause: Error & { code?: string }, socket: Duplex): void {
  if (cause.code === "ECONNRESET" || !socket.writable || hasBegunResponse(socket)) return void socket.destroy();
  socket.end(rawResponse(refusalOf(cause)), () => socket.destroy());
}

/** Refuses expectations other than `100-continue`, and CONNECT. */
export function refuseOddRequests(server: Server): void {
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    const { status, text, headers } = responseTo(expectationFailed(request.headers.expect ?? ""));
    response.writeHead(status, headers).end(text);
  });
  server.on("connect", (_request: IncomingMessage, socket: Duplex) => {
    socket.end(rawResponse(connectNotAllowed()), () => socket.destroy());
  });
}

/** Clients would read bytes after a response as part of it. Node.js keeps the response in progress in a field. */
const hasBegunResponse = (socket: Duplex): boolean =>
  // oxlint-disable-next-line no-underscore-dangle -- Node.js's own name, which its documentation of clientError uses
  "_httpMessage" in socket && (socket._httpMessage as ServerResponse | null)?.headersSent === true;

function refusalOf({ code }: { code?: string }): ArmError {
  if (code === "HPE_HEADER_OVERFLOW") return headTooLarge();
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? requestTimedOut() : invalidHttp();
}

function responseTo(error: ArmError): { status: number; text: string; headers: Record<string, string> } {
  const id = newUuid();
  const stamp = { requestId: id, correlationId: id, nowMs: systemClock.nowMs() };
  const { status, body = {}, speaker, headers } = renderError(error, stamp);
  const text = renderBody(body, speaker);
  return {
    status,
    text,
    headers: {
      "cache-control": "no-cache",
      "content-type": "application/json; charset=utf-8",
      "content-length": String(Buffer.byteLength(text)),
      "x-content-type-options": "nosniff",
      "x-ms-request-id": id,
      "x-ms-correlation-request-id": id,
      ...headers,
      connection: "close",
    },
  };
}

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};

function rawResponse(error: ArmError): string {
  const { status, text, headers } = responseTo(error);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${[`HTTP/1.1 ${status} ${reasons[status] ?? "Refused"}`, ...lines].join("\r\n")}\r\n\r\n${text}`;
}
