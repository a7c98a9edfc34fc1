import { describe, expect, test } from "vitest";
import { apiVersions } from "../../src/providers/microsoft.cache/api-versions.ts";
import { startCacheContract } from "./contract-server.ts";
import { filledBody, isWritten, writableLeaves } from "./filled-body.ts";
import { unknownFindings } from "./findings.ts";
import { knownTypeDifferences } from "./known-type-differences.ts";
import { noteOf, openPublishedTypes, typesFolder } from "../support/published-types.ts";
import { sweeps, type Sweep } from "./sweeps.ts";

const folder = typesFolder();
const types = openPublishedTypes(folder);
const published = (type: string, version: string) => types.find(`Microsoft.Cache/${type}`, version);

/** Whether a type has a definition at a version. Versions that are newer than all definitions are held to the newest. */
const isDefined = ({ type }: Sweep, version: string): boolean =>
  version >= (types.versionsOf(`Microsoft.Cache/${type}`)[0] ?? "9999");

const runs = apiVersions.flatMap((version) =>
  sweeps.filter((sweep) => isDefined(sweep, version) && sweep.fits(version)).map((sweep) => ({ ...sweep, version })),
);

describe.skipIf(folder === undefined)(`a body with every property of its version${noteOf(folder)}`, () => {
  test.each(runs)("$version: $name is accepted, conforms when it is read, and can be written back", async (run) => {
    const server = await startCacheContract();
    await run.given(server);
    const definition = published(run.type, run.version);
    const written = filledBody(definition?.schema ?? {}, run.filling(server));
    const made = await server.send("PUT", run.path, written, run.version);
    expect(made).toMatchObject({ status: run.status });
    const { status, body } = await server.send("GET", run.path, undefined, run.version);
    expect(status).toBe(200);
    const operation = `GET ${definition?.type}@${run.version}`;
    const faults = definition?.findFaults("response", body) ?? [];
    const findings = faults.map((fault) => ({ side: "response" as const, operation, status, ...fault, test: "" }));
    expect(unknownFindings(findings, knownTypeDifferences)).toEqual([]);
    expect(body).toMatchObject(written);
  });

  test.each(apiVersions)("%s: leaves nothing out that a definition lets one write", async (version) => {
    const server = await startCacheContract();
    const ofVersion = runs.filter((run) => run.version === version);
    for (const type of new Set(ofVersion.map((run) => run.type))) {
      const fillings = ofVersion.filter((run) => run.type === type).map((run) => run.filling(server));
      const leaves = writableLeaves(published(type, version)?.schema ?? {});
      const missed = leaves.filter((leaf) => !fillings.some((filling) => isWritten(filling, leaf)));
      expect({ type, missed: missed.map(({ at }) => at) }).toEqual({ type, missed: [] });
      expect(leaves.length).toBeGreaterThan(1);
    }
  });
});
