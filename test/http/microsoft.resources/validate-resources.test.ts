import { expect, test } from "vitest";
import { prepare } from "../../../src/store/prepared.ts";
import type { Store } from "../../../src/store/store.ts";
import { assign, requestAs } from "../../support/authorization.ts";
import { cpuMsOf } from "../../support/cpu-time.ts";
import { everyWrite, startWithEverything } from "../../support/every-write.ts";
import type { Answer } from "../../support/inject.ts";
import { endpointBody, startNetworkServer, type NetworkServer } from "../../support/network-server.ts";

const path = "/providers/Microsoft.Resources/validateResources?api-version=";
const cluster = { sku: { name: "Balanced_B0" }, properties: { publicNetworkAccess: "Enabled" } };

interface Asked {
  readonly provider: string;
  readonly type: string;
  readonly scope: string;
  readonly location?: string;
  readonly resources: readonly object[];
  readonly performPreflightWithoutRbacWriteCheck?: boolean;
}

const validate = ({ request }: Pick<NetworkServer, "request">, asked: Asked, version = "2020-10-01"): Promise<Answer> =>
  request("POST", `${path}${version}`, asked);

/** As azapi asks for a cluster: the location stands beside the resource. */
const clusterIn = (scope: string, resource: object = cluster, name = "c2"): Asked => ({
  provider: "Microsoft.Cache",
  type: "redisEnterprise",
  location: "eastus",
  scope,
  resources: [{ ...resource, name, apiVersion: "2025-07-01" }],
});

const validatedOnly = (id: string) => ({ status: 200, body: { properties: { validatedResources: [id] } } });

/** The refusal as a whole; its details are each one's own. */
const failed = (details: readonly object[]) => ({
  status: 400,
  body: {
    error: {
      code: "ResourceValidationFailed",
      message: expect.stringMatching(
        /^Resource validation failed, correlation id: '[\da-f-]{36}', see details for more information\.$/,
      ),
      details,
    },
  },
});

const tables = ["resources", "operations", "activities", "principals"].map((table) =>
  prepare<object, object>(`select * from ${table}`),
);

const everyRow = async (store: Store): Promise<string> =>
  JSON.stringify(await Promise.all(tables.map((rows) => store.all(rows, {}))));

test("azapi's validation of a cluster in a missing group returns the cluster's id", async () => {
  const server = await startNetworkServer();
  const scope = `${server.subscription}/resourceGroups/planned`;
  const before = await everyRow(server.store);
  const { status, body, headers } = await validate(server, clusterIn(scope));
  expect({ status, body }).toEqual({
    status: 200,
    body: { properties: { validatedResources: [`${scope}/providers/Microsoft.Cache/redisEnterprise/c2`] } },
  });
  expect(headers["x-ms-correlation-request-id"]).toMatch(/^[\da-f-]{36}$/);
  expect(await everyRow(server.store)).toBe(before);
});

test("azurerm's validation of Managed Redis, which it calls redis with the whole body in properties, is judged as one of a cluster", async () => {
  const server = await startNetworkServer();
  const ask = (sku: string, beside: object = {}) =>
    validate(
      server,
      {
        provider: "Microsoft.Cache",
        type: "redis",
        location: "westeurope",
        scope: server.group,
        resources: [
          {
            apiVersion: "2025-07-01",
            name: "c2",
            type: "redis",
            ...beside,
            properties: { ...cluster, sku: { name: sku }, location: "westeurope" },
          },
        ],
      },
      "2022-06-01",
    );
  const id = `${server.group}/providers/Microsoft.Cache/redis/c2`;
  expect(await ask("Balanced_B0")).toMatchObject({ status: 200, body: { properties: { validatedResources: [id] } } });
  expect(await ask("Balanced_B0", { location: "westeurope" })).toMatchObject({ status: 200 });
  const { status, body } = await ask("Balanced_B7777");
  expect({ status, body }).toMatchObject(
    failed([{ code: "BadRequest", target: id, message: expect.stringContaining("'Balanced_B7777'") }]),
  );
});

