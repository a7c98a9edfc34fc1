import { ManagedIdentityCredential } from "@azure/identity";
import { expect, test, vi } from "vitest";
import { startDemo } from "./demo.ts";
import { approveAs } from "./sdk.ts";

// A file of its own: Microsoft's library settles on one source of managed identities per process.
test("the metadata service of virtual machines lets in a ManagedIdentityCredential", async () => {
  const program = await startDemo();
  vi.stubEnv("AZURE_POD_IDENTITY_AUTHORITY_HOST", program.managedIdentityUrl);
  expect(await approveAs(program, new ManagedIdentityCredential())).toBe("Approved");
});
