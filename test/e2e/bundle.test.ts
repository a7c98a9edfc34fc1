import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../support/program.ts";
import { runCommand, type CommandResult } from "../support/run-command.ts";
import { tempDir } from "../support/temp-dir.ts";

/** A program that prints where it runs from, and fails when it is asked to. */
const program = {
  "src/cli/main.ts": `import { basename as nameOf, dirname } from "node:path";
import words, { type Word } from "./words.ts";

const [command] = process.argv.slice(2);
const { later } = await import("./later.ts");
if (command === "throw") later();
if (command === "log") process.stdout.write(\`\${await Promise.reject(new TypeError("logged")).catch((e: Error) => e.stack)}\\n\`);
const word: Word = words.greeting;
process.stdout.write(\`\${word} from \${/…$/u.test(word) ? nameOf(dirname(import.meta.dirname)) : "?"}\\n\`);
`,
  "src/cli/words.ts": `import fs, { existsSync } from "node:fs";

export interface Word extends String {}

const note = new URL("note.json", import.meta.url);
const { greeting } = JSON.parse(fs.readFileSync(note, "utf8")) as { greeting: string };
export default { greeting: existsSync(note) ? greeting : "😀" };
`,
  "src/cli/later.ts": `// Comments are not in the bundle.

export function later(): never {
  throw new RangeError("much later");
}
`,
  "src/cli/note.json": '{ "greeting": "Grüße…" }',
};

const fromSources = "Grüße… from src\n";

interface Checkout {
  readonly folder: string;
  readonly dist: string;
  /** Runs the command; `CUPRITE_RUN` may be given. */
  readonly run: (args?: readonly string[], wanted?: string) => Promise<CommandResult>;
  /** Runs a script as a set-up does. */
  readonly script: (name: string, ...args: string[]) => Promise<CommandResult>;
  readonly edit: (path: string, from: string, to: string) => Promise<void>;
}

/** A checkout with a small program in place of Cuprite. */
async function makeCheckout(): Promise<Checkout> {
  // Names of folders may have characters that mean something in patterns and in URLs.
  const folder = join(await tempDir(), "a $& checkout");
  for (const path of ["bin", "scripts", "package.json", "package-lock.json"]) {
    await cp(join(checkout, path), join(folder, path), { recursive: true });
  }
  await installInto(folder);
  await mkdir(join(folder, "src", "cli"), { recursive: true });
  for (const [path, text] of Object.entries(program)) await writeFile(join(folder, path), text);
  const run = (args: readonly string[], wanted = ""): Promise<CommandResult> =>
    runCommand(process.execPath, args, { env: { ...process.env, CUPRITE_RUN: wanted } });
  return {
    folder,
    dist: join(folder, "dist"),
    run: (args = [], wanted = "") => run([join(folder, "bin", "cuprite.js"), ...args], wanted),
    script: (name, ...args) => run([join(folder, "scripts", name), ...args]),
    async edit(path, from, to) {
      const text = await readFile(join(folder, path), "utf8");
      await writeFile(join(folder, path), text.replace(from, to));
    },
  };
}

/** Links what the command and set-up need, so that the installation of the real checkout cannot be touched. */
async function installInto(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  for (const name of [".bin", ".package-lock.json", "better-sqlite3", "rolldown", "@rolldown"]) {
    await symlink(join(checkout, "node_modules", name), join(modules, name));
  }
  const lockfile = await readFile(join(folder, "package-lock.json"));
  await writeFile(join(modules, ".cuprite-lockfile-sha256"), createHash("sha256").update(lockfile).digest("hex"));
}

async function makeBundled(): Promise<Checkout> {
  const made = await makeCheckout();
  expect(await made.script("bundle.js", "--cold")).toMatchObject({ code: 0, stderr: "" });
  return made;
}

const fromBundle = "Grüße… from dist\n";

test("set-up makes a bundle, which the command runs; without one it runs the sources", async () => {
  const { run, script } = await makeCheckout();
  expect(await run()).toMatchObject({ code: 0, stdout: fromSources, stderr: "" });
  expect(await script("setup.js")).toMatchObject({ code: 0, stderr: "" });
  expect(await run()).toMatchObject({ code: 0, stdout: fromBundle, stderr: "" });
  expect(await run([], "sources")).toMatchObject({ code: 0, stdout: fromSources });
});

test("an edited source runs at once, also when its size and its time are those of before", async () => {
  const { folder, run, script, edit } = await makeBundled();
  const path = join(folder, "src", "cli", "words.ts");
  const { atime, mtime } = await stat(path);
  await utimes(path, atime, mtime);
  expect(await script("setup.js")).toMatchObject({ code: 0, stderr: "" });
  await edit("src/cli/words.ts", "? greeting", "? 'Howdy…'");
  expect(await run()).toMatchObject({ stdout: "Howdy… from src\n" });
  await edit("src/cli/words.ts", "? 'Howdy…'", "? greeting");
  await utimes(path, atime, mtime);
  expect(await run()).toMatchObject({ stdout: fromSources });
  expect(await script("setup.js")).toMatchObject({ code: 0, stderr: "" });
  expect(await run()).toMatchObject({ stdout: fromBundle });
});