test.each(["instant", "azure"] as const)(
  "validating every accepted PUT writes, begins, logs and announces nothing (--timing %s)",
  async (kind) => {
    const server = await startNetworkServer({ timing: { kind } });
    server.store.onChange(() => {
      throw new Error("A change was announced.");
    });
    const before = await everyRow(server.store);
    const puts = everyWrite.filter(({ method, id }) => method === "PUT" && !id.includes("privateEndpointConnections"));
    expect(puts).toHaveLength(10);
    for (const { id, body } of puts) {
      const answer = await validate(server, askedOf(id, body));
      expect(answer).toMatchObject(validatedOnly(id));
    }
    expect(await everyRow(server.store)).toBe(before);
  },
);

test("validating a change leaves the resource as it is", async () => {
  const server = await startWithEverything();
  await server.request(
    "DELETE",
    `${server.subscription}/resourceGroups/rg1/providers/Microsoft.Authorization/locks/lock1?api-version=2020-05-01`,
  );
  const before = await everyRow(server.store);
  for (const { id, body } of everyWrite.filter(
    ({ method, id: each }) => method === "PUT" && !each.includes("Connections"),
  )) {
    expect(await validate(server, askedOf(id, body))).toMatchObject(validatedOnly(id));
  }
  expect(await everyRow(server.store)).toBe(before);
});

/** The question whether a PUT would be taken. */
function askedOf(id: string, body: object): Asked {
  const version = id.includes("Microsoft.Authorization/role") ? "2022-04-01" : "2020-05-01";
  const group = /^(.*)\/resourceGroups\/([^/]+)$/.exec(id);
  if (group !== null) {
    const [, scope = "", name = ""] = group;
    const resources = [{ ...body, name, apiVersion: "2024-11-01" }];
    return { provider: "Microsoft.Resources", type: "resourceGroups", scope, resources };
  }
  const [scope = "", own = ""] = id.split(/\/providers\/(?=[^/]+\/[^/]+\/[^/]+(?:\/[^/]+\/[^/]+)*$)/);
  const [provider = "", ...pairs] = own.split("/");
  const type = pairs.filter((_, index) => index % 2 === 0).join("/");
  const name = pairs.filter((_, index) => index % 2 === 1).join("/");
  const apiVersion = { "Microsoft.Cache": "2025-07-01", "Microsoft.Network": "2025-03-01" }[provider] ?? version;
  return { provider, type, scope, resources: [{ ...body, name, apiVersion }] };
}

test.each([
  {
    title: "a SKU that does not go with zones",
    asked: (scope: string) => clusterIn(scope, { ...cluster, zones: ["1"] }),
    detail: { code: "BadRequest" },
  },
  {
    title: "a name that a cluster cannot have",
    asked: (scope: string) => clusterIn(scope, cluster, "-c-"),
    detail: { code: "InvalidResourceName" },
  },
  {
    title: "a region that there is not",
    asked: (scope: string) => ({ ...clusterIn(scope), location: "atlantis" }),
    detail: { code: "LocationNotAvailableForResourceType" },
  },
  {
    title: "a network with a prefix that is none",
    asked: (scope: string) => ({
      provider: "Microsoft.Network",
      type: "virtualNetworks",
      location: "westus2",
      scope,
      resources: [
        { name: "v", apiVersion: "2025-03-01", properties: { addressSpace: { addressPrefixes: ["10.0.0.0/160"] } } },
      ],
    }),
    detail: { code: "InvalidAddressPrefixFormat" },
  },
  {
    title: "a zone with a name that is none",
    asked: (scope: string) => ({
      provider: "Microsoft.Network",
      type: "privateDnsZones",
      location: "global",
      scope,
      resources: [{ name: "a..b", apiVersion: "2024-06-01" }],
    }),
    detail: {},
  },
])("$title is returned as a detail, with the resource as its target", async ({ asked, detail }) => {
  const server = await startNetworkServer();
  const { status, body } = await validate(server, asked(server.group));
  const target = expect.stringMatching(new RegExp(`^${server.group}/providers/`));
  expect({ status, body }).toMatchObject(failed([{ ...detail, target, message: expect.any(String) }]));
});

