import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { expect, onTestFinished, test, vi } from "vitest";
import { tlsPaths } from "../../src/tls/authority.ts";
import { renewalLeadMs } from "../../src/tls/leaf.ts";
import { clusterFacts } from "../support/cluster-facts.ts";
import { keepingLog } from "../support/keeping-log.ts";
import { startPlane, type RunningPlane } from "../support/running-plane.ts";

vi.setConfig({ testTimeout: 30_000 });
const waiting = { timeout: 30_000, interval: 10 };

/** The certificate of a path. Whether it is valid now is not checked, since only the server's time is pushed. */
async function presented(running: RunningPlane, name = "public"): Promise<X509Certificate> {
  const { address: host, port } = running.path(name);
  const socket = connect({ host, port, rejectUnauthorized: false });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  const certificate = certificateOf(socket);
  socket.destroy();
  return certificate;
}

const certificateOf = (socket: TLSSocket): X509Certificate => {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new Error("There is no certificate.");
  return certificate;
};

test("a certificate near its end is renewed for new clients, while connected clients stay", async () => {
  const running = await startPlane(clusterFacts());
  const client = await running.dial({ password: "first" });
  const first = await presented(running);
  const dueMs = first.validToDate.getTime() - renewalLeadMs;
  await running.clock.advance(dueMs - 1 - running.clock.nowMs());
  expect((await presented(running)).fingerprint256).toBe(first.fingerprint256);

  await running.clock.advance(1);
  const second = await vi.waitFor(async () => {
    const now = await presented(running);
    expect(now.fingerprint256).not.toBe(first.fingerprint256);
    return now;
  }, waiting);
  expect(second.validToDate.getTime()).toBeGreaterThan(first.validToDate.getTime());
  expect(second.verify(new X509Certificate(running.ca).publicKey)).toBe(true);
  expect(second.subjectAltName).toBe(first.subjectAltName);
  expect(await client.ping()).toBe("PONG");

  const nextDueMs = second.validToDate.getTime() - renewalLeadMs;
  await running.clock.advance(nextDueMs - running.clock.nowMs());
  await vi.waitFor(async () => {
    expect((await presented(running)).fingerprint256).not.toBe(second.fingerprint256);
  }, waiting);
});

test("a new endpoint's address is in the certificate before its approval, and connected clients stay", async () => {
  const running = await startPlane(clusterFacts());
  const client = await running.dial({ password: "first" });
  const privateEndpointId = "/subscriptions/s/resourceGroups/rg2/providers/Microsoft.Network/privateEndpoints/pe1";
  const connection = { name: "pe1", privateEndpointId, status: "Pending", vnetAddress: "10.0.0.4" } as const;
  await running.change(clusterFacts({ connections: [connection] }));
  const { address } = await vi.waitFor(() => running.path("pe1"), waiting);
  await vi.waitFor(async () => expect((await presented(running)).checkIP(address)).toBe(address), waiting);

  const before = await presented(running);
  await running.change(clusterFacts({ connections: [{ ...connection, status: "Approved" }] }));
  await vi.waitFor(() => expect(running.path("pe1").isOpen).toBe(true), waiting);
  const after = await presented(running, "pe1");
  expect(after.fingerprint256).toBe(before.fingerprint256);
  for (const name of ["c1.eastus.redis.azure.net", "c1.eastus.privatelink.redis.azure.net", "localhost"]) {
    expect(after.checkHost(name)).toBe(name);
  }
  expect(await client.ping()).toBe("PONG");
});

test("with Azure's certificates a certificate has only the public name, also where there was one before", async () => {
  const before = await startPlane(clusterFacts());
  const { dataDir } = before;
  expect((await presented(before)).checkHost("localhost")).toBe("localhost");
  await before.plane.close();
  const privateEndpointId = "/subscriptions/s/resourceGroups/rg2/providers/Microsoft.Network/privateEndpoints/pe1";
  const connections = [{ name: "pe1", privateEndpointId, status: "Approved", vnetAddress: "10.0.0.4" }] as const;
  const running = await startPlane(clusterFacts({ connections }), { dataDir, azureCertificates: true });
  for (const path of ["public", "pe1"]) {
    expect((await presented(running, path)).subjectAltName).toBe("DNS:c1.eastus.redis.azure.net");
  }
  expect(await (await running.dial({ password: "first" })).ping()).toBe("PONG");
});

test("a renewal that fails is logged and tried again an hour later", async () => {
  const { log, lines } = keepingLog("error");
  const running = await startPlane(clusterFacts(), { log });
  const first = await presented(running);
  const folder = join(tlsPaths(running.dataDir).folder, "clusters");
  const [name = ""] = await readdir(folder);
  const whole = await readFile(join(folder, name));
  await writeFile(join(folder, name), "damaged");
  await running.clock.advance(first.validToDate.getTime() - renewalLeadMs - running.clock.nowMs());
  const told = { path: join(folder, name), msg: "A cluster's certificate could not be renewed; trying again." };
  await vi.waitFor(() => expect(lines()).toMatchObject([told]), waiting);
  expect((await presented(running)).fingerprint256).toBe(first.fingerprint256);

  await writeFile(join(folder, name), whole);
  await running.clock.advance(3_600_000);
  await vi.waitFor(async () => {
    expect((await presented(running)).fingerprint256).not.toBe(first.fingerprint256);
  }, waiting);
});
