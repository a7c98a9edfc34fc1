import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import type { TLSSocket } from "node:tls";
import { expect, onTestFinished, test, vi } from "vitest";
import { renewalLeadMs } from "../../src/tls/leaf.ts";
import { clusterFacts } from "../support/cluster-facts.ts";
import { startPlane } from "../support/running-plane.ts";
import type { RunningPlane } from "../support/running-plane.ts";

const waiting = { timeout: 4_000, interval: 10 };

/** What a path presents; whether it is valid now is not asked, since only the server's time is pushed. */
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

test("a certificate near its end is renewed for new clients, while those who are there stay", async () => {
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

test("a new endpoint's address is in the certificate before it is approved, and who is there stays", async () => {
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