test("a removed source and a changed lockfile make the bundle stale", async () => {
  const { folder, run, edit, script } = await makeBundled();
  await edit("package-lock.json", "{", "{ ");
  expect(await run()).toMatchObject({ stdout: fromSources });
  await script("bundle.js", "--cold");
  expect(await run()).toMatchObject({ stdout: fromBundle });
  await rm(join(folder, "src", "cli", "later.ts"));
  expect((await run()).stderr).toContain("later.ts");
});

test("CUPRITE_RUN=bundle refuses to run without a current bundle, and says why", async () => {
  const { run, script, edit } = await makeCheckout();
  const advice = "run `node scripts/setup.js` in Cuprite's folder.\n";
  expect(await run([], "bundle")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `CUPRITE_RUN asks for the bundle, and there is no bundle: ${advice}`,
  });
  await script("bundle.js", "--cold");
  expect(await run([], "bundle")).toMatchObject({ code: 0, stdout: fromBundle });
  await edit("src/cli/words.ts", "? greeting", "? 'Howdy…'");
  expect(await run([], "bundle")).toMatchObject({
    code: 1,
    stderr: `CUPRITE_RUN asks for the bundle, and src/cli/words.ts is not the one that the bundle was made with: ${advice}`,
  });
  expect(await run([], "bundel")).toMatchObject({
    code: 1,
    stderr: 'CUPRITE_RUN is "bundel", and may be "bundle" or "sources".\n',
  });
});

test("a damaged bundle is not run, and set-up makes it again", async () => {
  const { dist, run, script } = await makeBundled();
  const note = join(dist, "bundle.json");
  const { key } = JSON.parse(await readFile(note, "utf8")) as { key: string };
  const entry = join(dist, key, "cuprite.mjs");
  const text = await readFile(entry, "utf8");
  for (const damage of [
    () => writeFile(note, '{ "key": '),
    () => writeFile(note, "null"),
    () => writeFile(entry, text.replace("const", "cnost")),
    () => rm(entry),
  ]) {
    await damage();
    expect(await run()).toMatchObject({ code: 0, stdout: fromSources, stderr: "" });
    expect(await script("setup.js")).toMatchObject({ code: 0, stderr: "" });
    expect(await run()).toMatchObject({ stdout: fromBundle });
  }
});

test("a package without sources runs its bundle", async () => {
  const { folder, run } = await makeBundled();
  await rm(join(folder, "src"), { recursive: true });
  expect(await run()).toMatchObject({ code: 0, stdout: fromBundle, stderr: "" });
});

test("set-ups at the same time make one bundle", async () => {
  const { dist, run, script } = await makeCheckout();
  const results = await Promise.all([
    script("bundle.js", "--cold"),
    script("bundle.js", "--cold"),
    script("bundle.js", "--cold"),
  ]);
  expect(results.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(["0 ", "0 ", "0 "]);
  expect((await readdir(dist)).filter((name) => name !== "bundle.json")).toHaveLength(1);
  expect(await run()).toMatchObject({ stdout: fromBundle });
});

test("set-up keeps the five newest bundles", async () => {
  const { dist, run, script, edit } = await makeBundled();
  const [first] = (await readdir(dist)).filter((name) => name !== "bundle.json");
  for (let round = 0; round < 5; round += 1) {
    await edit("src/cli/note.json", "{", "{ ");
    await script("bundle.js", "--cold");
  }
  const kept = (await readdir(dist)).filter((name) => name !== "bundle.json");
  expect(kept).toHaveLength(5);
  expect(kept).not.toContain(first);
  expect(await run()).toMatchObject({ stdout: fromBundle });
});

test("set-up warns when a bundle cannot be made, and the sources run", async () => {
  const { folder, dist, run, script, edit } = await makeCheckout();
  await writeFile(dist, "");
  const refused = await script("setup.js");
  expect(refused.code).toBe(0);
  expect(refused.stderr).toMatch(
    /^The bundle could not be made, and Cuprite runs from its sources: Error: .*EEXIST.*dist.*\n$/,
  );
  expect(await run()).toMatchObject({ code: 0, stdout: fromSources });
  await rm(dist);
  await edit("src/cli/later.ts", "export function", "export funktion");
  expect(await script("setup.js")).toMatchObject({ code: 0, stderr: expect.stringContaining("could not be made") });
  expect(await readdir(folder)).toContain("src");
});

test.each(["bundle", "sources"])("a stack trace of the %s names lines of the sources", async (wanted) => {
  const { run } = await makeBundled();
  const thrown = await run(["throw"], wanted);
  expect(thrown.code).toBe(1);
  expect(thrown.stderr).toMatch(
    /^RangeError: much later\n {4}at later \(file:\/\/\S+\/a%20\$&%20checkout\/src\/cli\/later\.ts:4:9\)\n {4}at \S*\/src\/cli\/main\.ts:6:26$/m,
  );
  const logged = await run(["log"], wanted);
  expect(logged.stdout).toMatch(/^TypeError: logged\n {4}at file:\/\/\S+\/src\/cli\/main\.ts:7:\d+$/m);
});
