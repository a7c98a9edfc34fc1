import type { LookupFunction } from "node:net";
import { describe, expect, test } from "vitest";
import { addressRefusal, hostRefusal, judgingLookup } from "../../../../src/data-plane/transfer/refused-addresses.ts";

const sentence = (address: string): string =>
  `leads to the address ${address}, which is link-local, multicast or a cloud's metadata: ` +
  "only the setting --link-local-transfers allows that.";

describe("a URL's host", () => {
  test.each([
    ["169.254.169.254", "169.254.169.254"],
    ["169.254.0.0", "169.254.0.0"],
    ["169.254.255.255", "169.254.255.255"],
    ["0xa9fea9fe", "169.254.169.254"],
    ["2852039166", "169.254.169.254"],
    ["0251.0376.0251.0376", "169.254.169.254"],
    ["169.254.43518", "169.254.169.254"],
    ["0xa9.254.0251.254", "169.254.169.254"],
    ["%31%36%39.254.169.254", "169.254.169.254"],
    ["169.254.169.254.", "169.254.169.254"],
    ["0", "0.0.0.0"],
    ["0.0.0.1", "0.0.0.1"],
    ["255.255.255.255", "255.255.255.255"],
    ["224.0.0.1", "224.0.0.1"],
    ["240.0.0.1", "240.0.0.1"],
    ["100.100.100.200", "100.100.100.200"],
    ["168.63.129.16", "168.63.129.16"],
    ["192.0.0.192", "192.0.0.192"],
    ["[fe80::1]", "fe80::1"],
    ["[febf:ffff::1]", "febf:ffff::1"],
    ["[ff02::1]", "ff02::1"],
    ["[fd00:ec2::254]", "fd00:ec2::254"],
    ["[fd20:ce::254]", "fd20:ce::254"],
    ["[::]", "::"],
    ["[::ffff:169.254.169.254]", "::ffff:a9fe:a9fe"],
    ["[::ffff:0.0.0.0]", "::ffff:0:0"],
    ["[::169.254.169.254]", "::a9fe:a9fe"],
    ["[64:ff9b::169.254.169.254]", "64:ff9b::a9fe:a9fe"],
    ["[2002:a9fe:a9fe::1]", "2002:a9fe:a9fe::1"],
    ["[2002:6464:64c8::]", "2002:6464:64c8::"],
  ])("%s is refused as %s", (host, address) => {
    expect(hostRefusal(new URL(`http://${host}/a.rdb`))).toBe(sentence(address));
  });

  test.each([
    "127.0.0.1",
    "127.67.3.4",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "10.0.0.4",
    "192.168.1.1",
    "169.253.255.255",
    "169.255.0.0",
    "168.63.129.17",
    "100.100.100.201",
    "223.255.255.255",
    "[fec0::1]",
    "[fd00:ec2::253]",
    "[2001:db8::1]",
    "account.blob.core.windows.net",
    "169.254.169.254.example",
  ])("%s is allowed", (host) => {
    expect(hostRefusal(new URL(`http://${host}/a.rdb`))).toBeUndefined();
  });
});

test("an address with a zone id is judged like one without", () => {
  expect(addressRefusal("fe80::1%eth0")).toBe(sentence("fe80::1%eth0"));
});

/** The result of a judged lookup. */
const resolved = (found: string | { address: string; family: number }[]): Promise<unknown> => {
  const lookup: LookupFunction = (_name, _options, done) => done(null, found, 4);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  judgingLookup(lookup)("name.example", {}, (cause, address) => (cause === null ? resolve(address) : reject(cause)));
  return promise;
};

test("a name with one refused address among others fails", async () => {
  const good = { address: "127.0.0.1", family: 4 };
  const bad = { address: "fe80::1", family: 6 };
  await expect(resolved([good, bad])).rejects.toThrow(`it ${sentence("fe80::1")}`);
  await expect(resolved("169.254.169.254")).rejects.toThrow(`it ${sentence("169.254.169.254")}`);
  expect(await resolved([good])).toEqual([good]);
  expect(await resolved("127.0.0.1")).toBe("127.0.0.1");
});

test("a name that cannot be resolved fails with the resolver's error", async () => {
  const cause = new Error("getaddrinfo ENOTFOUND name.example");
  const lookup: LookupFunction = (_name, _options, done) => done(cause, "");
  const heard = new Promise((resolve) => judgingLookup(lookup)("name.example", {}, resolve));
  expect(await heard).toBe(cause);
});
