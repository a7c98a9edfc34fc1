import type { ArmError } from "../arm-error.ts";
import type { ArmRequest } from "../resource-type.ts";
import type { UnservedBook } from "../unserved.ts";
import type { Exchange } from "./exchange.ts";

/** Counts a request that was refused because Cuprite does not have what it asks for; those of strangers do not count. */
export function noteUnserved(
  {
    caller,
    method,
    apiVersion,
    headers,
  }: Pick<Exchange, "caller" | "method" | "apiVersion"> & Pick<ArmRequest, "headers">,
  { unserved }: Pick<ArmError, "unserved">,
  book: UnservedBook,
): void {
  if (unserved === undefined || caller === undefined) return;
  book.note({ ...unserved, method, apiVersion, userAgent: headers["user-agent"] ?? "" });
}