test("a type that Cuprite does not have is refused and counted, and so is an api-version", async () => {
  const server = await startNetworkServer();
  const vault = { provider: "Microsoft.KeyVault", type: "vaults", scope: server.group, location: "eastus" };
  expect(await validate(server, { ...vault, resources: [{ name: "v", apiVersion: "2023-07-01" }] })).toMatchObject(
    failed([{ code: "InvalidResourceNamespace", message: expect.stringContaining("Cuprite does not serve it") }]),
  );
  const old = { ...clusterIn(server.group), resources: [{ ...cluster, name: "c2", apiVersion: "2019-01-01" }] };
  expect(await validate(server, old)).toMatchObject(failed([{ code: "NoRegisteredProviderFound" }]));
  expect(server.unserved.report().entries).toMatchObject([
    { missing: "namespace", type: "Microsoft.KeyVault/vaults", method: "PUT", apiVersion: "2023-07-01" },
    { missing: "api-version", type: "Microsoft.Cache/redisEnterprise", method: "PUT", apiVersion: "2019-01-01" },
  ]);
});

test("rights, locks and registration apply as for the write; rights can be left out", async () => {
  const server = await startNetworkServer();
  const guest = requestAs(server, "guest");
  const ask = (more: object = {}) => guest("POST", `${path}2022-06-01`, { ...clusterIn(server.group), ...more });
  expect(await ask()).toMatchObject(
    failed([
      {
        code: "AuthorizationFailed",
        message: expect.stringContaining("perform action 'Microsoft.Cache/redisEnterprise/write' over scope"),
      },
    ]),
  );
  expect(await ask({ performPreflightWithoutRbacWriteCheck: true })).toMatchObject({ status: 200 });
  await assign(server, { scope: server.group, role: "Contributor", to: "guest" });
  expect(await ask()).toMatchObject({ status: 200 });

  const lock = `${server.group}/providers/Microsoft.Authorization/locks/l?api-version=2020-05-01`;
  await server.request("PUT", lock, { properties: { level: "ReadOnly" } });
  expect(await ask()).toMatchObject(failed([{ code: "ScopeLocked" }]));
  await server.request("DELETE", lock);

  const registration = `${server.subscription}/providers/Microsoft.Cache/`;
  await server.request("DELETE", `${server.cluster}?api-version=2025-07-01`);
  expect((await server.request("POST", `${registration}unregister?api-version=2021-04-01`)).status).toBe(200);
  expect(await ask()).toMatchObject(failed([{ code: "MissingSubscriptionRegistration" }]));
});

test("an unknown value of a plan is not judged, and the others are", async () => {
  const server = await startNetworkServer();
  const open = "[length('foo')]";
  const ask = (properties: object) => validate(server, clusterIn(server.group, { ...cluster, properties }));
  expect(await ask({ publicNetworkAccess: open, minimumTlsVersion: "1.2" })).toMatchObject({ status: 200 });
  expect(await ask({ publicNetworkAccess: open, minimumTlsVersion: "9.9" })).toMatchObject(
    failed([{ details: [{ target: "properties.minimumTlsVersion" }] }]),
  );
  expect(await ask({ publicNetworkAccess: "[maybe]" })).toMatchObject(failed([{ code: "InvalidRequestContent" }]));
  const endpoint = {
    provider: "Microsoft.Network",
    type: "privateEndpoints",
    scope: server.group,
    location: "westus2",
    resources: [{ name: "pe", apiVersion: "2025-03-01", properties: { subnet: { id: open } } }],
  };
  expect(await validate(server, endpoint)).toMatchObject({ status: 200 });
});

test("a fault beside an unknown value is returned, one fault as several", async () => {
  const server = await startNetworkServer();
  const properties = { publicNetworkAccess: "Enabled", minimumTlsVersion: "[length('foo')]" };
  const ask = (resource: object) => validate(server, clusterIn(server.group, { ...cluster, properties, ...resource }));
  expect(await ask({ sku: { name: "Balanced_B7777" } })).toMatchObject(
    failed([{ code: "BadRequest", details: [{ code: "BadRequest", target: "sku.name" }] }]),
  );
  const database = (name: string) =>
    validate(server, {
      provider: "Microsoft.Cache",
      type: "redisEnterprise/databases",
      scope: server.group,
      resources: [
        {
          name: `${server.cluster.split("/").at(-1)}/${name}`,
          apiVersion: "2025-07-01",
          properties: { port: "[a()]" },
        },
      ],
    });
  expect(await database("other")).toMatchObject(
    failed([{ details: [{ message: expect.stringContaining("which must be named 'default'") }] }]),
  );
  const vault = { provider: "Microsoft.KeyVault", type: "vaults", scope: server.group, location: "eastus" };
  const resources = [{ name: "v", apiVersion: "2023-07-01", properties: { tenantId: "[a()]" } }];
  expect(await validate(server, { ...vault, resources })).toMatchObject(failed([{ code: "InvalidResourceNamespace" }]));
});

