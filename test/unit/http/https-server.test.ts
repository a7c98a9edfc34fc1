import { fastify, type FastifyInstance } from "fastify";
import { once } from "node:events";
import { createServer } from "node:http";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { Registry } from "../../../src/arm/registry.ts";
import { registerArm } from "../../../src/arm/routes.ts";
import { createArm, takeArmRequests, type Arm } from "../../../src/arm/server.ts";
import { closing, createHttpsServer, listen } from "../../../src/http/https-server.ts";
import { LateApp } from "../../../src/http/late-app.ts";
import { createRoutedApp, httpRouting } from "../../../src/http/routed-app.ts";
import { refuseUnreadable } from "../../../src/http/refusals.ts";
import { registerAuthority } from "../../../src/identity/routes.ts";
import { createLog } from "../../../src/kernel/log.ts";
import { createHealth, registerHealth, takeHealthRequests, type Health } from "../../../src/management/health.ts";
import { openTlsMaterial } from "../../../src/tls/tls-material.ts";
import { openAuthorityApp } from "../../support/authority-app.ts";
import { pipelineServices } from "../../support/exchange.ts";
import { keepingLog } from "../../support/keeping-log.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { listenRaw } from "../../support/raw-http.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { openTempStore } from "../../support/temp-store.ts";

interface Parts {
  readonly arm: Arm;
  readonly health: Health;
  /** Puts everything on one instance, as the application has it. */
  readonly fill: (app: FastifyInstance) => Promise<FastifyInstance>;
}

async function makeParts(): Promise<Parts> {
  const temp = await openTempStore();
  const identity = await openAuthorityApp();
  const { authority } = identity;
  onTestFinished(async () => {
    await identity.close();
    await temp.close();
  });
  const health = createHealth({ store: temp.store, clock: new ManualClock(), dataPlaneFailure: () => undefined });
  const arm = createArm({
    ...pipelineServices({ registry: new Registry([]) }),
    log: createLog("silent"),
    verifyToken: (token) => authority.verifyAccessToken(token),
  });
  const fill = async (app: FastifyInstance): Promise<FastifyInstance> => {
    registerHealth(app, health);
    await registerAuthority(app, authority);
    await registerArm(app, arm);
    return app;
  };
  return { arm, health, fill };
}

/** The server as the application has it. */
async function startSecure() {
  const { arm, health, fill } = await makeParts();
  const log = createLog("silent");
  const tls = { dataDir: await tempDir(), hostNames: [], ipAddresses: [], clock: new ManualClock(), log };
  const server = createHttpsServer(await openTlsMaterial(tls));
  const late = new LateApp({ make: () => fill(createRoutedApp()), log });
  late.serve(server);
  takeHealthRequests(server, health);
  takeArmRequests(server, arm);
  const closable = closing(server, [arm, late]);
  onTestFinished(() => closable.close());
  const port = await listen(server, { host: "127.0.0.1", port: 0 });
  const dial = () => connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
  const send = async (head: string, body = ""): Promise<string> => {
    const socket = dial();
    socket.write(`${head}\r\n\r\n${body}`);
    return await text(socket);
  };
  return { server, close: () => closable.close(), dial, send };
}

const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? "";
const codeOf = (answer: string): unknown =>
  (JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as { error: { code?: string } }).error.code;

