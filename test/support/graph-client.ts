import { mintAccessToken } from "../../src/identity/tokens/mint.ts";
import { expect } from "vitest";
import { origin, type AuthorityApp } from "./authority-app.ts";

/** How a test asks Microsoft Graph. */
export interface Asked {
  readonly principal?: string;
  readonly audience?: string;
  readonly tenant?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A token for Microsoft Graph on the origin of the tests, the owner's unless somebody else is named. */
export const graphToken = (
  { dataDir, clock }: AuthorityApp,
  { principal = "owner", audience = `${origin}/`, tenant }: Asked = {},
): Promise<string> => mintAccessToken({ dataDir, clock, principal, audience, ...(tenant && { tenant }) });

/** Sends requests to an authority's Microsoft Graph, each with a token. */
export const graphClient =
  (open: () => AuthorityApp) =>
  async (method: "GET" | "POST" | "PATCH" | "DELETE" | "PUT", path: string, asked: Asked = {}) => {
    const { headers = {}, body } = asked;
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const authorization = `Bearer ${await graphToken(open(), asked)}`;
    return await open().app.inject({
      method,
      url: path,
      headers: { host: new URL(origin).host, authorization, ...type, ...headers },
      ...(body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  };

/** A list as Microsoft Graph returns it. */
export interface List {
  readonly value: readonly { readonly id: string; readonly [name: string]: unknown }[];
  readonly "@odata.context": string;
  readonly "@odata.nextLink"?: string;
  readonly "@odata.count"?: number;
}

/** A refusal in Microsoft Graph's form, at the time at which tests begin. */
export const refusal = (code: string, message: string) => ({
  error: {
    code,
    message,
    innerError: {
      date: "2026-01-01T00:00:00",
      "request-id": expect.any(String) as string,
      "client-request-id": expect.any(String) as string,
    },
  },
});
