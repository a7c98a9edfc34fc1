import { expect, test } from "vitest";
import { runCommandLine } from "../../../../src/cli/command-line.ts";
import { table } from "../../../../src/cli/table.ts";
import { cliTerminal } from "../../../support/cli-terminal.ts";
import { tempDir } from "../../../support/temp-dir.ts";

async function run(args: string) {
  const { terminal, printed, complaints } = cliTerminal();
  const code = await runCommandLine(args.split(" "), terminal);
  return { code, printed, complaints };
}

test.for([
  { args: "", says: "principal add needs a name: cuprite principal add <name>." },
  { args: " one two", says: 'principal add takes one name, and no "two".' },
  { args: " one --rol Reader", says: 'principal add takes one name, and no "--rol".' },
  { args: " one --kind robot", says: '"robot" is no kind: it is one of user, service-principal, managed-identity.' },
  { args: " one --scope /", says: "--scope needs a --role." },
  { args: " one --role Reader --scope rg1", says: '--scope is an id, and "rg1" is none.' },
])("`cuprite principal add$args` is refused", async ({ args, says }) => {
  expect(await run(`principal add${args}`)).toEqual({ code: 2, printed: [], complaints: [says] });
});

test.for(["principal add an-app", "principal list"])("`cuprite %s` fails without a running server", async (args) => {
  const dataDir = await tempDir();
  expect(await run(`${args} --data-dir ${dataDir}`)).toEqual({
    code: 1,
    printed: [],
    complaints: [`No Cuprite runs on ${dataDir}: start one with \`npx cuprite start\`, or name another --data-dir.`],
  });
});

test("a table aligns its columns and has no spaces at the end of a line", () => {
  expect(
    table([
      ["NAME", "KIND"],
      ["long-name", ""],
      ["a", "b"],
    ]),
  ).toEqual(["NAME       KIND", "long-name", "a          b"]);
  expect(table([])).toEqual([]);
});