describe("the secure server refuses in ARM's form", () => {
  test.each([
    ["no host", "GET /subscriptions HTTP/1.1\r\nConnection: close", "400", "InvalidRequestUri"],
    ["an expectation", "GET /subscriptions HTTP/1.1\r\nHost: localhost\r\nExpect: 200-ok", "417", "ExpectationFailed"],
    ["a tunnel", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443", "405", "MethodNotAllowed"],
    ["no HTTP", "hello", "400", "BadRequest"],
    ["a long head", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost`, "431", "RequestHeaderFieldsTooLarge"],
  ])("%s", async (_what, head, status, code) => {
    const { send } = await startSecure();
    const answer = await send(head);
    expect({ status: statusOf(answer), code: codeOf(answer) }).toEqual({ status, code });
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toMatch(/\r\ncontent-type: application\/json; charset=utf-8\r\n/i);
  });

  test("what did not arrive in time", async () => {
    const socket = new PassThrough();
    refuseUnreadable(Object.assign(new Error("late"), { code: "ERR_HTTP_REQUEST_TIMEOUT" }), socket);
    const answer = await text(socket);
    expect({ status: statusOf(answer), code: codeOf(answer) }).toEqual({ status: "408", code: "RequestTimeout" });
  });
});

test("no route of the server makes a browser use https for all of localhost", async () => {
  const { send } = await startSecure();
  const browser =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Gecko/20100101 Firefox/78.0\r\nHost: localhost:8443";
  const paths = [
    "/",
    "/favicon.ico",
    "/subscriptions?api-version=2022-12-01",
    "/common/oauth2/v2.0/authorize?client_id=a",
    "/common/v2.0/.well-known/openid-configuration",
    "/common/discovery/keys",
    "/metadata/endpoints?api-version=2022-09-01",
    "/devicelogin",
    "/healthz",
    "/readyz",
    "/cuprite/paths",
  ];
  for (const path of paths) {
    const answer = await send(`GET ${path} HTTP/1.1\r\n${browser}\r\nConnection: close`);
    expect(statusOf(answer)).toMatch(/^[2-5]\d\d$/);
    expect(answer.toLowerCase()).not.toContain("strict-transport-security");
  }
});

test.each(["/healthz", "/common/discovery/keys", "/common/oauth2/v2.0/token"])(
  "%s stops receiving a body that does not end",
  async (path) => {
    const { dial } = await startSecure();
    const socket = dial();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${"[".repeat(65_536)}\r\n`;
    const send = (): void => void (socket.writable && socket.write(chunk, send));
    send();
    socket.on("error", () => undefined);
    let answer = "";
    socket.on("data", (part: Buffer) => (answer += part.toString()));
    await new Promise((resolve) => socket.once("close", resolve));
    expect(answer).toMatch(/^HTTP\/1\.1 \d{3} .+\r\n(.+\r\n)*connection: close\r\n/i);
    expect(socket.bytesWritten).toBeLessThan(64 * 1024 ** 2);
  },
);

describe("while it stops, the server refuses a second request on a busy connection:", () => {
  const group = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/g";
  const refusedByArm = {
    error: { code: "ServiceUnavailable", message: "The service is stopping. Please retry the request." },
  };
  const refusedByAuthority = { error: "temporarily_unavailable", error_codes: [90033] };

  test.each([
    ["ARM", "GET /subscriptions?api-version=2022-12-01", refusedByArm, { isLoaded: true }],
    ["ARM, past Fastify", `GET ${group}?api-version=2022-12-01`, refusedByArm, { isLoaded: false }],
    ["ARM, loaded then", "GET /subscriptions?api-version=2022-12-01", refusedByArm, { isLoaded: false }],
    ["the authority", "GET /common/discovery/keys", refusedByAuthority, { isLoaded: true }],
    ["the authority, loaded then", "GET /common/discovery/keys", refusedByAuthority, { isLoaded: false }],
  ])("%s", async (_who, line, body, { isLoaded }) => {
    const { server, close, dial, send } = await startSecure();
    if (isLoaded) await send("GET /devicelogin HTTP/1.1\r\nHost: localhost\r\nConnection: close");
    const socket = dial();
    const seen = once(server, "request");
    socket.write(`PUT ${group}?api-version=2021-04-01 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n`);
    await seen;
    const closed = close();
    socket.write(`{}${line} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const answer = await text(socket);
    await closed;
    const second = answer.slice(answer.lastIndexOf("HTTP/1.1 "));
    expect(second).toMatch(/^HTTP\/1\.1 503 /);
    expect(second).toMatch(/\r\nconnection: close\r\n/i);
    expect(JSON.parse(second.slice(second.indexOf("\r\n\r\n") + 4))).toMatchObject(body);
  });
});

describe("probes of health", () => {
  test.each([
    ["GET /healthz", "200"],
    ["GET /readyz", "200"],
    ["HEAD /readyz", "200"],
    ["GET /READYZ?a=1", "200"],
    ["GET https://localhost:8443/healthz", "200"],
    ["POST /healthz", "401"],
  ])("%s is answered with %s", async (line, status) => {
    const { send } = await startSecure();
    expect(statusOf(await send(`${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close`))).toBe(status);
  });

  test("are answered alike with Fastify and without", async () => {
    const { send } = await startSecure();
    const ask = async (target: string) => {
      const answer = await send(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close`);
      return answer
        .replace(/^date: .*$/im, "")
        .split("\r\n")
        .toSorted();
    };
    expect(await ask("/readyz")).toEqual(await ask("/readyz?"));
    expect(await ask("/healthz")).toEqual(await ask("/healthz?"));
  });
});

test("routes that cannot be loaded are logged and answered with 500, and loaded at the next request", async () => {
  const { log, lines } = keepingLog("error");
  let isBroken = true;
  const late = new LateApp({
    make: async () => {
      if (isBroken) throw new Error("a file is missing");
      const app = fastify();
      app.get("/", async () => "loaded");
      return app;
    },
    log,
  });
  const server = createServer();
  late.serve(server);
  late.refuseUnreadable(server);
  onTestFinished(() => closing(server, [late]).close());
  const url = `http://127.0.0.1:${await listen(server, { host: "127.0.0.1", port: 0 })}`;
  const refused = await fetch(url);
  expect({ status: refused.status, body: await refused.json() }).toEqual({
    status: 500,
    body: { error: { code: "InternalServerError", message: "The request failed." } },
  });
  expect(lines()).toEqual([
    expect.objectContaining({
      msg: "A part of the server could not be loaded.",
      err: expect.objectContaining({ message: "a file is missing" }) as object,
    }),
  ]);
  isBroken = false;
  expect(await (await fetch(url)).text()).toBe("loaded");
});

async function begin() {
  const app = fastify(httpRouting);
  app.get("/", (request) => ({ url: request.url }));
  app.get("/common/keys", (request) => ({ url: request.url }));
  onTestFinished(() => app.close());
  return await listenRaw(app);
}

test.each([
  ["/common/keys?a=1", "/common/keys?a=1"],
  ["https://localhost:8443/common/keys?a=1", "/common/keys?a=1"],
  ["HTTP://other.example/common/keys", "/common/keys"],
  ["https://localhost:8443", "/"],
  ["https://localhost:8443?a=https://b", "/?a=https://b"],
])("the request target %s is served as its path", async (target, url) => {
  const send = await begin();
  const answer = await send(`GET ${target} HTTP/1.1\r\nHost: localhost:8443\r\nConnection: close\r\n\r\n`);
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toEqual({ url });
});
