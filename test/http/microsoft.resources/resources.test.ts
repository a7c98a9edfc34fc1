import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startArmServer, testSubscriptionId, type ArmServer } from "../../support/arm-server.ts";
import { sampleProvider } from "../../support/sample-provider.ts";

const version = "api-version=2024-11-01";
const subscription = `/subscriptions/${testSubscriptionId}`;
const boxId = (group: string, name: string): string =>
  `${subscription}/resourceGroups/${group}/providers/Sample.Boxes/boxes/${name}`;

interface List {
  readonly value: readonly { id: string; name: string }[];
  readonly nextLink?: string;
}

/** Boxes in two groups: one with a lid, one of another region and kind, one with tags. */
async function withBoxes(): Promise<ArmServer> {
  const server = await startArmServer({ providers: [sampleProvider({ removed: [], painted: [] })] });
  await server.addGroup("rg1");
  await server.addGroup("rg2");
  const put = async (id: string, body: object): Promise<void> => {
    expect((await server.request("PUT", `${id}?api-version=2024-01-01`, body)).status).toBe(201);
  };
  await put(boxId("rg1", "a"), { tags: { Env: "prod" } });
  await put(boxId("rg1", "b"), { location: "westeurope", kind: "round" });
  await put(`${boxId("rg1", "b")}/lids/l1`, {});
  await put(boxId("rg2", "a"), { tags: { env: "test" } });
  return server;
}

async function list({ request }: ArmServer, url: string): Promise<List> {
  const { status, body } = await request("GET", url);
  expect(status).toBe(200);
  return body as List;
}

const idsOf = ({ value }: List): string[] => value.map(({ id }) => id);

describe("the list of a subscription's resources", () => {
  test("the list of resources has only tracked resources, in one shape, with what their type adds", async () => {
    const server = await withBoxes();
    const { value } = await list(server, `${subscription}/resources?${version}`);
    expect(value).toEqual([
      {
        id: boxId("rg1", "a"),
        name: "a",
        type: "Sample.Boxes/boxes",
        location: "eastus",
        kind: "plain",
        tags: { Env: "prod" },
      },
      { id: boxId("rg1", "b"), name: "b", type: "Sample.Boxes/boxes", location: "westeurope", kind: "round" },
      {
        id: boxId("rg2", "a"),
        name: "a",
        type: "Sample.Boxes/boxes",
        location: "eastus",
        kind: "plain",
        tags: { env: "test" },
      },
    ]);
  });

  test("the list of a group's resources has only that group's", async () => {
    const server = await withBoxes();
    const found = await list(server, `${subscription}/resourcegroups/RG2/resources?${version}`);
    expect(idsOf(found)).toEqual([boxId("rg2", "a")]);
  });

  test("the list of resources of a missing group is refused", async () => {
    const { request } = await withBoxes();
    const { status, body } = await request("GET", `${subscription}/resourceGroups/rg3/resources?${version}`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: { code: "ResourceGroupNotFound" } });
  });

  test.each([
    ["resourceType eq 'sample.boxes/BOXES'", ["rg1/a", "rg1/b", "rg2/a"]],
    ["resourceType eq 'Sample.Boxes/boxes/lids'", []],
    ["resourceType eq 'Nobody/here'", []],
    ["resourceGroup eq 'RG1'", ["rg1/a", "rg1/b"]],
    ["name eq 'A'", ["rg1/a", "rg2/a"]],
    ["location eq 'West Europe'", ["rg1/b"]],
    ["tagName eq 'env'", ["rg1/a", "rg2/a"]],
    ["tagName eq 'env' and tagValue eq 'prod'", ["rg1/a"]],
    ["resourceType eq 'Sample.Boxes/boxes' and name eq 'a' and resourceGroup eq 'rg2'", ["rg2/a"]],
  ])("the list of resources takes the filter %s", async (filter, expected) => {
    const server = await withBoxes();
    const found = await list(server, `${subscription}/resources?${version}&$filter=${encodeURIComponent(filter)}`);
    expect(idsOf(found).map((id) => id.split("/")[4] + "/" + id.split("/").at(-1))).toEqual(expected);
  });

  test.each(["kind eq 'round'", "resourceType ne 'a'", "substringof('a', name)", "name eq 'a' or name eq 'b'"])(
    "the list of resources refuses the filter %s, naming it",
    async (filter) => {
      const { request } = await withBoxes();
      const answer = await request("GET", `${subscription}/resources?${version}&$filter=${encodeURIComponent(filter)}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({
        error: {
          code: "InvalidFilterInQueryString",
          message: `Invalid $filter '${filter}' specified in the query string.`,
        },
      });
    },
  );

  test("the list of resources has pages of any size, filtered or not, which neither miss nor repeat one", async () => {
    const server = await startArmServer({ providers: [sampleProvider({ removed: [], painted: [] })] });
    await server.addGroup("rg1");
    for (let index = 0; index < 14; index += 1) {
      const tags = index % 3 === 0 ? { third: "yes" } : undefined;
      const url = `${boxId("rg1", `box-${String(index).padStart(2, "0")}`)}?api-version=2024-01-01`;
      await server.request("PUT", url, tags === undefined ? {} : { tags });
    }
    const scope = fc.constantFrom(subscription, `${subscription}/resourceGroups/rg1`);
    const filter = fc.constantFrom("", "&$filter=tagName eq 'third'", "&$filter=name eq 'box-07'");
    await fc.assert(
      fc.asyncProperty(scope, filter, fc.integer({ min: 1, max: 16 }), async (from, part, top) => {
        const whole = await list(server, `${from}/resources?${version}${part}`);
        const walked: string[] = [];
        for (let next: string | undefined = `${from}/resources?${version}${part}&$top=${top}`; next !== undefined;) {
          const page: List = await list(server, next.replace("https://localhost:8443", ""));
          expect(page.value.length).toBeLessThanOrEqual(top);
          walked.push(...idsOf(page));
          next = page.nextLink;
        }
        expect(walked).toEqual(idsOf(whole));
      }),
      { numRuns: 25 },
    );
  });
});

describe("HEAD on any resource", () => {
  test("HEAD is 204 where GET is 200, and otherwise an empty 404", async () => {
    const { request } = await withBoxes();
    const head = (id: string) => request("HEAD", `${id}?api-version=2024-01-01`);
    expect(await head(boxId("rg1", "a"))).toMatchObject({ status: 204, text: "" });
    expect(await head(`${boxId("rg1", "b")}/lids/l1`)).toMatchObject({ status: 204, text: "" });
    expect(await head(boxId("rg1", "c"))).toMatchObject({ status: 404, text: "" });
    expect(await head(`${boxId("rg1", "b")}/lids/l2`)).toMatchObject({ status: 404, text: "" });
    expect(await head(boxId("rg3", "a"))).toMatchObject({ status: 404, text: "" });
  });

  test("HEAD requires the same right as GET", async () => {
    const { request } = await withBoxes();
    const url = `${boxId("rg1", "a")}?api-version=2024-01-01`;
    const { status } = await request("HEAD", url, undefined, { authorization: "Bearer guest" });
    expect(status).toBe(403);
  });

  test("HEAD is not served for collections", async () => {
    const { request } = await withBoxes();
    expect((await request("HEAD", `${subscription}/resourceGroups?${version}`)).status).toBe(405);
  });
});
