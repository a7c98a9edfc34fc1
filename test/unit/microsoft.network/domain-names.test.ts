import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import {
  checkZoneName,
  isDomainName,
} from "../../../src/providers/microsoft.network/private-dns-zones/private-dns-zone-rules.ts";
import { checkRecordSetName, fullName } from "../../../src/providers/microsoft.network/record-sets/record-set-rules.ts";

const label = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join("."));

describe("domain names", () => {
  test("a domain name consists of any number of labels of letters, digits, hyphens and underscores", () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(isDomainName(text)).toBe(true);
        expect(isDomainName(`${text}.`)).toBe(true);
      }),
    );
  });

  test("a domain name cannot have other characters", () => {
    const other = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => /[^\w.-]/.test(text));
    fc.assert(
      fc.property(name, other, (text, strange) => {
        expect(isDomainName(`${text}${strange}`)).toBe(false);
      }),
    );
  });

  test.each(["", ".", "..", "a..b", ".a", "a..", "a".repeat(64), "a.".repeat(128)])(
    "'%s' is not a domain name",
    (text) => {
      expect(isDomainName(text)).toBe(false);
    },
  );

  test("a domain name can have 253 characters before its last dot", () => {
    expect(isDomainName("a.".repeat(127))).toBe(true);
  });
});

test("the full name of a record set contains its zone and ends in a dot", () => {
  expect(fullName("www", "contoso.com")).toBe("www.contoso.com.");
  expect(fullName("@", "contoso.com")).toBe("contoso.com.");
});

test("a record set can have any domain name, with or without a wildcard before it", () => {
  fc.assert(
    fc.property(name, (text) => {
      checkRecordSetName(text, "contoso.com");
      checkRecordSetName(`*.${text}`, "contoso.com");
    }),
  );
  expect(() => checkRecordSetName("a.*.b", "contoso.com")).toThrow("The domain name 'a.*.b' is invalid.");
});

test("a zone can have any domain name of two or more labels that is not reserved", () => {
  fc.assert(fc.property(name, (text) => checkZoneName(`zone.${text}`)));
  expect(() => checkZoneName("trafficmanager.net")).toThrow("The zone name 'trafficmanager.net' is reserved.");
});
