import { chmod, lstat } from "node:fs/promises";
import { join } from "node:path";
import { newPassword } from "./secrets.ts";
import { createFile, readIfThere } from "../../data-dir/durable-files.ts";

/** The administrator's password, and the file with it; undefined where it was given as a setting. */
interface OwnerPassword {
  readonly password: string;
  readonly path: string | undefined;
}

/**
 * The password that was given, or else the one in the data directory's file `owner-password`. Creates the file where
 * there is none, readable by its owner alone. @throws one sentence for a file that is empty or another user's.
 */
export async function openOwnerPassword(options: { dataDir: string; given: string }): Promise<OwnerPassword> {
  if (options.given !== "") return { password: options.given, path: undefined };
  const path = join(options.dataDir, "owner-password");
  // Of several processes one creates the file, and all read it.
  if ((await readIfThere(path)) === undefined) await createFile({ path, text: `${newPassword()}\n`, mode: 0o600 });
  await checkOwner(path);
  await chmod(path, 0o600);
  const password = (await readIfThere(path))?.replace(/\r?\n$/, "") ?? "";
  if (password === "") throw new Error(`${path} has no password in it: write one there, or remove the file.`);
  return { password, path };
}

/** In a folder that others may write to, another user could have put a password that they know. */
async function checkOwner(path: string): Promise<void> {
  const file = await lstat(path);
  const isOurs = process.getuid === undefined || file.uid === process.getuid();
  if (!file.isFile() || !isOurs) throw new Error(`${path} is no file of the user who starts Cuprite: remove it.`);
}
