import { describeStoreFailure } from "../store/store.ts";

/** One sentence that says why a command failed; for a bug of ours, its stack. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const system: SystemError = error;
  const sentence =
    describeStoreFailure(error) ?? (system.code === undefined ? undefined : sentences[system.code]?.(system));
  return sentence ?? (isOwnFault(error) ? (error.stack ?? error.message) : error.message);
}

/** The fields that Node adds to errors of the operating system. */
interface SystemError extends Error {
  code?: string;
  address?: string;
  port?: number;
  path?: string;
}

const denied = ({ address, port, path }: SystemError): string =>
  port === undefined
    ? `${path ?? "A file"} may not be used by this user: correct its permissions or choose another --data-dir.`
    : `Port ${port} of ${address} may not be used by this user: choose one above 1023 with --port.`;

const notFolder = ({ path }: SystemError): string =>
  `${path ?? "A file"} stands where a folder is needed: move it or choose another --data-dir.`;

/** By the code of the operating system's error. */
const sentences: Readonly<Record<string, (error: SystemError) => string>> = {
  EADDRINUSE: ({ address, port }) =>
    `Port ${port} of ${address} is in use: stop the program that has it, or choose another with --port or --managed-identity-port.`,
  EADDRNOTAVAIL: ({ address }) => `${address} is no address of this machine: choose one that is with --listen.`,
  EACCES: denied,
  EPERM: denied,
  ENOTDIR: notFolder,
  EEXIST: notFolder,
  EROFS: ({ path }) => `${path ?? "The data directory"} is on a read-only disk: choose another --data-dir.`,
};

const ownFaults = [TypeError, RangeError, ReferenceError, SyntaxError] as const;
const isOwnFault = (error: Error): boolean => ownFaults.some((kind) => error instanceof kind);
