import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findRedis } from "../../../../src/data-plane/redis/redis-binary.ts";
import { tempDir } from "../../../support/temp-dir.ts";

/** A PATH with one program, which prints this. */
async function pathWith(name: string, said: string): Promise<{ PATH: string; path: string }> {
  const folder = await tempDir();
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho "${said}"\n`);
  await chmod(path, 0o755);
  return { PATH: folder, path };
}

test.each([
  ["redis-server", "Redis server v=7.0.15 sha=0:0 malloc=jemalloc bits=64", "7.0.15", "7.0.15"],
  ["valkey-server", "Valkey server v=8.1.1 sha=0:0 malloc=jemalloc bits=64", "8.1.1", "7.2.4"],
  ["redis-server", "Valkey server v=9.0.0 sha=0:0 malloc=jemalloc bits=64", "9.0.0", "7.2.4"],
])("%s that prints '%s' is version %s, with the commands of Redis %s", async (name, said, version, redisVersion) => {
  const { PATH, path } = await pathWith(name, said);
  expect(await findRedis({ PATH })).toEqual({
    found: { path, version, redisVersion, moduleFolder: "", setpriv: undefined },
  });
});

test.runIf(process.platform === "linux").each([
  ["setpriv --pdeathsig <signal>", "is used, since it can end a server with us"],
  ["BusyBox v1.36.1: setpriv [-d]", "is not used"],
])("a setpriv that prints '%s' %s", async (said) => {
  const { PATH, path } = await pathWith("setpriv", said);
  await writeFile(join(PATH, "redis-server"), '#!/bin/sh\necho "Redis server v=7.2.4 sha=0"\n', { mode: 0o755 });
  const setpriv = said.includes("--pdeathsig") ? path : undefined;
  expect(await findRedis({ PATH })).toMatchObject({ found: { setpriv } });
});

test.each([
  ["Redis server v=6.2.7 sha=0:0", /redis-server is version 6\.2\.7: databases have no Redis until version 7/],
  ["something else", /No redis-server or valkey-server is on PATH: databases have no Redis until version 7/],
])("a server that prints '%s' is not used", async (said, missing) => {
  const { PATH } = await pathWith("redis-server", said);
  expect(await findRedis({ PATH })).toEqual({ missing: expect.stringMatching(missing) });
});
