import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeFailure } from "../../../src/cli/failure.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** The error of listening where it is not possible. */
async function listenFailure(address: { host: string; port: number }): Promise<unknown> {
  const server = createServer();
  onTestFinished(() => void server.close());
  const failed = once(server, "error");
  server.listen(address);
  const [error] = await failed;
  return error;
}

test("a failure names a port in use and the options that choose another", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  expect(describeFailure(await listenFailure({ host: "127.0.0.1", port }))).toBe(
    `Port ${port} of 127.0.0.1 is in use: stop the program that has it, or choose another with --port or --managed-identity-port.`,
  );
});

test("a failure names an address of another machine and the option that chooses another", async () => {
  expect(describeFailure(await listenFailure({ host: "192.0.2.1", port: 0 }))).toBe(
    "192.0.2.1 is no address of this machine: choose one that is with --listen.",
  );
});

test("a failure names a file where a folder should be", async () => {
  const path = join(await tempDir(), "file");
  await writeFile(path, "");
  const error: unknown = await mkdir(join(path, "tls"), { recursive: true }).catch((cause: unknown) => cause);
  expect(describeFailure(error)).toBe(
    `${join(path, "tls")} stands where a folder is needed: move it or choose another --data-dir.`,
  );
});

const systemError = (fields: { code: string; path?: string; address?: string; port?: number }): Error =>
  Object.assign(new Error(fields.code), fields);

test.for([
  {
    error: systemError({ code: "EACCES", path: "/data" }),
    says: "/data may not be used by this user: correct its permissions or choose another --data-dir.",
  },
  {
    error: systemError({ code: "EACCES", address: "127.0.0.1", port: 443 }),
    says: "Port 443 of 127.0.0.1 may not be used by this user: choose one above 1023 with --port.",
  },
  {
    error: systemError({ code: "EROFS", path: "/data" }),
    says: "/data is on a read-only disk: choose another --data-dir.",
  },
  { error: systemError({ code: "ENOSPC" }), says: "The disk with the data directory is full." },
  {
    error: systemError({ code: "SQLITE_CANTOPEN" }),
    says: "The data directory's database may not be used by this user: correct its permissions or choose another --data-dir.",
  },
  {
    error: systemError({ code: "SQLITE_NOTADB" }),
    says: "The data directory's database is damaged: restore it from a copy or choose another --data-dir.",
  },
  { error: systemError({ code: "EOTHER" }), says: "EOTHER" },
  { error: new Error("The keys are damaged."), says: "The keys are damaged." },
  { error: "text", says: "text" },
])("a failure is one sentence: $says", ({ error, says }) => {
  expect(describeFailure(error)).toBe(says);
});

test("a bug of ours is printed with its stack", () => {
  const error = new TypeError("x is not a function");
  expect(describeFailure(error)).toBe(error.stack);
});
