import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import type { Program } from "../support/program.ts";
import { tempDir } from "../support/temp-dir.ts";

const run = promisify(execFile);

/** Nothing but what the test asks for; no sandbox, which needs a user other than root. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens headless Chromium with a fresh profile in which the program's authority is trusted, as users trust theirs. */
export async function openBrowser(program: Program): Promise<Page> {
  const home = await tempDir();
  await trustInProfile(home, program.caPemPath);
  const context = await chromium.launchPersistentContext(join(home, "profile"), {
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    headless: true,
    args: flags,
    env: { ...process.env, HOME: home },
  });
  onTestFinished(() => context.close());
  return context.pages()[0] ?? (await context.newPage());
}

/** On Linux, Chromium takes a user's own authorities from the NSS database in the home directory. */
async function trustInProfile(home: string, caPemPath: string): Promise<void> {
  const database = join(home, ".pki", "nssdb");
  await mkdir(database, { recursive: true });
  await run("certutil", ["-N", "-d", `sql:${database}`, "--empty-password"]);
  await run("certutil", ["-A", "-d", `sql:${database}`, "-n", "cuprite", "-t", "C,,", "-i", caPemPath]);
}
