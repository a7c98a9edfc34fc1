import type { FastifyInstance, HTTPMethods } from "fastify";

/** A response, its body parsed if it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly text: string;
}

/** Sends a request as the owner, unless `headers` has another `authorization`; a body goes as JSON. */
export type Request = (
  method: HTTPMethods,
  url: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** The host that requests without a `host` of their own address. */
export const testHost = "localhost:8443";

/** Requests to a Fastify instance, without a socket. A body that is a string goes as it is. */
export function requestTo(app: FastifyInstance): Request {
  return async (method, url, body, headers = {}) => {
    const contentType = body === undefined ? {} : { "content-type": "application/json" };
    const response = await app.inject({
      method,
      url,
      headers: { host: testHost, authorization: "Bearer owner", ...contentType, ...headers },
      ...(body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = response.body;
    const given = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    const isJson = String(response.headers["content-type"]).includes("json") && text !== "";
    return {
      status: response.statusCode,
      headers: Object.fromEntries(given) as Record<string, string>,
      body: isJson ? (JSON.parse(text) as unknown) : undefined,
      text,
    };
  };
}
