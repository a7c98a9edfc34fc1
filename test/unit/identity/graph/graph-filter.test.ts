import { expect, test } from "vitest";
import { GraphError } from "../../../../src/identity/graph/graph-error.ts";
import { compileFilter } from "../../../../src/identity/graph/graph-filter.ts";
import { cpuMsOf } from "../../../support/cpu-time.ts";

const object = {
  id: "82c0022c-70d2-5418-815a-f21eeac4a183",
  displayName: "O'Brien's app",
  appId: "App-1",
  accountEnabled: true,
  mail: null,
  servicePrincipalNames: ["App-1", "https://one.example"],
  count: 3,
};
const type = { name: "servicePrincipal", properties: object };

const matches = (filter: string): boolean => compileFilter(filter, type)(object);

function refusalOf(filter: string): { code: string; message: string } | undefined {
  try {
    compileFilter(filter, type);
    return undefined;
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    return { code: cause.code, message: cause.message };
  }
}

test.each([
  ["displayName eq 'O''Brien''s app'", true],
  ["displayName eq 'O''BRIEN''S APP'", true],
  ["displayName eq 'another'", false],
  ["displayName ne 'another'", true],
  ["startswith(displayName,'o''b')", true],
  ["startsWith(displayName, 'Brien')", false],
  ["endswith(displayName,'APP')", true],
  ["servicePrincipalNames/any(c:c eq 'app-1')", true],
  ["servicePrincipalNames/any(c:c eq 'app-2')", false],
  ["servicePrincipalNames/any(s : startswith(s,'https://'))", true],
  ["servicePrincipalNames/any(x:x eq 'a' or x eq 'https://one.example')", true],
  ["appId in ('x', 'app-1')", true],
  ["appId in ('x')", false],
  ["mail eq null", true],
  ["mail ne null", false],
  ["startswith(mail,'a')", false],
  ["accountEnabled eq true and count eq 3", true],
  ["count eq '3'", false],
  ["appId eq 'x' or appId eq 'app-1'", true],
  ["appId eq 'app-1' or appId eq 'x' and displayName eq 'x'", true],
  ["(appId eq 'app-1' or appId eq 'x') and displayName eq 'x'", false],
  ["not (appId eq 'x') AND NOT startswith(displayName,'x')", true],
  ["  appId   eq\t'app-1'  ", true],
])("the filter %s matches as in Microsoft Graph: %s", (filter, expected) => {
  expect(matches(filter)).toBe(expected);
});

const notFound = (name: string) => ({
  code: "BadRequest",
  message: `Invalid filter clause: Could not find a property named '${name}' on type 'microsoft.graph.servicePrincipal'.`,
});
const unsupported = (name: string) => ({
  code: "Request_UnsupportedQuery",
  message: `Unsupported or invalid query filter clause specified for property '${name}' of resource 'ServicePrincipal'.`,
});

test.each([
  ["name eq 'x'", notFound("name")],
  ["constructor eq 'x'", notFound("constructor")],
  ["__proto__/any(c:c eq 'x')", notFound("__proto__")],
  ["constructor(displayName,'x')", unsupported("constructor")],
  ["displayName gt 'x'", unsupported("displayName")],
  ["contains(displayName,'x')", unsupported("contains")],
  ["servicePrincipalNames eq 'x'", unsupported("servicePrincipalNames")],
  ["displayName/any(c:c eq 'x')", unsupported("displayName")],
  ["servicePrincipalNames/any(c:appId eq 'x')", unsupported("appId")],
  ["servicePrincipalNames/any(c:servicePrincipalNames/any(d:d eq 'x'))", unsupported("servicePrincipalNames")],
])("the filter %s is refused", (filter, refusal) => {
  expect(refusalOf(filter)).toEqual(refusal);
});

test.each([
  ["", 0],
  ["displayName", 11],
  ["displayName eq", 14],
  ["displayName eq 'x", 14],
  ["displayName eq x", 14],
  ["displayName eq 'x' 'y'", 18],
  ["displayName eq 'x' and", 22],
  ["(displayName eq 'x'", 19],
  ["'x' eq displayName", 0],
  ["startswith(displayName 'x')", 22],
  ["startswith(displayName,3)", 25],
  ["appId in ()", 10],
  ["displayName ; 'x'", 11],
])("the text %j is not a filter", (filter, at) => {
  const message = `Invalid filter clause: Syntax error at position ${at} in '${filter}'.`;
  expect(refusalOf(filter)).toEqual({ code: "BadRequest", message });
});

test.each([
  ["(".repeat(10_000), "("],
  [`${"not ".repeat(10_000)}appId eq 'x'`, "not"],
  [`${" ".repeat(200_000)}'`, "'"],
  [Array.from({ length: 5_000 }, () => "appId eq 'x'").join(" or "), undefined],
])("a long or deep filter is read in time, and one that is too deep is refused", async (filter, sign) => {
  const code = sign === undefined ? undefined : "BadRequest";
  expect(await cpuMsOf(() => expect(refusalOf(filter)?.code).toBe(code))).toBeLessThan(1_000);
});
