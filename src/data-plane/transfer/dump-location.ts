import { OperationFailure } from "../../operations/operation-kind.ts";

/** The URL that a dump is written to: the blob itself, or one of this name in the container that is given (documented). */
export function exportUrl(sasUri: string, name: string): URL {
  const url = new URL(sasUri);
  if (!namesBlob(url)) url.pathname = `${url.pathname.replace(/\/$/, "")}/${name}`;
  return url;
}

/** `sr` tells what a signature is for: a blob, a container or a directory. Without one, a file has an extension. */
function namesBlob(url: URL): boolean {
  const resource = url.searchParams.get("sr");
  if (resource === "c" || resource === "d") return false;
  return resource === "b" || /\.\w+$/.test(url.pathname);
}

/** A failure to reach a place, told without its signature. */
export const transferFailed = (what: string, url: URL, why: string): OperationFailure =>
  new OperationFailure({
    code: "DataTransferFailed",
    message: `The data could not be ${what} '${url.origin}${url.pathname}': ${why}`,
  });