test("thousands of unknown values below a long name are skipped in little time and memory", async () => {
  const server = await startNetworkServer();
  const open = { ["n".repeat(2_000_000)]: Array.from({ length: 5_000 }, () => "[a()]") };
  const ms = await cpuMsOf(async () => {
    expect(await validate(server, clusterIn(server.group, { ...cluster, properties: open }))).toMatchObject(
      failed([{ details: [{ target: "properties.publicNetworkAccess" }] }]),
    );
  });
  expect(ms).toBeLessThan(1_500);
});

test("resources that do not exist yet, and those being changed, do not refuse a plan", async () => {
  const server = await startNetworkServer({ timing: { kind: "azure" } });
  const child = {
    provider: "Microsoft.Cache",
    type: "redisEnterprise/databases",
    scope: server.group,
    resources: [{ name: "planned/default", apiVersion: "2025-07-01", properties: {} }],
  };
  const id = `${server.group}/providers/Microsoft.Cache/redisEnterprise/planned/databases/default`;
  const validated = { status: 200, body: { properties: { validatedResources: [id] } } };
  expect(await validate(server, child)).toMatchObject(validated);
  const parent = `${server.group}/providers/Microsoft.Cache/redisEnterprise/planned`;
  const byParent = { ...child, scope: parent, resources: [{ ...child.resources[0], name: "default" }] };
  expect(await validate(server, byParent)).toMatchObject(validated);
  await server.request("PUT", `${parent}?api-version=2025-07-01`, { ...cluster, location: "eastus" });
  expect(await validate(server, child)).toMatchObject(validated);
});

test("a private endpoint in another region than its network is refused, one whose network does not exist yet is accepted", async () => {
  const server = await startNetworkServer();
  const id = server.endpointId("planned");
  const endpointIn = (location: string, vnet: string) => {
    const body = endpointBody({ location, subnet: `${vnet}/subnets/default` }, server);
    const resources = [{ ...body, name: "planned", apiVersion: "2025-03-01" }];
    const type = { provider: "Microsoft.Network", type: "privateEndpoints" };
    return validate(server, { ...type, scope: server.group, location, resources });
  };
  expect(await endpointIn("eastus", server.vnet)).toMatchObject(
    failed([
      {
        code: "InvalidResourceReference",
        target: id,
        message: `Resource ${server.vnet} referenced by resource ${id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
        details: [{ code: "NotFound", message: `Resource ${server.vnet} not found.` }],
      },
    ]),
  );
  expect(await endpointIn("eastus", `${server.vnet}x`)).toMatchObject(validatedOnly(id));
  expect(await endpointIn("westus2", server.vnet)).toMatchObject(validatedOnly(id));
});

test.each([
  [{ resources: [] }, "resources"],
  [{ provider: undefined }, "provider"],
  [{ scope: "rg1" }, "scope"],
  [{ type: "redisEnterprise/databases" }, "resources[0].name"],
  [{ resources: [{ name: "a", apiVersion: "2025-07-01", type: "databases" }] }, "resources[0].type"],
  [{ resources: [{ name: "a", apiVersion: "2025-07-01", location: "westus" }] }, "resources[0].location"],
  [{ resources: [{ name: "a/b", apiVersion: "2025-07-01" }] }, "resources[0].name"],
])("an invalid request (%j) is refused by the property %s", async (change, target) => {
  const server = await startNetworkServer();
  const { status, body } = await validate(server, { ...clusterIn(server.group), ...change } as Asked);
  expect({ status, body }).toMatchObject({ status: 400, body: { error: { code: "InvalidRequestContent", target } } });
});

test("writes that arrive together with a dryRun are all carried out", async () => {
  const server = await startNetworkServer();
  const write = (name: string) =>
    server.request("PUT", `${server.subscription}/resourceGroups/${name}?api-version=2024-11-01`, {
      location: "eastus",
    });
  const answers = await Promise.all([write("g1"), validate(server, clusterIn(server.group)), write("g2")]);
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 201]);
});
