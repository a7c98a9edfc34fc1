import {
  ClientAssertionCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  UsernamePasswordCredential,
} from "@azure/identity";
import type { TokenCredential } from "@azure/identity";
import { SignJWT, generateSecret } from "jose";
import { expect, test, vi } from "vitest";
import type { Program } from "../support/program.ts";
import { startDemo } from "./demo.ts";
import { anyTenantId, approveAs, localAuthority, secretCredential } from "./sdk.ts";

const password = (program: Program, user: string): TokenCredential =>
  new UsernamePasswordCredential(anyTenantId, "any-client", user, "any-password", localAuthority(program));

/** What a workload that federates its identity sends instead of a secret. */
async function clientAssertion({ origin }: Program): Promise<string> {
  const assertion = new SignJWT().setProtectedHeader({ alg: "HS256" }).setIssuer("approver").setSubject("approver");
  assertion.setAudience(`${origin}/${anyTenantId}/oauth2/v2.0/token`).setExpirationTime("5 minutes");
  return await assertion.sign(await generateSecret("HS256"));
}

const credentials: Readonly<Record<string, (program: Program) => TokenCredential>> = {
  "a client secret": secretCredential,
  "a client secret in the tenant adfs, without further options": ({ origin }) =>
    new ClientSecretCredential("adfs", "approver", "any-secret", { authorityHost: origin }),
  "a client assertion": (program) =>
    new ClientAssertionCredential(anyTenantId, "approver", () => clientAssertion(program), localAuthority(program)),
  "a user's password": (program) => password(program, "owner@cuprite.local"),
};

test.for(Object.entries(credentials))("%s lets in", async ([, credentialOf]) => {
  const program = await startDemo();
  expect(await approveAs(program, credentialOf(program))).toBe("Approved");
});

test("IDENTITY_ENDPOINT and IDENTITY_HEADER let in a DefaultAzureCredential without options", async () => {
  const program = await startDemo();
  vi.stubEnv("IDENTITY_ENDPOINT", `${program.managedIdentityUrl}/metadata/identity/oauth2/token`);
  vi.stubEnv("IDENTITY_HEADER", "any");
  expect(await approveAs(program, new DefaultAzureCredential())).toBe("Approved");
});

test("the tenant adfs in the environment lets in a DefaultAzureCredential without options", async () => {
  const program = await startDemo();
  vi.stubEnv("AZURE_TENANT_ID", "adfs");
  vi.stubEnv("AZURE_AUTHORITY_HOST", program.origin);
  vi.stubEnv("AZURE_CLIENT_ID", "approver");
  vi.stubEnv("AZURE_CLIENT_SECRET", "any-secret");
  expect(await approveAs(program, new DefaultAzureCredential())).toBe("Approved");
});

test("a user who may do nothing is refused", async () => {
  const program = await startDemo();
  await expect(approveAs(program, password(program, "guest@cuprite.local"))).rejects.toMatchObject({
    statusCode: 403,
    code: "AuthorizationFailed",
  });
});
