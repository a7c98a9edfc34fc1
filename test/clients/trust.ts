import { readFile } from "node:fs/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { Program } from "../support/program.ts";

/** Has this process trust a Cuprite's authority: what NODE_EXTRA_CA_CERTS does for a process that is about to start. */
export async function trust({ caPemPath }: Program): Promise<void> {
  setDefaultCACertificates([...getCACertificates("default"), await readFile(caPemPath, "utf8")]);
}
