import { expect, test } from "vitest";
import { UnservedBook, unservedLimits } from "../../../src/arm/unserved.ts";

const asked = {
  missing: "namespace",
  type: "Microsoft.KeyVault/vaults",
  method: "PUT",
  apiVersion: "2023-07-01",
  userAgent: "AZURECLI/2.92.0 (PIP) azsdk-python-core/1.35 Python/3.12",
} as const;

test("counts requests for one type, method and api-version together, in any case, with their clients", () => {
  const book = new UnservedBook();
  book.note(asked);
  book.note({ ...asked, type: "MICROSOFT.keyvault/VAULTS", userAgent: "curl/8.5.0" });
  book.note({ ...asked, userAgent: "curl/8.5.0" });
  book.note({ ...asked, method: "GET", userAgent: "" });
  expect(book.report()).toEqual({
    total: 4,
    forgotten: 0,
    entries: [
      {
        missing: "namespace",
        type: "Microsoft.KeyVault/vaults",
        method: "PUT",
        apiVersion: "2023-07-01",
        count: 3,
        clients: [
          { client: "curl/8.5.0", count: 2 },
          { client: "AZURECLI/2.92.0", count: 1 },
        ],
      },
      {
        missing: "namespace",
        type: "Microsoft.KeyVault/vaults",
        method: "GET",
        apiVersion: "2023-07-01",
        count: 1,
        clients: [{ client: "", count: 1 }],
      },
    ],
  });
});

test.each([
  ["HashiCorp Terraform/1.11.4 (+https://www.terraform.io) azurerm/5.2.0", "HashiCorp Terraform/1.11.4"],
  ["azsdk-go-armredisenterprise/v1.2.0 (go1.25; linux)", "azsdk-go-armredisenterprise/v1.2.0"],
  ["Mozilla", "Mozilla"],
  ["\u001B[31mred", ""],
])("reads the client of the user agent %j as %j", (userAgent, client) => {
  const book = new UnservedBook();
  book.note({ ...asked, userAgent });
  expect(book.report().entries[0]?.clients).toEqual([{ client, count: 1 }]);
});

test("shortens what callers send, and removes what a terminal would interpret", () => {
  const book = new UnservedBook();
  book.note({ ...asked, type: `a\u001B[2J\u202E${"x".repeat(10_000)}`, apiVersion: "\u0007'v'" });
  expect(book.report().entries[0]).toMatchObject({
    type: `a??2J?${"x".repeat(unservedLimits.characters - 6)}`,
    apiVersion: "??v?",
  });
});

test("removes the entries asked for least recently beyond the limit, and still counts their requests", () => {
  const book = new UnservedBook();
  book.note(asked);
  for (let index = 0; index < unservedLimits.entries; index += 1) {
    if (index % 100 === 0) book.note({ ...asked, userAgent: `client-${index}/1` });
    book.note({ ...asked, type: `Nobody.Here/type${index}` });
  }
  for (let index = 0; index < 20; index += 1) book.note({ ...asked, userAgent: `other-${index}/1` });
  const { total, forgotten, entries } = book.report();
  expect(entries).toHaveLength(unservedLimits.entries);
  expect(forgotten).toBe(1);
  expect(entries.map(({ type }) => type)).not.toContain("Nobody.Here/type0");
  expect(total).toBe(1 + 5 + unservedLimits.entries + 20);
  const [most] = entries;
  expect(most).toMatchObject({ type: asked.type, count: 26 });
  expect(most?.clients).toHaveLength(unservedLimits.clients + 1);
  expect(most?.clients[0]).toEqual({ client: "", count: 18 });
});
