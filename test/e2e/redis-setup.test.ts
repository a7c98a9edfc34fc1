import { chmod, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { checkout } from "../support/program.ts";
import { runCommand, type CommandResult } from "../support/run-command.ts";
import { tempDir } from "../support/temp-dir.ts";

const script = pathToFileURL(join(checkout, "scripts", "redis.js")).href;

/** A root of Debian in a container. */
const container = { platform: "linux", isRoot: true, hasSystemd: false };

/** Programs that write down how they were called, and then do as their lines say. */
type FakePrograms = Readonly<Record<string, string>>;

const aptGet = { "apt-get": "", service: "", systemctl: "" };
const sudo = { sudo: 'shift\nexec "$@"' };

interface SetUp extends CommandResult {
  readonly calls: readonly string[];
}

/** Runs a piece of the script on a machine that has nothing on PATH but these programs. */
async function withPrograms(programs: FakePrograms, code: string): Promise<SetUp> {
  const folder = await tempDir();
  const calls = join(folder, "calls");
  await symlink("/usr/bin/env", join(folder, "env"));
  await writeFile(join(folder, "true"), "#!/bin/sh\n", { mode: 0o755 });
  for (const [name, lines] of Object.entries(programs)) {
    const note = `echo "${name}\${DEBIAN_FRONTEND:+ $DEBIAN_FRONTEND} $*" >> "${calls}"`;
    await writeFile(join(folder, name), `#!/bin/sh\n${note}\n${lines}\n`);
    await chmod(join(folder, name), 0o755);
  }
  const source = `import { ensureRedis, hasRedis } from ${JSON.stringify(script)}; ${code}`;
  const args = ["--input-type=module", "--eval", source];
  const result = await runCommand(process.execPath, args, { cwd: folder, env: { PATH: folder } });
  const noted = await readFile(calls, "utf8").catch(() => "");
  return { ...result, calls: noted.split("\n").slice(0, -1) };
}

const ensure = (programs: FakePrograms, machine: object = container): Promise<SetUp> =>
  withPrograms(programs, `ensureRedis(${JSON.stringify(machine)})`);

const installing = "Installing redis-server with apt-get …\n";
const installs = "apt-get noninteractive install -y -q redis-server";
const byHand = "install Redis 7 or newer (Debian and Ubuntu: `sudo apt-get install redis-server`).\n";
const without = `No redis-server is on PATH, so databases will have no Redis: ${byHand}`;

test.for([["redis-server"], ["valkey-server"], ["something-else"]] as const)(
  "the set-up searches for a Redis on PATH: %s",
  async ([program]) => {
    const { stdout } = await withPrograms({ [program]: "" }, "console.log(hasRedis())");
    expect(stdout).toBe(`${program !== "something-else"}\n`);
  },
);

test("as root, the set-up installs Debian's Redis and stops the server of the package", async () => {
  expect(await ensure(aptGet)).toMatchObject({
    code: 0,
    stdout: "",
    stderr: installing,
    calls: [installs, "service redis-server stop"],
  });
});

test("under systemd, the set-up also disables the server of the package", async () => {
  const { calls } = await ensure(aptGet, { ...container, hasSystemd: true });
  expect(calls).toEqual([installs, "systemctl disable --now redis-server"]);
});

test("where sudo needs no password, the set-up runs everything with it", async () => {
  const { code, stderr, calls } = await ensure({ ...aptGet, ...sudo }, { ...container, isRoot: false });
  expect({ code, stderr, calls }).toEqual({
    code: 0,
    stderr: installing,
    calls: [
      "sudo -n true",
      "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install -y -q redis-server",
      installs,
      "sudo -n service redis-server stop",
      "service redis-server stop",
    ],
  });
});

test.for([
  ["asks for a password", { ...aptGet, sudo: "exit 1" }],
  ["does not exist", aptGet],
] as const)("where sudo %s, the set-up installs nothing and says how to", async ([, programs]) => {
  const { code, stderr, calls } = await ensure(programs, { ...container, isRoot: false });
  expect({ code, stderr }).toEqual({ code: 0, stderr: without });
  expect(calls.filter((call) => !call.startsWith("sudo"))).toEqual([]);
});

test("without apt-get the set-up says how to install Redis", async () => {
  expect(await ensure({ service: "" })).toMatchObject({ code: 0, stderr: without, calls: [] });
});

test("on a fresh image without package lists, the set-up gets them first", async () => {
  const lines = '[ "$1" = update ] && : > updated\n[ "$1" != install ] || [ -e updated ] || exit 100';
  const { stderr, calls } = await ensure({ ...aptGet, "apt-get": `${lines}\nexit 0` });
  expect(stderr).toBe(installing);
  expect(calls).toEqual([installs, "apt-get update -q", installs, "service redis-server stop"]);
});

test.for([
  ["there is no such package", '[ "$1" = update ]', [installs, "apt-get update -q", installs]],
  ["there is no network", "exit 100", [installs, "apt-get update -q"]],
] as const)(
  "the set-up reports that it cannot install Redis because %s, and does not fail",
  async ([, lines, calls]) => {
    expect(await ensure({ ...aptGet, "apt-get": lines })).toMatchObject({
      code: 0,
      stderr: `${installing}redis-server could not be installed, so databases will have no Redis: ${byHand}`,
      calls,
    });
  },
);

test.for([
  ["darwin", "`brew install redis`."],
  ["win32", "use WSL."],
] as const)("on %s the set-up installs nothing and says how to", async ([platform, how]) => {
  expect(await ensure({ ...aptGet, ...sudo }, { ...container, platform })).toMatchObject({
    code: 0,
    stderr: `No redis-server is on PATH, so databases will have no Redis: ${how}\n`,
    calls: [],
  });
});
