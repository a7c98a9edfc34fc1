import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import {
  checkZoneName,
  isDomainName,
} from "../../../src/providers/microsoft.network/private-dns-zones/private-dns-zone-rules.ts";
import { checkRecordSetName, fullName } from "../../../src/providers/microsoft.network/record-sets/record-set-rules.ts";

const label = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join("."));

describe("a domain name", () => {
  test("is labels of letters, digits, hyphens and underscores, whatever their number", () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(isDomainName(text)).toBe(true);
        expect(isDomainName(`${text}.`)).toBe(true);
      }),
    );
  });

  test("has no other characters", () => {
    const other = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => /[^\w.-]/.test(text));
    fc.assert(
      fc.property(name, other, (text, strange) => {
        expect(isDomainName(`${text}${strange}`)).toBe(false);
      }),
    );
  });

  test.each(["", ".", "..", "a..b", ".a", "a..", "a".repeat(64), "a.".repeat(128)])("is not '%s'", (text) => {
    expect(isDomainName(text)).toBe(false);
  });

  test("has up to 253 characters before its last dot", () => {
    expect(isDomainName("a.".repeat(127))).toBe(true);
  });
});

test("a record set is called by its zone, too, and ends in a dot", () => {
  expect(fullName("www", "contoso.com")).toBe("www.contoso.com.");
  expect(fullName("@", "contoso.com")).toBe("contoso.com.");
});

test("a record set may have any domain name, with a wildcard before it or not", () => {
  fc.assert(
    fc.property(name, (text) => {
      checkRecordSetName(text, "contoso.com");
      checkRecordSetName(`*.${text}`, "contoso.com");
    }),
  );
  expect(() => checkRecordSetName("a.*.b", "contoso.com")).toThrow("The domain name 'a.*.b' is invalid.");
});

test("a zone may have any domain name of two labels or more that is not Azure's own", () => {
  fc.assert(fc.property(name, (text) => checkZoneName(`zone.${text}`)));
  expect(() => checkZoneName("trafficmanager.net")).toThrow("The zone name 'trafficmanager.net' is reserved.");
});
