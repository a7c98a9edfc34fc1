import { capture } from "../support/bare.ts";
import { stopProgram } from "../support/program.ts";
import { addCluster, addNetwork, startServer, type BenchServer } from "../support/server.ts";

/** Applications that ask for tokens: one has access to a single cluster, the other to every one. */
export const clients = ["one-cluster", "every-cluster"] as const;
export type Client = (typeof clients)[number];

export const tokenPath = "/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token";
export const formType = "application/x-www-form-urlencoded";

/** What an application sends for a token with a secret. */
export const tokenForm = (client: Client, scope: string): string =>
  `grant_type=client_credentials&client_id=${client}&client_secret=any&scope=${encodeURIComponent(scope)}`;

/** A server with so many clusters, each of which has a database. They are made before the data plane starts. */
export async function startWithClusters(dataDir: string, count: number): Promise<BenchServer> {
  const maker = await startServer({ dataDir, args: ["--no-data-plane"] });
  await addNetwork(maker.arm);
  const objectIds = { one: await objectIdOf(maker, "one-cluster"), every: await objectIdOf(maker, "every-cluster") };
  for (let index = 0; index < count; index += 1) {
    const cluster = await addCluster(maker.arm, `cache${index}`);
    const assign = (name: string, objectId: string): Promise<unknown> =>
      maker.arm("PUT", `${cluster}/databases/default/accessPolicyAssignments/${name}`, {
        properties: { accessPolicyName: "default", user: { objectId } },
      });
    await assign("every", objectIds.every);
    if (index === 0) await assign("one", objectIds.one);
  }
  maker.hangUp();
  await stopProgram(maker.program);
  return await startServer({ dataDir });
}

/** The object id of an application, out of a token for it. */
async function objectIdOf({ port, ca }: BenchServer, client: Client): Promise<string> {
  const form = tokenForm(client, "https://management.azure.com/.default");
  const { body } = await capture({ port, ca, method: "POST", path: tokenPath, contentType: formType, body: form });
  const { access_token: token } = JSON.parse(body) as { access_token: string };
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(claims) as { oid: string }).oid;
}
