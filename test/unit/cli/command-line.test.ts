import { expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { version } from "../../../src/cli/command.ts";
import { cliTerminal } from "../../support/cli-terminal.ts";

async function run(args: string, env: Record<string, string> = {}) {
  const { terminal, printed, complaints } = cliTerminal({ env });
  const code = await runCommandLine(args === "" ? [] : args.split(" "), terminal);
  return { code, printed: printed.join("\n"), complaints };
}

test.for(["", "--help", "-h", "help", "config --help"])("`cuprite %s` shows the commands", async (args) => {
  const { code, printed, complaints } = await run(args);
  expect(code).toBe(0);
  expect(complaints).toEqual([]);
  expect(printed).toMatch(/^Usage: cuprite <command> \[options\]$/m);
  for (const name of ["start", "token", "config show"]) expect(printed).toMatch(new RegExp(`^  ${name} +[A-Z]`, "m"));
});

test.for(["start --help", "start -h", "help start"])(
  "`cuprite %s` shows every option of start with its variable and default",
  async (args) => {
    const { code, printed } = await run(args);
    expect(code).toBe(0);
    expect(printed).toMatch(/^Usage: cuprite start \[options\]$/m);
    const flat = printed.replaceAll(/\s+/g, " ");
    expect(flat).toContain("--port <number> The HTTPS port; 0 takes any free one. [CUPRITE_PORT, default 8443]");
    expect(flat).toContain("[CUPRITE_TIMING, default instant]");
    expect(flat).toContain("[CUPRITE_DEMO]");
    expect(flat).toContain("[CUPRITE_CONFIG]");
  },
);

test("help is never wider than 100 columns", async () => {
  for (const args of ["--help", "start --help", "token --help", "config show --help"]) {
    const { printed } = await run(args);
    expect(Math.max(...printed.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  }
});

test.for(["--version", "-v"])("`cuprite %s` prints the version alone", async (args) => {
  expect(await run(args)).toEqual({ code: 0, printed: version, complaints: [] });
});

test.for([
  { args: "strat", says: 'There is no command "strat". Did you mean "start"?' },
  { args: "tok", says: 'There is no command "tok". Did you mean "token"?' },
  { args: "serve", says: 'There is no command "serve".' },
  { args: "config", says: 'There is no command "config". There is: config show.' },
  { args: "config list", says: 'There is no command "config list". There is: config show.' },
  { args: "--port 1", says: "A command comes first, before --port." },
])("`cuprite $args` is refused with a suggestion", async ({ args, says }) => {
  expect(await run(args)).toEqual({ code: 2, printed: "", complaints: [says, "See cuprite --help."] });
});

test.for([
  { args: "--prot 1", says: ['There is no option --prot. Did you mean "--port"?'] },
  { args: "--frobnicate", says: ["There is no option --frobnicate."] },
  { args: "-p 1", says: ["There is no option -p."] },
  { args: "--port", says: ["--port needs a value: --port <number>."] },
  { args: "--port --demo", says: ["--port needs a value: --port <number>."] },
  { args: "--demo=yes", says: ["--demo is a switch and takes no value."] },
  { args: "--no-listen", says: ["There is no option --no-listen."] },
  { args: "now", says: ['config show takes no "now".'] },
  { args: "-- now", says: ['config show takes no "now".'] },
  {
    args: "--demo=yes --prot 1",
    says: ["--demo is a switch and takes no value.", 'There is no option --prot. Did you mean "--port"?'],
  },
])("`cuprite config show $args` is refused", async ({ args, says }) => {
  expect(await run(`config show ${args}`)).toEqual({
    code: 2,
    printed: "",
    complaints: [...says, "See cuprite config show --help."],
  });
});

test("config show prints each setting and where it comes from", async () => {
  const { code, printed } = await run(
    "config show --port=1001 --demo --listen ::1 --port 1002 --no-demo --redis-connections balanced_b0=5,default=50",
    {
      CUPRITE_TIMING: "250",
      CUPRITE_OWNER_PASSWORD: "correct horse",
    },
  );
  expect(code).toBe(0);
  expect(printed.split("\n")).toEqual([
    "port                 1002                                  --port",
    "listen               ::1                                   --listen",
    "dataDir              /home/tester/.cuprite                 default",
    "memoryMb             1024                                  default",
    "timing               250                                   CUPRITE_TIMING",
    "demo                 false                                 --demo",
    "subscriptions        e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f  default",
    "redirectUris                                               default",
    "origins                                                    default",
    "strict               false                                 default",
    "ownerPassword        (secret)                              CUPRITE_OWNER_PASSWORD",
    "unknownPrincipals    false                                 default",
    "logLevel             info                                  default",
    "stopWithParent       false                                 default",
    "managedIdentityPort  0                                     default",
    "dataPlane            true                                  default",
    "redisMemoryMib       1024                                  default",
    "redisConnections     Balanced_B0=5,default=50              --redis-connections",
    "redisIdleSeconds     azure                                 default",
    "azureCertificates    false                                 default",
    "redisModules                                               default",
    "retiredSkus          false                                 default",
    "lenientModules       false                                 default",
    "dumpFolder                                                 default",
    "linkLocalTransfers   false                                 default",
    "dnsPort              0                                     default",
    "dnsAnswers           dialable                              default",
    "dnsForward           false                                 default",
  ]);
});

test.for(["start", "token", "config show"])(
  "`cuprite %s` lists all problems of the settings and exits with 2",
  async (args) => {
    expect(await run(args, { CUPRITE_PORT: "http", CUPRITE_TIMING: "soon" })).toEqual({
      code: 2,
      printed: "",
      complaints: [
        "Cuprite cannot use these settings:",
        '  port: "http" from CUPRITE_PORT is not a whole number from 0 to 65535.',
        '  timing: "soon" from CUPRITE_TIMING is not instant, azure or a whole number of milliseconds up to a day.',
      ],
    });
  },
);
