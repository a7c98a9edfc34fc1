import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { armCaller, demoGroup, ownerToken } from "../support/arm-caller.ts";
import { checkout, type Program } from "../support/program.ts";
import { isInstalled, runCommand } from "../support/run-command.ts";
import { startDemo } from "./demo.ts";

/** A page of docs/clients, with what its blocks need besides a shell and curl. */
interface Page {
  readonly name: string;
  readonly programs: readonly string[];
  /** A command that succeeds only where the page's packages can be had. */
  readonly registry?: readonly [program: string, ...args: string[]];
  /** Where it takes gigabytes or minutes to set up: run only when CUPRITE_TEST_PAGES names it. */
  readonly isLarge?: true;
  /** Whether its blocks approve the demonstration's connection; they do unless told otherwise. */
  readonly approves?: false;
}

const pip = (name: string): NonNullable<Page["registry"]> => ["python3", "-m", "pip", "index", "versions", name];

const azcore = "github.com/Azure/azure-sdk-for-go/sdk/azcore@v1.24.0";

const pages: readonly Page[] = [
  { name: "curl", programs: ["curl"] },
  { name: "javascript", programs: ["npm"] },
  { name: "python", programs: ["python3"], registry: pip("azure-identity") },
  { name: "redis-py", programs: ["python3", "curl"], registry: pip("redis"), approves: false },
  { name: "go", programs: ["go"], registry: ["go", "list", "-m", azcore] },
  { name: "java", programs: ["mvn", "keytool"], isLarge: true },
  { name: "az", programs: ["az"], isLarge: true },
  { name: "terraform", programs: ["tofu"], isLarge: true, approves: false },
];

const connection = `${demoGroup}/providers/Microsoft.Cache/redisEnterprise/cache1/privateEndpointConnections/pectest01`;

const timeoutMs = 300_000;

/** Fenced blocks of a language, as a page has them, in order. */
const blocksOf = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, block = ""]) => block);

/** The commands of a page for a server elsewhere than the documents have it. */
const commandsFor = ({ origin, caPemPath }: Program, page: string): string =>
  blocksOf(page, "sh")
    .join("\n")
    .replaceAll("localhost:8443", new URL(origin).host)
    .replaceAll("~/.cuprite/ca.pem", caPemPath);

function whyNot({ name, programs, registry, isLarge }: Page): string | undefined {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length > 0) return `${missing.join(" and ")} is not installed`;
  const named = (process.env["CUPRITE_TEST_PAGES"] ?? "").split(",");
  if (isLarge === true && !named.includes(name)) return `it takes long; CUPRITE_TEST_PAGES=${name} runs it`;
  if (registry === undefined) return undefined;
  const [program, ...args] = registry;
  return spawnSync(program, args, { stdio: "ignore" }).status === 0 ? undefined : "its packages cannot be had here";
}

for (const page of pages) {
  test(`the blocks of docs/clients/${page.name}.md do what the page says`, { timeout: timeoutMs }, async ({ skip }) => {
    const reason = whyNot(page);
    if (reason !== undefined) skip(reason);
    const text = await readFile(join(checkout, "docs", "clients", `${page.name}.md`), "utf8");
    const program = await startDemo();
    const dataDir = dirname(program.caPemPath);
    const env = { ...process.env, CUPRITE_DATA_DIR: dataDir };
    const args = ["-euo", "pipefail", "-c", commandsFor(program, text)];
    const { code, stdout, stderr } = await runCommand("bash", args, { cwd: checkout, env });
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    for (const said of blocksOf(text, "text")) expect(stdout).toContain(said);
    const { body } = await (await armCaller(program, await ownerToken(program, dataDir))).get(connection);
    const status = page.approves === false ? "Pending" : "Approved";
    expect(body).toMatchObject({ properties: { privateLinkServiceConnectionState: { status } } });
  });
}
