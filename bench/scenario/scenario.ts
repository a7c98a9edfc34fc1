/** What a client does from a new cluster to its end; each step resolves when its work is done. */
export interface ScenarioClient {
  readonly createCluster: (name: string) => Promise<unknown>;
  readonly createDatabase: (name: string) => Promise<unknown>;
  /** To the cluster, by its own name; the connection that the owner approves has the same. */
  readonly requestEndpoint: (name: string) => Promise<unknown>;
  readonly approve: (name: string) => Promise<unknown>;
  readonly ping: (name: string) => Promise<unknown>;
  readonly deleteEndpoint: (name: string) => Promise<unknown>;
  readonly deleteCluster: (name: string) => Promise<unknown>;
  /** How many HTTP requests the client has sent. */
  readonly requestCount: () => number;
}

/** One walk through the scenario. */
export interface Walk {
  readonly ms: number;
  readonly requests: number;
  readonly steps: Readonly<Record<string, number>>;
}

/** Walks through the scenario with a cluster of that name. */
export async function walk(client: ScenarioClient, name: string): Promise<Walk> {
  const before = client.requestCount();
  const steps: Record<string, number> = {};
  const startedMs = performance.now();
  let lastMs = startedMs;
  for (const step of ["createCluster", "createDatabase", "requestEndpoint", "approve", "ping"] as const) {
    await client[step](name);
    steps[step] = performance.now() - lastMs;
    lastMs += steps[step];
  }
  await client.deleteEndpoint(name);
  await client.deleteCluster(name);
  const endMs = performance.now();
  return {
    ms: endMs - startedMs,
    requests: client.requestCount() - before,
    steps: { ...steps, delete: endMs - lastMs },
  };
}
