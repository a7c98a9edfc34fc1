import { X509Certificate } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLog } from "../../../src/kernel/log.ts";
import { lifetimes } from "../../../src/tls/certificates.ts";
import { renewalLeadMs } from "../../../src/tls/leaf.ts";
import { openTlsMaterial, type TlsOptions } from "../../../src/tls/tls-material.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { tempDir } from "../../support/temp-dir.ts";

const dayMs = 86_400_000;

async function tlsOptions(changes: Partial<TlsOptions> = {}): Promise<TlsOptions & { clock: ManualClock }> {
  const clock = new ManualClock();
  const dataDir = changes.dataDir ?? (await tempDir());
  return { hostNames: [], ipAddresses: [], log: createLog("silent"), ...changes, dataDir, clock };
}

const file = (options: TlsOptions, ...names: string[]): string => join(options.dataDir, ...names);

test("a new data directory gets an authority and a server certificate that it signed", async () => {
  const options = await tlsOptions();
  const material = await openTlsMaterial(options);
  const authority = new X509Certificate(material.caPem);
  const leaf = new X509Certificate(material.certPem);
  expect(authority.ca).toBe(true);
  expect(authority.subject).toMatch(/^CN=Cuprite CA [0-9a-f]{8}\nO=Cuprite$/);
  expect(leaf.checkIssued(authority)).toBe(true);
  expect(leaf.verify(authority.publicKey)).toBe(true);
  expect(leaf.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
  expect(material.caPemPath).toBe(file(options, "ca.pem"));
  expect(await readFile(material.caPemPath, "utf8")).toBe(material.caPem);
});

test("only the authority's certificate can be read by others", async () => {
  const options = await tlsOptions();
  await openTlsMaterial(options);
  const modeOf = async (...names: string[]): Promise<number> => (await stat(file(options, ...names))).mode & 0o777;
  expect(await modeOf("ca.pem")).toBe(0o644);
  expect(await modeOf("tls")).toBe(0o700);
  expect(await readdir(file(options, "tls"))).toEqual(["authority.pem", "server.pem"]);
  expect(await modeOf("tls", "authority.pem")).toBe(0o600);
  expect(await modeOf("tls", "server.pem")).toBe(0o600);
  expect(await readFile(file(options, "ca.pem"), "utf8")).not.toContain("PRIVATE KEY");
});

test("the next start uses the same authority and the same certificate", async () => {
  const options = await tlsOptions();
  const first = await openTlsMaterial(options);
  await options.clock.advance(100 * dayMs);
  expect(await openTlsMaterial(options)).toEqual(first);
});

test("the certificate has the given names and addresses beside localhost, and no wildcard addresses", async () => {
  const options = await tlsOptions({
    hostNames: ["Dev.Example", "dev.example"],
    ipAddresses: ["0.0.0.0", "::", "localhost", "192.0.2.7", "2001:db8::7", "127.0.0.1"],
  });
  const { certPem } = await openTlsMaterial(options);
  expect(new X509Certificate(certPem).subjectAltName?.split(", ")).toEqual([
    "DNS:localhost",
    "DNS:dev.example",
    "IP Address:127.0.0.1",
    "IP Address:0:0:0:0:0:0:0:1",
    "IP Address:192.0.2.7",
    "IP Address:2001:DB8:0:0:0:0:0:7",
  ]);
});

test("a certificate that lacks a wanted name is replaced, one that has more is kept", async () => {
  const options = await tlsOptions();
  const narrow = await openTlsMaterial(options);
  const wide = await openTlsMaterial({ ...options, hostNames: ["dev.example"], ipAddresses: ["192.0.2.7"] });
  expect(wide.certPem).not.toBe(narrow.certPem);
  expect(wide.caPem).toBe(narrow.caPem);
  expect(await openTlsMaterial(options)).toEqual(wide);
});

test("a certificate is replaced from 30 days before its end, and not earlier", async () => {
  const options = await tlsOptions();
  const first = await openTlsMaterial(options);
  expect(first.renewAtMs).toBe(options.clock.nowMs() + lifetimes.leafMs - renewalLeadMs);
  await options.clock.advance(first.renewAtMs - options.clock.nowMs() - 1);
  expect((await openTlsMaterial(options)).certPem).toBe(first.certPem);
  await options.clock.advance(1);
  const second = await openTlsMaterial(options);
  expect(second.certPem).not.toBe(first.certPem);
  expect(second.caPem).toBe(first.caPem);
});

test("a certificate that was issued while the time of day was set ahead is replaced once it is set back", async () => {
  const options = await tlsOptions();
  const { caPem } = await openTlsMaterial(options);
  options.clock.setAhead(lifetimes.leafMs);
  const early = await openTlsMaterial(options);
  options.clock.setAhead(-lifetimes.leafMs);
  const inTime = await openTlsMaterial(options);
  expect(new X509Certificate(inTime.certPem).validFromDate.getTime()).toBeLessThan(options.clock.nowMs());
  expect(inTime.certPem).not.toBe(early.certPem);
  expect(inTime.caPem).toBe(caPem);
});

test("a certificate never outlives its authority, and is then not replaced early", async () => {
  const options = await tlsOptions();
  const { caPem } = await openTlsMaterial(options);
  const lastMs = new X509Certificate(caPem).validToDate.getTime();
  await options.clock.advance(lifetimes.authorityMs - 20 * dayMs);
  const last = await openTlsMaterial(options);
  expect(new X509Certificate(last.certPem).validToDate.getTime()).toBe(lastMs);
  expect(last.renewAtMs).toBe(lastMs);
  expect(await openTlsMaterial(options)).toEqual(last);
});

test("an expired authority is an error that says how to get a new one, and its file stays", async () => {
  const options = await tlsOptions();
  await openTlsMaterial(options);
  const before = await readFile(file(options, "tls", "authority.pem"), "utf8");
  await options.clock.advance(lifetimes.authorityMs);
  await expect(openTlsMaterial(options)).rejects.toThrow(
    `The certificate authority in ${file(options, "tls", "authority.pem")} expired on 2035-12-30T00:00:00.000Z: remove it`,
  );
  expect(await readFile(file(options, "tls", "authority.pem"), "utf8")).toBe(before);
});

test("simultaneous starts on one data directory use one authority", async () => {
  const options = await tlsOptions();
  const materials = await Promise.all(Array.from({ length: 8 }, () => openTlsMaterial(options)));
  expect(new Set(materials.map(({ caPem }) => caPem)).size).toBe(1);
  expect(await readdir(file(options, "tls"))).toEqual(["authority.pem", "server.pem"]);
});

test("a lost ca.pem is written again from the authority", async () => {
  const options = await tlsOptions();
  const { caPem, caPemPath } = await openTlsMaterial(options);
  await rm(caPemPath);
  await openTlsMaterial(options);
  expect(await readFile(caPemPath, "utf8")).toBe(caPem);
});

test("a ca.pem whose key is lost is an error and not a reason to make another authority", async () => {
  const options = await tlsOptions();
  await openTlsMaterial(options);
  await rm(file(options, "tls", "authority.pem"));
  await expect(openTlsMaterial(options)).rejects.toThrow(
    `${file(options, "ca.pem")} exists without its key, ${file(options, "tls", "authority.pem")}: put the key back`,
  );
});

test("a ca.pem of another authority is an error", async () => {
  const options = await tlsOptions();
  const other = await openTlsMaterial(await tlsOptions());
  await openTlsMaterial(options);
  await writeFile(file(options, "ca.pem"), other.caPem);
  await expect(openTlsMaterial(options)).rejects.toThrow(
    `${file(options, "ca.pem")} is not this data directory's authority: remove it`,
  );
});

test("a server certificate of another authority is an error", async () => {
  const options = await tlsOptions();
  const other = await tlsOptions();
  await openTlsMaterial(options);
  await openTlsMaterial(other);
  await writeFile(file(options, "tls", "server.pem"), await readFile(file(other, "tls", "server.pem")));
  await expect(openTlsMaterial(options)).rejects.toThrow(
    `${file(options, "tls", "server.pem")} was not issued by this data directory's authority: remove it`,
  );
});

test("a server certificate where the authority should be is an error", async () => {
  const options = await tlsOptions();
  await openTlsMaterial(options);
  await writeFile(file(options, "tls", "authority.pem"), await readFile(file(options, "tls", "server.pem")));
  await expect(openTlsMaterial(options)).rejects.toThrow(
    `${file(options, "tls", "authority.pem")} does not hold a certificate authority of Cuprite's.`,
  );
});

test.for([
  { damage: "cut in half", change: (text: string) => text.slice(0, text.length / 2), says: "must hold a private key" },
  { damage: "empty", change: () => "", says: "must hold a private key" },
  {
    damage: "not decodable",
    change: (text: string) => text.replaceAll(/^M.*$/gm, "AAAA"),
    says: "its content cannot be decoded",
  },
])("a file that is $damage is named in the error and not changed", async ({ change, says }) => {
  const options = await tlsOptions();
  await openTlsMaterial(options);
  for (const name of ["server.pem", "authority.pem"]) {
    const path = file(options, "tls", name);
    const damaged = change(await readFile(path, "utf8"));
    await writeFile(path, damaged);
    await expect(openTlsMaterial(options)).rejects.toThrow(`${path} is damaged: `);
    await expect(openTlsMaterial(options)).rejects.toThrow(says);
    expect(await readFile(path, "utf8")).toBe(damaged);
  }
});

test("a key that is not its certificate's is an error", async () => {
  const options = await tlsOptions();
  const other = await tlsOptions();
  await openTlsMaterial(options);
  const foreign = await openTlsMaterial(other);
  const path = file(options, "tls", "server.pem");
  const { certPem } = await openTlsMaterial(options);
  await writeFile(path, foreign.keyPem + certPem);
  await expect(openTlsMaterial(options)).rejects.toThrow(`${path} is damaged: its key is not its certificate's.`);
});
