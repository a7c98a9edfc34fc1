import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { outputOf, startProgram } from "./program.ts";

/** What a bare server answers. Headers are names and values in turns; without any it sends Node's four. */
export interface BareAnswer {
  readonly status: number;
  readonly headers?: string[];
  readonly body: string;
}

/** Starts the bare server with the certificate of Cuprite's server, so that both sides do the same TLS work. */
export async function startBareServer(options: {
  dir: string;
  dataDir: string;
  answers: ReadonlyMap<string, BareAnswer>;
}): Promise<{ port: number; pid: number }> {
  const { dir, dataDir, answers } = options;
  const file = join(dir, `bare-${performance.now()}.json`);
  writeFileSync(file, JSON.stringify({ ...keyPair(dataDir), answers: Object.fromEntries(answers) }));
  const program = startProgram(["bench/support/bare-server.ts", file]);
  const port = Number((await outputOf(program, /"port":(\d+)/))[1]);
  return { port, pid: program.pid ?? 0 };
}

function keyPair(dataDir: string): { cert: string; key: string } {
  const pem = readFileSync(join(dataDir, "tls", "server.pem"), "utf8");
  const blocks = pem.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n?/g) ?? [];
  const key = blocks.filter((block) => block.includes("PRIVATE KEY")).join("");
  return { key, cert: blocks.filter((block) => !block.includes("PRIVATE KEY")).join("") };
}

/** One real response, with all its headers. */
export async function capture(options: {
  port: number;
  ca: string;
  token?: string;
  method: string;
  path: string;
  contentType?: string;
  body: string | undefined;
}): Promise<Required<BareAnswer>> {
  const { port, ca, token, method, path, contentType = "application/json", body } = options;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { ...authorization, "content-type": contentType, connection: "keep-alive" };
  const { promise, resolve, reject } = Promise.withResolvers<Required<BareAnswer>>();
  const asked = request({ host: "localhost", port, ca, path, method, headers, agent: false }, (response) => {
    const { statusCode: status = 0, rawHeaders } = response;
    text(response).then((content) => resolve({ status, headers: rawHeaders, body: content }), reject);
  });
  asked.once("error", reject).end(body);
  return promise;
}

/** How many bytes a response has on the wire, without its status line. */
export const bytesOf = ({ headers, body }: Required<BareAnswer>): number =>
  headers.join("").length + 2 * headers.length + Buffer.byteLength(body);
