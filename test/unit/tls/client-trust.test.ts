import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/kernel/clock.ts";
import { createLog } from "../../../src/kernel/log.ts";
import { openTlsMaterial, type TlsMaterial } from "../../../src/tls/tls-material.ts";
import { isInstalled, runCommand } from "../../support/run-command.ts";
import { tempDir } from "../../support/temp-dir.ts";

async function material(): Promise<TlsMaterial> {
  const dataDir = await tempDir();
  return openTlsMaterial({ dataDir, hostNames: [], ipAddresses: [], clock: systemClock, log: createLog("silent") });
}

/** Serves HTTPS on a free loopback port, and resolves with it. */
async function serve({ certPem, keyPem }: TlsMaterial): Promise<number> {
  const server = createServer({ cert: certPem, key: keyPem }, (_, response) => response.end("hello"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test.for(["localhost", "127.0.0.1"])("a Node client that trusts ca.pem accepts https://%s", async (host) => {
  const tls = await material();
  const call = request({ host, port: await serve(tls), ca: tls.caPem, agent: false }).end();
  const [response] = (await once(call, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  response.resume();
});

test("a Node client that does not trust ca.pem refuses the server", async () => {
  const call = request({ host: "localhost", port: await serve(await material()), agent: false }).end();
  const [error] = (await once(call, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
});

test.skipIf(!isInstalled("openssl"))("OpenSSL verifies the certificate at its strictest, for each name", async () => {
  const tls = await material();
  const certPath = join(await tempDir(), "leaf.pem");
  await writeFile(certPath, tls.certPem);
  for (const name of [
    ["-verify_hostname", "localhost"],
    ["-verify_ip", "127.0.0.1"],
    ["-verify_ip", "::1"],
  ]) {
    const options = ["verify", "-x509_strict", "-purpose", "sslserver", ...name, "-CAfile", tls.caPemPath, certPath];
    expect(await runCommand("openssl", options)).toMatchObject({ code: 0, stdout: `${certPath}: OK\n` });
  }
});

const pythonClient = `
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
with socket.create_connection(("127.0.0.1", int(sys.argv[2]))) as plain:
    with context.wrap_socket(plain, server_hostname="localhost") as secure:
        print(secure.version())
`;

test.skipIf(!isInstalled("python3"))("Python with the strict checks of 3.13 accepts the server", async () => {
  const tls = await material();
  const port = await serve(tls);
  const result = await runCommand("python3", ["-c", pythonClient, tls.caPemPath, String(port)]);
  expect(result).toMatchObject({ code: 0, stdout: "TLSv1.3\n", stderr: "" });
});
