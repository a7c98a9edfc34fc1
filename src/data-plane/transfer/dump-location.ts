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

/** A URL as messages tell it: without its query, in which the signature is. */
export const withoutSignature = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

/** A failure to reach a place, told without its signature. */
export const transferFailed = (what: string, url: URL, cause: unknown): OperationFailure =>
  new OperationFailure({
    code: "DataTransferFailed",
    message: `The data could not be ${what} '${withoutSignature(url)}': ${withoutQueries(reasonOf(cause))}`,
  });

/** Why something failed. Of a fetch, its own message says nothing and its cause does. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message : String(inner);
}

/** Others' messages may repeat a URL. */
const withoutQueries = (text: string): string => text.replaceAll(/\?[^\s'"]*/g, "");
