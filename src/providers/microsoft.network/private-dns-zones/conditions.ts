import type { ArmError } from "../../../arm/arm-error.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { networkError } from "../network-errors.ts";

/**
 * Holds a write to what its client made it depend on (RFC 9110 §13.1; ARM RPC: ETags). `etag` is undefined when there is
 * nothing yet. @throws ArmError with 412 in the words of the public DNS provider (recorded 2015).
 */
export function checkConditions({ headers }: Pick<ArmRequest, "headers">, etag: string | undefined): void {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = headers;
  if (isGiven(ifNoneMatch) && etag !== undefined && matches(ifNoneMatch, etag)) {
    throw notSatisfied("If-None-Match", ifNoneMatch, undefined);
  }
  if (isGiven(ifMatch) && (etag === undefined || !matches(ifMatch, etag))) {
    throw notSatisfied("If-Match", ifMatch, etag);
  }
}

const isGiven = (condition: string | undefined): condition is string =>
  condition !== undefined && condition.trim() !== "";

const matches = (condition: string, etag: string): boolean =>
  condition.split(",").some((each) => each.trim() === "*" || bare(each) === bare(etag));

/** Clients send an etag as they read it, in quotes, or marked as weak. */
const bare = (text: string): string => text.trim().replace(/^W\//, "").replaceAll('"', "").toLowerCase();

const notSatisfied = (header: string, condition: string, etag: string | undefined): ArmError =>
  networkError(
    "PreconditionFailed",
    `The condition '${condition}' in the ${header} header was not satisfied. The current was '${etag ?? "n/a"}'.`,
  );
