import { describe, expect, inject, test } from "vitest";
import { isAbout, readRecord, unknownFindings } from "./findings.ts";
import { knownTypeDifferences, typesWithoutDefinition } from "./known-type-differences.ts";
import { noteOf, openPublishedTypes, typesFolder } from "../support/published-types.ts";
import { judgeExchange } from "./type-contract.ts";

const folder = typesFolder();
const types = openPublishedTypes(folder);
const verdicts =
  folder === undefined ? [] : readRecord(inject("recordFolder")).map((exchange) => judgeExchange(types, exchange));
const findings = verdicts.flatMap((verdict) => verdict.findings);

/** What the suite has to exchange of each namespace for its silence to mean something. */
const validatedNamespaces = [
  "Microsoft.Authorization",
  "Microsoft.Cache",
  "Microsoft.Network",
  "Microsoft.Resources",
] as const;

describe.skipIf(folder === undefined)(`the exchanges of the HTTP suite${noteOf(folder)}`, () => {
  test("keep to the definitions of their types, except for the known differences", () => {
    expect(unknownFindings(findings, knownTypeDifferences)).toEqual([]);
  });

  test.each(knownTypeDifferences)("still differ: $why", (known) => {
    expect(findings.filter((finding) => isAbout(known, finding))).not.toEqual([]);
  });

  test.each(validatedNamespaces)("the record has exchanges of the types of %s", (namespace) => {
    const validated = verdicts.flatMap((verdict) => verdict.validated);
    expect(validated.filter((type) => type.startsWith(`${namespace}/`)).length).toBeGreaterThan(100);
  });

  test("the record has no types without a definition other than those listed", () => {
    const found = new Set(verdicts.flatMap((verdict) => verdict.undefinedTypes.map((type) => type.toLowerCase())));
    expect([...found].toSorted()).toEqual([...typesWithoutDefinition.keys()].toSorted());
  });
});
