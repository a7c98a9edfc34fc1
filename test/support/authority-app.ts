import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fastify, type FastifyInstance, type LightMyRequestResponse } from "fastify";
import { decodeJwt, type JWTPayload } from "jose";
import type { OwnAddresses } from "../../src/identity/tokens/audiences.ts";
import { createAuthority, type Authority } from "../../src/identity/authority.ts";
import { registerGraph } from "../../src/identity/graph/graph-routes.ts";
import { openKeyRing } from "../../src/identity/tokens/keys.ts";
import { registerAuthority } from "../../src/identity/routes.ts";
import { createLog, type Log } from "../../src/kernel/log.ts";
import { ManualClock } from "./manual-clock.ts";
import { openTempStore, type TempStore } from "./temp-store.ts";

/** The origin that the requests of these tests name. */
export const origin = "https://localhost:8443";

/** An authority on a new data directory and store, on a Fastify instance like the application's. */
export interface AuthorityApp {
  readonly app: FastifyInstance;
  readonly authority: Authority;
  readonly clock: ManualClock;
  readonly temp: TempStore;
  readonly dataDir: string;
  close(): Promise<void>;
}

/** Opens an authority; `close` removes its files. */
export async function openAuthorityApp(
  options: {
    registeredRedirectUris?: readonly string[];
    own?: OwnAddresses;
    strict?: { administratorPassword: string };
    log?: Log;
  } = {},
): Promise<AuthorityApp> {
  const dataDir = await newDataDir();
  const temp = await openTempStore();
  const clock = new ManualClock();
  const log = createLog("silent");
  const authority = await createAuthority({
    store: temp.store,
    dataDir,
    clock,
    log,
    registeredRedirectUris: [],
    own: { hosts: [], origins: [], port: () => 8443 },
    ...options,
  });
  const app = fastify({ routerOptions: { caseSensitive: false } });
  await registerAuthority(app, authority);
  await registerGraph(app, authority);
  app.all("/*", (_request, reply) => reply.code(404).send("not the authority's"));
  const close = async (): Promise<void> => {
    await app.close();
    await temp.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { app, authority, clock, temp, dataDir, close };
}

let withKey: Promise<string> | undefined;

/** A new data directory with a copied signing key: to make one takes longer than everything else. */
export async function newDataDir(): Promise<string> {
  withKey ??= makeKey();
  const dataDir = newFolder();
  cpSync(await withKey, dataDir, { recursive: true });
  return dataDir;
}

async function makeKey(): Promise<string> {
  const dataDir = newFolder();
  process.once("exit", () => rmSync(dataDir, { recursive: true, force: true }));
  await openKeyRing({ dataDir, clock: new ManualClock() });
  return dataDir;
}

/** Adds another signing key to a data directory, as another process would, and returns its id. */
export async function addSigningKey(dataDir: string): Promise<string> {
  const folder = newFolder();
  const { signing } = await openKeyRing({ dataDir: folder, clock: new ManualClock() });
  cpSync(join(folder, "keys", "signing-000001.jwk"), join(dataDir, "keys", "signing-000002.jwk"));
  rmSync(folder, { recursive: true });
  return signing.kid;
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), "cuprite-identity-"));

/** Posts a form as a program does. */
export function postForm(
  app: FastifyInstance,
  url: string,
  fields: Readonly<Record<string, string>> | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method: "POST",
    url,
    headers: { host: new URL(origin).host, "content-type": "application/x-www-form-urlencoded", ...headers },
    payload: typeof fields === "string" ? fields : new URLSearchParams(fields).toString(),
  });
}

/** Gets a page or document. */
export function get(
  app: FastifyInstance,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<LightMyRequestResponse> {
  return app.inject({ method: "GET", url, headers: { host: new URL(origin).host, ...headers } });
}

/** The parameters of an authorization request, as a query. */
export const authorizeUrl = (path: string, parameters: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(parameters).toString()}`;

/** Opens the sign-in page at `url` and makes a choice on it, as a browser would. */
export async function signIn(
  app: FastifyInstance,
  url: string,
  choice: { user?: string; decision?: string; password?: string } = {},
): Promise<LightMyRequestResponse> {
  const page = await get(app, url);
  const { action, fields } = readForm(page.body);
  const chosen = { user: "owner@cuprite.local", decision: "accept", ...choice };
  return await postForm(app, action, { ...fields, ...chosen }, { origin });
}

/** The form of a page: its action and its hidden fields. */
export function readForm(page: string): { action: string; fields: Record<string, string> } {
  const action = unescapeHtml(/<form method="post" action="([^"]*)">/.exec(page)?.[1] ?? "");
  const hidden = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)" \/>/g);
  const fields = [...hidden].map(([, name = "", value = ""]) => [unescapeHtml(name), unescapeHtml(value)]);
  return { action, fields: Object.fromEntries(fields) as Record<string, string> };
}

const unescapeHtml = (text: string): string =>
  text
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

/** The parameters of a redirect, in its query or fragment. */
export function redirected(response: LightMyRequestResponse): URLSearchParams {
  const url = new URL(String(response.headers.location));
  return new URLSearchParams(url.hash === "" ? url.search : url.hash.slice(1));
}

/** The body of the token endpoint's response. */
export const tokensOf = (response: LightMyRequestResponse): TokenAnswer => response.json<TokenAnswer>();

interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly [name: string]: unknown;
}

/** The claims of a token, unchecked. */
export const claimsOf = (token: string | null | undefined): JWTPayload => decodeJwt(token ?? "");
